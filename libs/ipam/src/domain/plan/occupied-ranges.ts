import type { OccupiedRange } from '@podspan/aks';
import type { NetworkGraph } from '../network-graph.js';

/** What is routable from a network, as the rules of AKS want to see it. */
export function occupiedBy(network: string, graph: NetworkGraph): readonly OccupiedRange[] {
  return graph
    .reach(network)
    .flatMap(({ network: node, path }) =>
      node.prefixes.map((cidr): OccupiedRange =>
        path.length === 1
          ? { cidr, origin: { kind: 'VNET', network: node.name } }
          : { cidr, origin: { kind: 'CONNECTED_NETWORK', network: node.name, networkKind: node.kind, path } },
      ),
    );
}
