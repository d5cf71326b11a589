import { objectAt } from '../json.js';
import type { ResourceType } from './resource-type.js';
import {
  childReferences,
  serviceNetworkingBusy,
  serviceNetworkingName,
  serviceNetworkingStates,
  trafficControllers,
} from './service-networking.js';

/** Application Gateway for Containers. Lists its children; they are written on their own. */
export const trafficControllerType: ResourceType = {
  type: trafficControllers,
  namePattern: serviceNetworkingName,
  location: 'required',
  states: serviceNetworkingStates,
  seconds: { create: [300, 360], update: [30, 60], delete: [60, 180] },
  tags: true,
  wire: {
    top: [],
    properties: ['securityPolicyConfigurations', 'configurationEndpoints', 'frontends', 'associations', 'securityPolicies'],
  },
  keptBy: [`${trafficControllers}/frontends`, `${trafficControllers}/associations`, `${trafficControllers}/securityPolicies`],
  busy: serviceNetworkingBusy,
  validate: () => undefined,
  properties: (world, controller) => {
    const policies = objectAt(controller.properties, 'securityPolicyConfigurations');
    const endpoint = world.random.hex('endpoint', controller.key, controller.incarnation).slice(0, 16);
    return {
      configurationEndpoints: [`${endpoint}.trafficcontroller.azure.net`],
      frontends: childReferences(world, controller, 'frontends'),
      associations: childReferences(world, controller, 'associations'),
      securityPolicies: childReferences(world, controller, 'securityPolicies'),
      ...(policies ? { securityPolicyConfigurations: policies } : {}),
    };
  },
};
