import { isWire, listAt, objectAt, textAt, type Wire } from '@podspan/aks';
import type { CreateInput } from './create-input.js';
import { networkProfile } from './bodies.js';

export type Verdict =
  | { readonly state: 'AS_PLANNED'; readonly oidcIssuerUrl: string | null }
  | { readonly state: 'NOT_YET'; readonly reason: string }
  | { readonly state: 'WRONG'; readonly code: string; readonly message: string; readonly details: readonly string[] };

/** Ranges and modes that decide about addresses; what Azure fills in beside them is its own business. */
const held = ['networkPlugin', 'networkPluginMode', 'networkDataplane', 'podCidr', 'serviceCidr', 'dnsServiceIP', 'outboundType'] as const;

/** Holds a cluster that was read back against its plan: itself and every pool Succeeded, the network as planned (section 11, step 9). */
export function verifyCluster(input: CreateInput, resource: unknown): Verdict {
  const properties = objectAt(resource, 'properties');
  const states = [['cluster', textAt(properties, 'provisioningState')] as const, ...poolStates(properties)];
  const failed = states.filter(([, state]) => state === 'Failed' || state === 'Canceled');
  if (failed.length > 0)
    return wrong(
      'provisioning_failed',
      failed.map(([name, state]) => `${name} is ${state}`),
    );
  const busy = states.find(([, state]) => state !== 'Succeeded');
  if (busy) return { state: 'NOT_YET', reason: `${busy[0]} is ${busy[1]}` };
  const differences = [...missingPools(input, properties), ...networkDifferences(input, objectAt(properties, 'networkProfile'))];
  if (differences.length > 0) return wrong('not_as_planned', differences);
  return { state: 'AS_PLANNED', oidcIssuerUrl: textAt(properties, 'oidcIssuerProfile.issuerURL') ?? null };
}

function poolStates(properties: Wire): (readonly [string, string])[] {
  return pools(properties).map((pool) => [`pool ${textAt(pool, 'name')}`, textAt(pool, 'provisioningState') ?? 'Succeeded'] as const);
}

function missingPools({ cluster }: CreateInput, properties: Wire): string[] {
  const names = new Set(pools(properties).map((pool) => textAt(pool, 'name')));
  return cluster.nodePools.filter(({ name }) => !names.has(name)).map(({ name }) => `pool ${name} is missing`);
}

function networkDifferences(input: CreateInput, profile: Wire): string[] {
  const planned = networkProfile(input);
  const families = ['podCidrs', 'serviceCidrs'].filter(
    (key) => planned[key] !== undefined && listAt(profile, key).join() !== listAt(planned, key).join(),
  );
  return [...held.filter((key) => profile[key] !== planned[key]), ...families].map(
    (key) => `networkProfile.${key} is ${JSON.stringify(profile[key])}, planned ${JSON.stringify(planned[key])}`,
  );
}

function wrong(code: string, details: readonly string[]): Verdict {
  return { state: 'WRONG', code, message: details.join('; '), details };
}

function pools(properties: Wire): Wire[] {
  return listAt(properties, 'agentPoolProfiles').filter(isWire);
}
