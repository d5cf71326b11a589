export { Environment, isLoopback, loadConfig, type Config } from './config/config.js';
export { lockDataFolder, type DataFolderLock } from './embedded-postgres/data-folder-lock.js';
export { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres/embedded-postgres.js';
export { createDatabase, type DatabaseOptions } from './postgres/database.js';
export { migrate, type Migrations } from './postgres/migrate.js';
export { isId, newId } from './postgres/new-id.js';
