export { type AzureAccess } from './discovery/azure-access.js';
export { type IpamOptions, rangesOf } from './webhooks/ipam-options.js';
export { ipamModule } from './ipam.module.js';
export { checkDatabase, type Db, type IpamTables } from './postgres/db.js';
export { ipamMigrations, ipamSchema } from './postgres/migrations.js';
export { ipamSdl } from './ipam.sdl.js';
