import type { NetworkGraph } from '../domain/network-graph.js';
import { instant } from '../postgres/db.js';
import type { NetworkRow } from './networks.repository.js';
import type { NetworkView } from './topology-schemas.js';

export function networkView(row: NetworkRow, graph: NetworkGraph): NetworkView {
  const networks = [...graph.routingDomain(row.name)];
  return { ...plainNetworkView(row), routingDomain: { name: networks[0] ?? row.name, networks } };
}

/** What costs no look at the graph. */
export function plainNetworkView(row: NetworkRow): Omit<NetworkView, 'routingDomain'> {
  return {
    id: row.id,
    name: row.name,
    addressSpace: row.space_name,
    kind: row.kind,
    prefixes: [...row.prefixes],
    region: row.region,
    subscriptionId: row.subscription_id,
    resourceId: row.resource_id,
    createdAt: instant(row.created_at),
    updatedAt: instant(row.updated_at),
  };
}
