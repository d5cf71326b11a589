import { join, resolve } from 'node:path';
import { createGateway } from '@podspan/app-gateway';
import { createIngressApp, faultsOfKnown } from '@podspan/app-ingress';
import { createIpamApp } from '@podspan/app-ipam';
import { checkRedis, createProvisioningApp } from '@podspan/app-provisioning';
import { startEmulator } from '@podspan/azure-emulator';

import { albController, clusterKey, startKubernetes, type Kubernetes } from '@podspan/kubernetes-emulator';
import {
  authenticatorOf,
  createLogger,
  loadConfig,
  localToken,
  lockDataFolder,
  startEmbeddedPostgres,
  type Config,
  type Logger,
} from '@podspan/platform';
import { freePorts } from './free-ports.js';

/** Podspan in one process: every service, the gateway, and where nothing else is configured the embedded database and the ARM emulator. */
export interface Standalone {
  readonly url: string;
  readonly token: string;
  readonly home: string;
  /** Where the Azure calls go. */
  readonly azure: string;
  /** Of each service: the gateway's own say nothing of rollouts. */
  readonly metrics: readonly string[];
  /** Called when the embedded database ends by itself; nothing works without it. */
  onDatabaseLost(listener: () => void): void;
  /** Ends what runs in order; everything acknowledged is kept. */
  close(): Promise<void>;
}

interface Part {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Starts everything on `config.HOST:config.PORT`.
 * @throws Conflict `data_folder_in_use` when another process serves the same PODSPAN_HOME; BadConfiguration when REDIS_URL is none.
 */
export async function startStandalone(config: Config): Promise<Standalone> {
  if (config.REDIS_URL !== undefined) await checkRedis(config.REDIS_URL);
  const home = resolve(config.PODSPAN_HOME);
  const lock = lockDataFolder(home);
  const parts: Part[] = [{ name: 'data folder', close: () => Promise.resolve(lock.release()) }];
  const logger = createLogger('standalone', config.LOG_LEVEL, join(home, 'logs', 'podspan.log'));
  try {
    return await assemble({ ...config, PODSPAN_HOME: home }, logger, parts);
  } catch (error) {
    await closeAll(parts, logger);
    throw error;
  }
}

async function assemble(given: Config, logger: Logger, parts: Part[]): Promise<Standalone> {
  const token = localToken(given.PODSPAN_HOME);
  let databaseLost = (): void => undefined;
  const [database, azure] = await Promise.all([openDatabase(given, parts, () => databaseLost()), openAzure(given, parts)]);
  const [ipamPort = 0, provisioningPort = 0, ingressPort = 0] = await freePorts(3);
  const config: Config = loadConfig(
    {},
    {
      ...given,
      DATABASE_URL: database,
      AZURE_ENDPOINT: azure,
      IPAM_URL: `http://127.0.0.1:${ipamPort}`,
      PROVISIONING_URL: `http://127.0.0.1:${provisioningPort}`,
      INGRESS_URL: `http://127.0.0.1:${ingressPort}`,
    },
  );
  const common = { config, authenticator: authenticatorOf(config), serviceToken: token, databaseUrl: database };
  const services = await Promise.all([
    serve('ipam', createIpamApp({ ...common, logger: logger.child({ service: 'ipam' }) }), ipamPort),
    serve(
      'provisioning',
      createProvisioningApp({ ...common, role: 'all', logger: logger.child({ service: 'provisioning' }) }),
      provisioningPort,
    ),
    serve('ingress', createIngressApp({ ...common, role: 'all', logger: logger.child({ service: 'ingress' }) }), ingressPort),
  ]);
  parts.push(...services);
  const gateway = await createGateway({
    config,
    authenticator: common.authenticator,
    serviceToken: token,
    logger: logger.child({ service: 'gateway' }),
  });
  parts.push({ name: 'gateway', close: () => gateway.close() });
  const url = await gateway.listen();
  return {
    url,
    token,
    home: config.PODSPAN_HOME,
    azure,
    metrics: [url, config.IPAM_URL, config.PROVISIONING_URL, config.INGRESS_URL].map((service) => `${service}/metrics`),
    onDatabaseLost: (listener) => (databaseLost = listener),
    close: () => closeAll(parts, logger),
  };
}

async function serve(
  name: string,
  building: Promise<{ listen(host: string, port: number): Promise<string>; close(): Promise<void> }>,
  port: number,
): Promise<Part> {
  const app = await building;
  await app.listen('127.0.0.1', port);
  return { name, close: () => app.close() };
}

async function openDatabase(config: Config, parts: Part[], onLost: () => void): Promise<string> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  const postgres = await startEmbeddedPostgres({ home: config.PODSPAN_HOME });
  postgres.onExit(onLost);
  parts.push({ name: 'postgres', close: () => postgres.stop() });
  return postgres.url;
}

async function openAzure(config: Config, parts: Part[]): Promise<string> {
  if (config.AZURE_ENDPOINT !== undefined) return config.AZURE_ENDPOINT;
  const kubernetes = config.INGRESS_APPLY ? await openKubernetes(parts) : undefined;
  const emulator = await startEmulator({
    speed: config.AZURE_EMULATOR_SPEED,
    stateFile: join(config.PODSPAN_HOME, 'azure-emulator.json'),
    // There is no portal to make one in.
    assumeWafPolicies: true,
    ...(kubernetes ? { kubernetes: accessTo(kubernetes) } : {}),
  });
  parts.push({ name: 'azure emulator', close: () => emulator.close() });
  return emulator.url;
}

/** API servers for the clusters of the emulator, in memory: what is applied is gone with the process. */
async function openKubernetes(parts: Part[]): Promise<Kubernetes> {
  // Local mode has no workloads, so Services are taken as there.
  const kubernetes = await startKubernetes({ faultsOf: (object) => faultsOfKnown(object), controller: albController() });
  parts.push({ name: 'kubernetes stand-in', close: () => kubernetes.close() });
  return kubernetes;
}

function accessTo(kubernetes: Kubernetes): (clusterId: string) => { readonly server: string; readonly token: string } {
  return (id) => ({ server: kubernetes.serverOf(clusterKey(id)), token: kubernetes.tokenOf(clusterKey(id)) });
}

/** In the reverse order of the start; one that fails does not keep the others open. */
async function closeAll(parts: Part[], logger: Logger): Promise<void> {
  for (const part of parts.splice(0).reverse()) {
    await part.close().catch((error: unknown) => logger.error({ err: error, part: part.name }, 'closing failed'));
  }
}
