import { azureCredential, connectArm, staticCredential, type RateHeaders } from '@podspan/azure';
import { createEngine, engineMigrations, type DurableEngine, type EngineRole } from '@podspan/engine';
import { fleetMigrations, FleetModule, fleetParts, fleetSdl, keepSweeping, type FleetParts } from '@podspan/fleet';
import {
  authenticatorOf,
  createDatabase,
  createLogger,
  createService,
  isLoopback,
  migrate,
  serviceTokenOf,
  type Authenticator,
  type Config,
  type Logger,
} from '@podspan/platform';

const schema = 'provisioning';

export interface ProvisioningAppOptions {
  readonly config: Config;
  /** `api` answers and leaves the work to others, `worker` and `all` work too. */
  readonly role: EngineRole;
  readonly databaseUrl: string;
  /** By default what the configuration says. */
  readonly authenticator?: Authenticator;
  readonly serviceToken?: string;
  readonly logger?: Logger;
}

type Database = ReturnType<typeof createDatabase<unknown>>;

/** The provisioning service: built, migrated and working, not listening yet. */
export interface ProvisioningApp {
  /** @returns the address, such as `http://127.0.0.1:4002` */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

export async function createProvisioningApp(options: ProvisioningAppOptions): Promise<ProvisioningApp> {
  const { config, role, databaseUrl } = options;
  const logger = options.logger ?? createLogger('provisioning', config.LOG_LEVEL);
  const db = createDatabase<unknown>({ url: databaseUrl, schema, maxConnections: 20, onError: (error) => logger.warn({ err: error }, 'a database connection broke') });
  await migrate(db, schema, { ...engineMigrations, ...fleetMigrations });
  const { parts, engine } = assemble(options, db, logger);
  const sweeping = role === 'api' ? undefined : keepSweeping(parts.releases, (error) => logger.warn({ err: error }, 'address plans left behind could not be released'));
  const service = await createService({
    name: 'provisioning',
    title: 'Podspan provisioning',
    module: FleetModule.of(parts),
    sdl: fleetSdl,
    authenticator: options.authenticator ?? authenticatorOf(config),
    logger,
    checks: { database: () => db.selectFrom('rollout' as never).select('id' as never).limit(1).execute() },
    openDocs: config.DOCS_ENABLED && isLoopback(config.HOST),
    onClose: async () => {
      await sweeping?.stop();
      await engine.stop();
      await db.destroy();
    },
  });
  await engine.startWorkers();
  return { listen: (host, port) => service.listen(host, port), close: () => service.close() };
}

function assemble({ config, role, databaseUrl, serviceToken = serviceTokenOf(config) }: ProvisioningAppOptions, db: Database, logger: Logger): { parts: FleetParts; engine: DurableEngine } {
  if (serviceToken === undefined) throw new Error('SERVICE_TOKEN_FILE is not set: without it the work in the background cannot ask ipam and ingress');
  const { AZURE_ENDPOINT: endpoint, REDIS_URL: redisUrl } = config;
  // Only the emulator speaks plain http, and only on this machine.
  const emulated = endpoint?.startsWith('http:') === true;
  const speed = emulated ? config.AZURE_EMULATOR_SPEED : 1;
  let observe: (answer: RateHeaders) => void = () => undefined;
  const arm = connectArm({
    ...(endpoint === undefined ? {} : { endpoint }),
    credential: emulated ? staticCredential('provisioning') : azureCredential(),
    onResponse: (answer) => observe(answer),
  });
  const parts = fleetParts({ db, arm, ipamUrl: config.IPAM_URL, ingressUrl: config.INGRESS_URL, authorization: `Bearer ${serviceToken}`, speed });
  const engine = createEngine({
    db,
    schema,
    arm,
    queue: { databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) },
    programs: parts.programs,
    listeners: parts.listeners,
    jobs: parts.jobs,
    log: logger,
    options: { role, speed },
  });
  observe = engine.observe;
  parts.engines.use(engine);
  return { parts, engine };
}
