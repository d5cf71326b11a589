import { KubeConfig, RequestContext, HttpMethod, type Cluster, type User } from '@kubernetes/client-node';
import type { ClusterCredential } from '@podspan/azure';
import { Conflict } from '@podspan/errors';

/** One call to an API server may take this long; a watch is not one. */
const callTimeoutMs = 20_000;

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/**
 * A kubeconfig that signs in once and keeps its connections: the client makes new ones for every request otherwise.
 */
export class Session extends KubeConfig {
  #signedIn: Promise<RequestContext> | undefined;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    const server = this.getCurrentCluster()?.server ?? '';
    this.#signedIn ??= this.#signIn(new RequestContext(server, HttpMethod.GET));
    const session = await this.#signedIn;
    for (const [name, value] of Object.entries(session.getHeaders())) context.setHeaderParam(name, value);
    const dispatcher = session.getDispatcher();
    if (dispatcher) context.setDispatcher(dispatcher);
    context.setSignal(AbortSignal.timeout(callTimeoutMs));
  }

  async close(): Promise<void> {
    const dispatcher: Dispatcher | undefined = (await this.#signedIn)?.getDispatcher();
    await dispatcher?.destroy();
  }

  async #signIn(context: RequestContext): Promise<RequestContext> {
    await super.applySecurityAuthentication(context);
    return context;
  }
}

/**
 * A session from what AKS answered. Of the kubeconfig only the server, its certificates and inline credentials are taken
 * over: it names no program that we run and no file that we read. Where it wants kubelogin, our own identity signs in.
 * @throws Conflict `unusable_kubeconfig`
 */
export async function sessionOf({ kubeconfig, token }: ClusterCredential): Promise<Session> {
  const { cluster, user } = currentOf(kubeconfig);
  const application = user.exec === undefined ? undefined : serverApplicationOf(user.exec);
  const session = new Session();
  session.loadFromClusterAndUser(
    checkedCluster(cluster),
    application === undefined ? checkedUser(user) : { name: 'entra', token: await token(application) },
  );
  return session;
}

function currentOf(text: string): { readonly cluster: Cluster; readonly user: User } {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch {
    // The parser's message quotes the text, which is secret.
    throw unusable('it cannot be read');
  }
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster || !user) throw unusable('its current context names no cluster or no user');
  return { cluster, user };
}

function checkedCluster({ server, caData, caFile, tlsServerName, skipTLSVerify, proxyUrl }: Cluster): Cluster {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const local = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!url || (url.protocol !== 'https:' && !local)) throw unusable('its server is not an https URL');
  if (caFile !== undefined || proxyUrl !== undefined) throw unusable('it names a file or a proxy');
  if (skipTLSVerify && !local) throw unusable('it asks not to verify the server');
  return {
    name: 'cluster',
    server: server.replace(/\/+$/, ''),
    skipTLSVerify: local,
    ...(caData === undefined ? {} : { caData }),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
  };
}

function checkedUser({ token, certData, keyData, certFile, keyFile, authProvider }: User): User {
  if (authProvider !== undefined) throw unusable('it wants an authentication provider of the time before kubelogin');
  if (certFile !== undefined || keyFile !== undefined) throw unusable('it names files');
  if (token !== undefined) return { name: 'user', token };
  if (certData !== undefined && keyData !== undefined) return { name: 'user', certData, keyData };
  throw unusable('it has neither a token nor a certificate');
}

/** What kubelogin would be told to get a token for. No other program is understood, and none is run. */
function serverApplicationOf(exec: unknown): string {
  const { command = '', args = [] } = exec as { readonly command?: unknown; readonly args?: unknown };
  const words = Array.isArray(args) ? args.map(String) : [];
  const application = words[words.indexOf('--server-id') + 1];
  const known = /(^|\/)kubelogin(\.exe)?$/.test(String(command)) && words.includes('--server-id');
  if (!known || application === undefined || !/^[0-9a-f-]{36}$/i.test(application))
    throw unusable('it wants a program to be run, which is not kubelogin with a --server-id');
  return application;
}

function unusable(why: string): Conflict {
  return new Conflict('unusable_kubeconfig', `the kubeconfig that Azure gave for the cluster is not used: ${why}`);
}
