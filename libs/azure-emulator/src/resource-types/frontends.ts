import { badRequest } from '../arm-error.js';
import { without } from '../json.js';
import type { Put, ResourceType } from './resource-type.js';
import {
  requireReady,
  serviceNetworkingBusy,
  serviceNetworkingName,
  serviceNetworkingStates,
  trafficControllers,
} from './service-networking.js';

const type = `${trafficControllers}/frontends`;
const most = 5;

/** An entry point; its FQDN is known when it has been provisioned. */
export const frontendType: ResourceType = {
  type,
  parent: trafficControllers,
  namePattern: serviceNetworkingName,
  location: 'required',
  states: serviceNetworkingStates,
  seconds: { create: [10, 40], update: [5, 20], delete: [10, 40] },
  tags: true,
  wire: { top: [], properties: ['fqdn', 'securityPolicyConfigurations'] },
  busy: serviceNetworkingBusy,
  validate,
  onSettled: (world, frontend) => {
    const hash = world.random.hex('fqdn', frontend.key, frontend.incarnation);
    frontend.hidden['fqdn'] ??=
      `${hash.slice(0, 16)}.fz${(Number.parseInt(hash.slice(16, 20), 16) % 100).toString().padStart(2, '0')}.alb.azure.com`;
  },
  properties: (_, { properties, hidden }) => ({
    ...without(properties, 'fqdn'),
    ...(hidden['fqdn'] === undefined ? {} : { fqdn: hidden['fqdn'] }),
  }),
};

function validate({ world, id, parent, existing }: Put): undefined {
  requireReady(parent, id);
  if (!existing && parent && world.store.childrenOf(parent.key, type).length >= most) {
    throw badRequest('QuotaExceeded', `A traffic controller can have at most ${most} frontends.`, { emulated: true });
  }
  return undefined;
}
