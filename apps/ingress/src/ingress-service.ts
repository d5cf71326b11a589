import type { EngineServiceDefinition } from '@podspan/engine';
import { ingressMigrations, IngressModule, ingressParts, ingressSdl, type IngressDatabase, type IngressParts } from '@podspan/ingress';

/** What makes the service this one. */
export const ingressService: EngineServiceDefinition<IngressDatabase, IngressParts> = {
  name: 'ingress',
  title: 'Podspan ingress',
  migrations: ingressMigrations,
  table: 'ingress_gateway',
  sdl: ingressSdl,
  partsOf: ({ config, ...surroundings }) =>
    ingressParts({ ...surroundings, ipamUrl: config.IPAM_URL, provisioningUrl: config.PROVISIONING_URL, apply: config.INGRESS_APPLY }),
  moduleOf: (parts) => IngressModule.of(parts),
  reachOf: ({ reachOf }) => reachOf,
};
