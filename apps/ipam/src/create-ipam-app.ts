import { azureCredential, connectArm, staticCredential } from '@podspan/azure';
import { checkDatabase, ipamMigrations, ipamModule, ipamSchema, ipamSdl, type AzureAccess, type IpamTables, rangesOf } from '@podspan/ipam';
import {
  authenticatorOf,
  createDatabase,
  createLogger,
  createService,
  isLoopback,
  keepForgetting,
  migrate,
  type Authenticator,
  type Config,
  type Logger,
} from '@podspan/platform';

export interface IpamAppOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  /** By default what the configuration says. */
  readonly authenticator?: Authenticator;
  readonly logger?: Logger;
}

/** The ipam service: built and migrated, not listening yet. */
export interface IpamApp {
  /** @returns the address, such as `http://127.0.0.1:4001` */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

export async function createIpamApp(options: IpamAppOptions): Promise<IpamApp> {
  const { config, databaseUrl } = options;
  const logger = options.logger ?? createLogger('ipam', config.LOG_LEVEL);
  const db = createDatabase<IpamTables>({
    url: databaseUrl,
    schema: ipamSchema,
    maxConnections: 20,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  await migrate(db, ipamSchema, ipamMigrations);
  const forgetting = keepForgetting(db, (error) => logger.warn({ err: error }, 'old idempotency keys could not be forgotten'));
  const service = await createService({
    name: 'ipam',
    title: 'Podspan IPAM',
    module: ipamModule(db, {
      webhooks: { allowLoopback: isLoopback(config.HOST), allowed: rangesOf(config.WEBHOOK_ALLOWED_RANGES) },
      backgroundMs: 2_000,
      azure: azureOf(config),
      onError: (error) => logger.warn({ err: error }, 'thresholds and webhooks wait for the next round'),
    }),
    sdl: ipamSdl,
    authenticator: options.authenticator ?? authenticatorOf(config),
    logger,
    checks: { database: () => checkDatabase(db) },
    openDocs: config.DOCS_ENABLED && isLoopback(config.HOST),
    onClose: async () => {
      await forgetting.stop();
      await db.destroy();
    },
  });
  return { listen: (host, port) => service.listen(host, port), close: () => service.close() };
}

/** Azure as the configuration says. Only the emulator speaks plain http, and only on this machine. */
function azureOf(config: Config): AzureAccess {
  const { AZURE_ENDPOINT: endpoint } = config;
  const emulated = endpoint?.startsWith('http:') === true;
  return {
    arm: connectArm({
      ...(endpoint === undefined ? {} : { endpoint }),
      credential: emulated ? staticCredential('ipam') : azureCredential(),
    }),
    subscriptions: config.DISCOVERY_SUBSCRIPTIONS,
    addressSpace: config.DISCOVERY_ADDRESS_SPACE,
    intervalSeconds: config.DISCOVERY_INTERVAL_SECONDS,
  };
}
