import type { EngineServiceDefinition } from '@podspan/engine';
import { fleetMigrations, FleetModule, fleetParts, fleetSdl, keepSweeping, type FleetParts } from '@podspan/fleet';

/** What makes the service this one. */
export const provisioningService: EngineServiceDefinition<unknown, FleetParts> = {
  name: 'provisioning',
  title: 'Podspan provisioning',
  migrations: fleetMigrations,
  table: 'rollout',
  maxConnections: 20,
  sdl: fleetSdl,
  partsOf: ({ config, ...surroundings }) => fleetParts({ ...surroundings, ipamUrl: config.IPAM_URL, ingressUrl: config.INGRESS_URL }),
  moduleOf: (parts) => FleetModule.of(parts),
  reachOf: ({ reachOf }) => reachOf,
  beside: ({ releases }, logger) =>
    keepSweeping(releases, (error) => logger.warn({ err: error }, 'address plans left behind could not be released')),
};
