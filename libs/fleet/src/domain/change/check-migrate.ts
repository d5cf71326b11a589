import { assessMigration, clusterPeak, problem, problemIf, readRange } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { type AzureCluster, migrationSource, sizedPools, vnetOf } from './azure-cluster.js';
import type { ChangeSurroundings, ChangeTarget } from './change-target.js';
import { occupiedAround } from './check-network-change.js';

/** MG-01 to MG-19 and MG-31. The range is judged when one is named; a range from a pool is chosen so that it passes. */
export function migrateProblems(azure: AzureCluster, { asked, known }: ChangeTarget, around: ChangeSurroundings): readonly Problem[] {
  const requestsCilium = asked.dataplane === 'CILIUM' && azure.dataplane !== 'CILIUM';
  const agicSubnet = subnetOf(azure.agicSubnetId, around) ?? rangeOf(azure.agic.subnetRange);
  const source = migrationSource(azure, {
    requestsCilium,
    agcSubnet: known?.gatewaySubnet === undefined ? undefined : Cidr.parse(known.gatewaySubnet),
    agicSubnet,
    agicInNodeNetwork: azure.agicSubnetId === undefined || isInNodeNetwork(azure, azure.agicSubnetId),
  });
  const range = asked.podCidr === undefined ? undefined : readRange(asked.podCidr, 'podCidr');
  if (range && !range.value) return [...range.problems, ...assessMigration(source).problems];
  const { problems } = assessMigration(
    source,
    range?.value && { podCidr: range.value, peakNodes: peakOf(azure), occupied: occupiedAround(azure, around) },
  );
  return problems;
}

/** OV-23: nodes at their most with the surge of all pools; never less than one. */
export function peakOf(azure: AzureCluster): number {
  return Math.max(1, clusterPeak(sizedPools(azure)));
}

function subnetOf(id: string | undefined, { networks }: ChangeSurroundings): Cidr | undefined {
  if (id === undefined) return undefined;
  return networks.get(vnetOf(id))?.subnets.find((subnet) => subnet.id.toLowerCase() === id.toLowerCase())?.cidr;
}

/** The range that the add-on was to make its subnet with, in the network of the nodes. */
function rangeOf(text: string | undefined): Cidr | undefined {
  return text === undefined ? undefined : readRange(text, 'agic.subnet').value;
}

/** MG-19: what the move needs of AGIC's gateway was not looked at, for nobody says where it is. */
export function agicUnknown(azure: AzureCluster, around: ChangeSurroundings): readonly Problem[] {
  const known = subnetOf(azure.agicSubnetId, around) ?? rangeOf(azure.agic.subnetRange);
  return problemIf(azure.agic.enabled && known === undefined, {
    path: 'agic.subnet',
    code: 'agic_subnet_unknown',
    rule: 'MG-19',
    message: "the subnet of AGIC's Application Gateway cannot be read: it must be a /24 or smaller in the nodes' network",
    value: azure.agic.gatewayId,
    suggestion: 'let Podspan read the gateway, or look yourself before the move',
  });
}

function isInNodeNetwork({ nodePools }: AzureCluster, subnetId: string): boolean {
  return nodePools.some((pool) => pool.subnetId !== undefined && vnetOf(pool.subnetId) === vnetOf(subnetId));
}

/** MG-01, MG-02: a node-subnet cluster has no range that it could keep. */
export function rangeRequired(azure: AzureCluster): Problem | undefined {
  if (azure.networkMode !== 'NODE_SUBNET') return undefined;
  return problem({
    path: 'podCidr',
    code: 'required',
    rule: 'MG-01',
    message: 'a node-subnet cluster needs a pod range for overlay',
    suggestion: 'name pools.podCidr, or write a podCidr beside the ref',
  });
}
