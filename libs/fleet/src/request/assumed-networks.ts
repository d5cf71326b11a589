import type { NetworkFacts } from '../domain/addresses.js';

/** The networks of a topology that a dry run assumes, as far as they can be read. */
export function assumedNetworks(topology: unknown): readonly (readonly [string, NetworkFacts])[] {
  const list =
    typeof topology === 'object' && topology !== null && 'networks' in topology && Array.isArray(topology.networks)
      ? (topology.networks as readonly Record<string, unknown>[])
      : [];
  return list.map((network) => {
    const name = String(network['name']);
    const optional = Object.fromEntries(
      ['region', 'subscriptionId', 'resourceId'].flatMap((key) => (typeof network[key] === 'string' ? [[key, network[key]]] : [])),
    );
    return [name, { name, prefixes: Array.isArray(network['prefixes']) ? network['prefixes'].map(String) : [], ...optional }];
  });
}
