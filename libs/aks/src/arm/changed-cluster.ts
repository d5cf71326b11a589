import { isWire, listAt, objectAt, textAt, type Json } from './wire.js';

type Body = { readonly [key: string]: Json };

/** What only Azure writes; sent back it is ignored at best. */
const readOnly = {
  top: ['id', 'name', 'type', 'eTag', 'systemData'],
  properties: [
    'provisioningState',
    'powerState',
    'currentKubernetesVersion',
    'fqdn',
    'privateFQDN',
    'azurePortalFQDN',
    'maxAgentPools',
    'resourceUID',
    'status',
    'privateLinkResources',
  ],
  pool: ['provisioningState', 'powerState', 'currentOrchestratorVersion', 'nodeImageVersion', 'eTag', 'status'],
} as const;

/** A change of a cluster: of its properties, of its network, of each of its pools. */
export interface ClusterChange {
  readonly properties?: Body;
  readonly networkProfile?: Body;
  readonly pool?: Body;
}

/**
 * The body of a PUT that changes a cluster: everything that was read, also what this release does not know (QUO-34), less what is
 * read-only, with the change.
 */
export function changedCluster(existing: Json, change: ClusterChange): Body {
  const { identity, ...members } = without(existing, readOnly.top);
  const properties = without(objectAt(existing, 'properties') as Json, readOnly.properties);
  const pools = listAt(existing, 'properties.agentPoolProfiles').filter(isWire);
  return {
    ...members,
    ...(identity === undefined ? {} : { identity: writableIdentity(identity) }),
    properties: {
      ...properties,
      ...change.properties,
      networkProfile: { ...networkOf(existing), ...change.networkProfile },
      agentPoolProfiles: pools.map((pool) => ({ ...without(pool as Json, readOnly.pool), ...change.pool })),
    },
  };
}

/** The range as one text and as the first of its list say the same; a list may also hold the range of the other family (OV-05). */
export function podCidrMembers(existing: Json, podCidr: string): Body {
  const others = listAt(existing, 'properties.networkProfile.podCidrs').slice(1) as Json[];
  return { podCidr, podCidrs: [podCidr, ...others] };
}

function networkOf(existing: Json): Body {
  const network = objectAt(existing, 'properties.networkProfile') as Body;
  const balancer = network['loadBalancerProfile'];
  if (!isWire(balancer)) return network;
  return { ...network, loadBalancerProfile: without(balancer, ['effectiveOutboundIPs']) };
}

/** The ids that Azure adds to identities are its own. */
function writableIdentity(identity: Json): Json {
  if (!isWire(identity)) return identity;
  const { principalId: _, tenantId: __, ...kept } = identity;
  const users = Object.keys(objectAt(identity, 'userAssignedIdentities'));
  return { ...kept, ...(users.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(users.map((id) => [id, {}])) }) };
}

function without(value: Json, keys: readonly string[]): Body {
  if (!isWire(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** Whether the network profile has these members with these values. */
export function hasNetwork(existing: Json, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => textAt(existing, `properties.networkProfile.${key}`) === value);
}
