import { badRequest } from '../arm-error.js';
import { objectsAt, without } from '../json.js';
import { keyOf, parseArmPath } from '../arm-path.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { networkBusy } from './network-locks.js';
import { trafficControllers } from './service-networking.js';
import type { ResourceType } from './resource-type.js';

/** WAF policies, of Application Gateway and of AGC alike. */
export const wafPolicyType: ResourceType = {
  type: 'Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies',
  namePattern: /^[a-zA-Z0-9]([-\w.]{0,126}[a-zA-Z0-9_])?$/,
  location: 'required',
  etag: 'etag',
  tags: true,
  states: { creating: 'Updating', updating: 'Updating', deleting: 'Deleting' },
  wire: { top: [], properties: ['policySettings', 'customRules', 'managedRules', 'resourceState', 'applicationGateways', 'httpListeners'] },
  busy: networkBusy,
  validate: ({ properties }) => {
    if (objectsAt(properties, 'managedRules', 'managedRuleSets').length === 0)
      throw badRequest('InvalidRequestFormat', 'A WAF policy needs a managed rule set.', { target: 'properties.managedRules' });
    return undefined;
  },
  validateDelete: (world, policy) => {
    const user = world.store
      .ofType(`${trafficControllers}/securityPolicies`)
      .find(({ properties }) => JSON.stringify(properties).toLowerCase().includes(`"${policy.key}"`));
    if (user)
      throw badRequest('ApplicationGatewayFirewallPolicyCannotBeDeleted', `WAF policy ${policy.id} is in use by ${user.id}.`, {
        emulated: true,
      });
  },
  properties: (_, { properties }) => ({
    resourceState: 'Enabled',
    policySettings: { state: 'Enabled', mode: 'Prevention' },
    customRules: [],
    ...without(properties, 'provisioningState'),
  }),
};

/** Makes a policy that somebody asks for, and its group, as `assumeWafPolicies` has it. */
export function assumeWafPolicy(world: World, id: string): void {
  if (!world.settings.assumeWafPolicies || world.store.get(id)) return;
  const { subscription = '', resourceGroup = '' } = parseArmPath(id);
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  if (!world.store.get(group))
    world.store.put({
      ...blank(world, group),
      type: 'Microsoft.Resources/resourceGroups',
      parentKey: keyOf(`/subscriptions/${subscription}`),
    });
  const managedRules = { managedRuleSets: [{ ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.1' }] };
  world.store.put({ ...blank(world, id), type: wafPolicyType.type, parentKey: keyOf(group), properties: { managedRules } });
}

function blank(world: World, id: string): Omit<Resource, 'type' | 'parentKey'> {
  const key = keyOf(id);
  return {
    key,
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    createdAt: world.clock.now(),
    incarnation: world.count('incarnation', key),
    hidden: {},
    body: {},
    properties: {},
    state: 'Succeeded',
    etag: world.newEtag(key),
  };
}
