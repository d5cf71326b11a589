import { InvalidRequest, Transient } from '@podspan/errors';
import type { ClusterAddresses, NetworkFacts } from '../domain/addresses.js';
import { dualStackNetworks } from '../domain/node-subnet-v6.js';
import { splitNetworks } from '../domain/split-networks.js';
import { type OfferedByPlace, versionFor } from '../domain/check-versions.js';
import type { ClusterSpec } from '../domain/cluster-spec.js';
import type { CreateInput } from '../domain/create/create-input.js';
import { freezeCluster, type FreezeOptions } from '../domain/create/freeze-cluster.js';

/** @throws Transient when ipam's answer does not fit the question: nothing must be built on half a plan. */
export function freezeClusters(
  specs: readonly ClusterSpec[],
  addresses: readonly ClusterAddresses[],
  networks: ReadonlyMap<string, NetworkFacts>,
  { offered, ...options }: Omit<FreezeOptions, 'versionOf'> & { readonly offered: OfferedByPlace },
): readonly CreateInput[] {
  const versionOf = (spec: ClusterSpec): string => versionFor(spec, offered);
  const byName = new Map(addresses.map((entry) => [entry.name, entry]));
  return specs.map((spec) => {
    const given = byName.get(spec.name);
    const network = networks.get(spec.network);
    if (!given || !network)
      throw new Transient(
        'address_plan_incomplete',
        `the address plan says nothing about cluster '${spec.name}' or its network '${spec.network}'`,
        5,
      );
    return freezeCluster(spec, given, network, { ...options, versionOf });
  });
}

/** Before any address is taken. @throws InvalidRequest OV-90, OV-115 */
export function refuseUnfitNetworks(specs: readonly ClusterSpec[], networks: ReadonlyMap<string, NetworkFacts>): void {
  const problems = [...splitNetworks(specs, networks), ...dualStackNetworks(specs, networks)];
  if (problems.length > 0) throw new InvalidRequest(problems);
}
