import { badRequest } from '../arm-error.js';
import { objectAt, objectsAt, textAt } from '../json.js';
import type { Put, ResourceType } from './resource-type.js';
import {
  requireReady,
  serviceNetworkingBusy,
  serviceNetworkingName,
  serviceNetworkingStates,
  trafficControllers,
} from './service-networking.js';

/** One kind of policy per resource: WAF, or (in preview versions) IP access rules. */
export const securityPolicyType: ResourceType = {
  type: `${trafficControllers}/securityPolicies`,
  parent: trafficControllers,
  namePattern: serviceNetworkingName,
  location: 'required',
  states: serviceNetworkingStates,
  seconds: { create: [5, 20], update: [5, 20], delete: [5, 20] },
  tags: true,
  wire: { top: [], properties: ['wafPolicy', 'policyType', 'ipAccessRulesPolicy'] },
  busy: serviceNetworkingBusy,
  validate,
  properties: (_, { properties }) => ({ ...properties, policyType: properties['wafPolicy'] === undefined ? 'ipAccessRules' : 'waf' }),
};

function validate({ id, parent, properties, apiVersion }: Put): undefined {
  requireReady(parent, id);
  const rules = objectAt(properties, 'ipAccessRulesPolicy');
  const waf = textAt(properties, 'wafPolicy', 'id');
  if ((rules === undefined) === (waf === undefined))
    throw badRequest('InvalidParameter', 'Exactly one policy is required.', { target: 'properties', emulated: true });
  if (rules && !apiVersion.endsWith('-preview'))
    throw badRequest('InvalidParameter', 'ipAccessRulesPolicy needs a preview api-version.', {
      target: 'properties.ipAccessRulesPolicy',
      emulated: true,
    });
  if (objectsAt(rules, 'rules').length > 100)
    throw badRequest('InvalidParameter', 'At most 100 rules.', { target: 'properties.ipAccessRulesPolicy.rules', emulated: true });
  return undefined;
}
