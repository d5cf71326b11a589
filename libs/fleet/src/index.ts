export { FleetModule } from './fleet.module.js';
export { fleetParts, type FleetOptions, type FleetParts } from './fleet-parts.js';
export { fleetSdl } from './fleet.sdl.js';
export { keepSweeping, type Sweeping } from './give-back/keep-sweeping.js';
export { fleetMigrations } from './migrations.js';
