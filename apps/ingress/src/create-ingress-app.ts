import { azureCredential, connectArm, staticCredential, type RateHeaders } from '@podspan/azure';
import { createEngine, engineMigrations, type DurableEngine, type EngineRole } from '@podspan/engine';
import { ingressMigrations, IngressModule, ingressParts, ingressSdl, type IngressDatabase, type IngressParts } from '@podspan/ingress';
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

const schema = 'ingress';

export interface IngressAppOptions {
  readonly config: Config;
  /** `api` answers and leaves the work to others, `worker` and `all` work too. */
  readonly role: EngineRole;
  readonly databaseUrl: string;
  /** By default what the configuration says. */
  readonly authenticator?: Authenticator;
  readonly serviceToken?: string;
  readonly logger?: Logger;
}

type Database = ReturnType<typeof createDatabase<IngressDatabase>>;

/** The ingress service: built, migrated and working, not listening yet. */
export interface IngressApp {
  /** @returns the address, such as `http://127.0.0.1:4003` */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

export async function createIngressApp(options: IngressAppOptions): Promise<IngressApp> {
  const { config, databaseUrl, serviceToken = serviceTokenOf(config) } = options;
  if (serviceToken === undefined) throw new Error('SERVICE_TOKEN_FILE is not set: without it the work in the background cannot ask ipam');
  const logger = options.logger ?? createLogger('ingress', config.LOG_LEVEL);
  const db = createDatabase<IngressDatabase>({
    url: databaseUrl,
    schema,
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  await migrate(db, schema, { ...engineMigrations, ...ingressMigrations });
  const { parts, engine } = assemble({ ...options, serviceToken }, db, logger);
  const service = await createService({
    name: 'ingress',
    title: 'Podspan ingress',
    module: IngressModule.of(parts),
    sdl: ingressSdl,
    authenticator: options.authenticator ?? authenticatorOf(config),
    logger,
    checks: { database: () => db.selectFrom('ingress_gateway').select('id').limit(1).execute() },
    openDocs: config.DOCS_ENABLED && isLoopback(config.HOST),
    onClose: async () => {
      await engine.stop();
      await db.destroy();
    },
  });
  await engine.startWorkers();
  return { listen: (host, port) => service.listen(host, port), close: () => service.close() };
}

function assemble(
  { config, role, databaseUrl, serviceToken }: IngressAppOptions & { readonly serviceToken: string },
  db: Database,
  logger: Logger,
): { parts: IngressParts; engine: DurableEngine } {
  const { AZURE_ENDPOINT: endpoint, REDIS_URL: redisUrl } = config;
  // Only the emulator speaks plain http, and only on this machine.
  const emulated = endpoint?.startsWith('http:') === true;
  let observe: (answer: RateHeaders) => void = () => undefined;
  const arm = connectArm({
    ...(endpoint === undefined ? {} : { endpoint }),
    credential: emulated ? staticCredential('ingress') : azureCredential(),
    onResponse: (answer) => observe(answer),
  });
  const parts = ingressParts({
    db,
    arm,
    ipamUrl: config.IPAM_URL,
    provisioningUrl: config.PROVISIONING_URL,
    authorization: `Bearer ${serviceToken}`,
  });
  const engine = createEngine({
    db,
    schema,
    arm,
    queue: { databaseUrl, ...(redisUrl === undefined ? {} : { redisUrl }) },
    programs: [parts.programs.create, parts.programs.remove],
    listeners: [parts.listener],
    log: logger,
    options: { role, speed: emulated ? config.AZURE_EMULATOR_SPEED : 1 },
  });
  observe = engine.observe;
  parts.engine.use(engine);
  return { parts, engine };
}
