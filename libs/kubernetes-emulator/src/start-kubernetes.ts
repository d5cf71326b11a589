import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Cluster, type Controller } from './cluster.js';
import { kindsOfIngress, type Kind } from './kinds.js';
import { Refusal } from './refusal.js';
import { send, serve } from './serve.js';
import type { FaultsOf } from './write-objects.js';

export interface KubernetesOptions {
  /** 0 (default) picks a free one. */
  readonly port?: number;
  /** Of `/version`; default 1.34.2. */
  readonly kubernetesVersion?: string;
  /** What schemas have against an object; default nothing. */
  readonly faultsOf?: FaultsOf;
  readonly kinds?: readonly Kind[];
  /** Default: nobody sets a status. */
  readonly controller?: Controller;
  /** Tokens besides the one of {@link Kubernetes.tokenOf}, such as those of Entra ID. */
  readonly accepts?: (cluster: string, token: string) => boolean;
}

export interface Kubernetes {
  /** For example `http://127.0.0.1:40213`. */
  readonly url: string;
  /** What a kubeconfig of the cluster names as its server. */
  serverOf(cluster: string): string;
  /** What a kubeconfig of the cluster names as its token. */
  tokenOf(cluster: string): string;
  /** The state of a cluster; one that was never asked for is empty. */
  cluster(key: string): Cluster;
  /** Answers the next request that `when` takes with this status instead. */
  failNext(code: number, when?: (request: IncomingMessage) => boolean): void;
  /** Forgets what {@link failNext} was told. */
  recover(): void;
  close(): Promise<void>;
}

interface Failure {
  readonly code: number;
  readonly when: (request: IncomingMessage) => boolean;
}

/**
 * Starts a stand-in for the API servers of any number of clusters on 127.0.0.1, each below `/clusters/{key}`. It knows
 * objects, discovery, server-side apply with the conflicts of field managers, dry run, watches and status; it runs nothing,
 * converts no versions, and merges lists as one field.
 */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const clusters = new Map<string, Cluster>();
  const failures: Failure[] = [];
  const cluster = (key: string): Cluster => {
    const known = clusters.get(key) ?? new Cluster(key, options.kinds ?? kindsOfIngress, options.controller ?? (() => undefined));
    clusters.set(key, known);
    return known;
  };
  const server = createServer((request, response) => {
    answer({ options, cluster, failures }, request, response).catch((error: unknown) => refuse(response, error));
  });
  await new Promise<void>((ready) => server.listen(options.port ?? 0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    serverOf: (key) => `${url}/clusters/${key}`,
    tokenOf,
    cluster,
    failNext: (code, when = () => true) => void failures.push({ code, when }),
    recover: () => void failures.splice(0),
    close: () => close(server),
  };
}

/** Of an ARM id: subscription, group and name, as one word of a path. */
export function clusterKey(resourceId: string): string {
  const words = resourceId.toLowerCase().split('/');
  return [words[2], words[4], words.at(-1)].join('.');
}

function tokenOf(cluster: string): string {
  return `stand-in-${cluster}`;
}

interface Surroundings {
  readonly options: KubernetesOptions;
  readonly cluster: (key: string) => Cluster;
  readonly failures: Failure[];
}

async function answer({ options, cluster, failures }: Surroundings, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const [, key = '', path = ''] = /^\/clusters\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
  if (key === '') throw new Refusal(404, 'NotFound', 'a stand-in for the API servers of clusters: ask below /clusters/{key}');
  const failing = failures.find(({ when }) => when(request));
  if (failing) {
    failures.splice(failures.indexOf(failing), 1);
    throw new Refusal(failing.code, failing.code === 403 ? 'Forbidden' : 'InternalError', 'the stand-in was told to fail');
  }
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (token !== tokenOf(key) && options.accepts?.(key, token) !== true) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
  const body = parsed(await text(request));
  const { kubernetesVersion = '1.34.2', faultsOf = () => [] } = options;
  serve({ cluster: cluster(key), kubernetesVersion, faultsOf }, request, response, url, path, body);
}

/** Apply patches are YAML by their media type; clients of Node send JSON, which is YAML. */
function parsed(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, 'BadRequest', 'the stand-in reads JSON only');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error));
  send(response, refusal.code, refusal.body);
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
