import type { Arm } from '@podspan/azure';
import {
  Authenticator,
  authenticatorOf,
  createDatabase,
  createLogger,
  createService,
  isLoopback,
  keepForgetting,
  loadConfig,
  migrate,
  serviceTokenOf,
  type Config,
  type Logger,
  type Migrations,
  type ReachOf,
  type ServiceOptions,
} from '@podspan/platform';
import { sql, type Kysely } from 'kysely';
import { engineMigrations } from '../migrations.js';
import type { EngineRole } from '../options.js';
import { EngineMetrics } from './engine-metrics.js';
import { openEngine, queueOptionsOf, type EngineParts } from './open-engine.js';
import { queueBoard } from './queue-board.js';
import { checkQueue } from './check-queue.js';

/** What the parts of a feature are made from. */
export interface Surroundings<Tables> {
  readonly db: Kysely<Tables>;
  readonly arm: Arm;
  readonly config: Config;
  /** `Bearer ...` of the service itself, for work in the background. */
  readonly authorization: string;
  /** Azure's seconds per second: more than 1 with the emulator only. */
  readonly speed: number;
}

/** A service whose work the engine carries out, as far as it differs from the others. */
export interface EngineServiceDefinition<Tables, Parts extends EngineParts> {
  /** Its name, and that of its schema. */
  readonly name: string;
  readonly title: string;
  readonly migrations: Migrations;
  /** Where the service is not ready without it. */
  readonly table: string;
  readonly maxConnections?: number;
  readonly sdl: string;
  readonly partsOf: (surroundings: Surroundings<Tables>) => Parts;
  readonly moduleOf: (parts: Parts) => ServiceOptions['module'];
  /** What a caller reaches whose rights hold in some address spaces only. */
  readonly reachOf: (parts: Parts) => ReachOf;
  /** Work beside the engine's, in the roles that work. */
  readonly beside?: (parts: Parts, logger: Logger) => { stop(): Promise<void> };
}

export interface EngineServiceOptions {
  readonly config: Config;
  /** `api` answers and leaves the work to others, `worker` and `all` work too. */
  readonly role: EngineRole;
  readonly databaseUrl: string;
  /** By default what the configuration says. */
  readonly authenticator?: Authenticator;
  readonly serviceToken?: string;
  readonly logger?: Logger;
}

/** A service that is built, migrated and working, not listening yet. */
export interface EngineService {
  /** @returns the address, such as `http://127.0.0.1:4003` */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

export async function createEngineService<Tables, Parts extends EngineParts>(
  definition: EngineServiceDefinition<Tables, Parts>,
  options: EngineServiceOptions,
): Promise<EngineService> {
  const { name, title, migrations, table, maxConnections, sdl } = definition;
  const { config, role, databaseUrl, serviceToken = serviceTokenOf(config) } = options;
  if (serviceToken === undefined)
    throw new Error('SERVICE_TOKEN_FILE is not set: without it the work in the background cannot ask the other services');
  const logger = options.logger ?? createLogger(name, config.LOG_LEVEL);
  const onError = (error: Error): void => logger.warn({ err: error }, 'a database connection broke');
  const db = createDatabase<Tables>({
    url: databaseUrl,
    schema: name,
    onError,
    ...(maxConnections === undefined ? {} : { maxConnections }),
  });
  await migrate(db, name, { ...engineMigrations, ...migrations });
  const forgetting = keepForgetting(db, (error) => logger.warn({ err: error }, 'old idempotency keys could not be forgotten'));
  const metrics = new EngineMetrics(db);
  const { parts, engine } = openEngine({ name, config, db, databaseUrl, role, logger, meter: metrics }, ({ arm, speed }) =>
    definition.partsOf({ db, arm, config, authorization: `Bearer ${serviceToken}`, speed }),
  );
  const board = queueBoard({ name, queue: queueOptionsOf(config, databaseUrl), logger });
  const beside = role === 'api' ? undefined : definition.beside?.(parts, logger);
  const service = await createService({
    name,
    title,
    module: definition.moduleOf(parts),
    reachOf: definition.reachOf(parts),
    sdl,
    authenticator: options.authenticator ?? authenticatorOf(config),
    logger,
    checks: { database: () => sql`select from ${sql.table(table)} limit 1`.execute(db), queue: () => checkQueue(db, engine) },
    openDocs: config.DOCS_ENABLED && isLoopback(config.HOST),
    extend: (http) => board.serve(http),
    onClose: async () => {
      await board.close();
      await beside?.stop();
      await forgetting.stop();
      await engine.stop();
      await db.destroy();
    },
  });
  metrics.registerIn(service.metrics);
  await engine.startWorkers();
  return { listen: (host, port) => service.listen(host, port), close: () => service.close() };
}

/** Nobody answers there, and nobody is asked: a document is made of the controllers alone. */
const nowhere = { database: 'postgresql://nobody@127.0.0.1:1/none', azure: 'http://127.0.0.1:1' };

/** The service's OpenAPI document, without a database, a queue or Azure, and without listening. */
export async function documentOfEngineService<Tables, Parts extends EngineParts>(
  definition: EngineServiceDefinition<Tables, Parts>,
): Promise<unknown> {
  const { name, title, sdl } = definition;
  const logger = createLogger(name, 'silent');
  const config = loadConfig({}, { AZURE_ENDPOINT: nowhere.azure });
  const db = createDatabase<Tables>({ url: nowhere.database, schema: name });
  const { parts } = openEngine({ name, config, db, databaseUrl: nowhere.database, role: 'api', logger }, ({ arm, speed }) =>
    definition.partsOf({ db, arm, config, authorization: '', speed }),
  );
  const service = await createService({
    name,
    title,
    module: definition.moduleOf(parts),
    sdl,
    authenticator: new Authenticator({}),
    logger,
  });
  return service.openApi();
}
