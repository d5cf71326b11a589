import { checkExpansion, type OccupiedRange, problem, problemIf, readRange } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { AzureCluster } from './azure-cluster.js';
import { vnetOf } from './azure-cluster.js';
import type { AskedChange, ChangeSurroundings, KnownCluster } from './change-target.js';

/** The cluster's own network and its service range, as far as Azure tells them. */
export function occupiedAround({ nodePools, serviceCidr }: AzureCluster, { networks }: ChangeSurroundings): readonly OccupiedRange[] {
  const ids = [...new Set(nodePools.flatMap(({ subnetId }) => (subnetId === undefined ? [] : [vnetOf(subnetId)])))];
  const ofNetworks = ids.flatMap((id) =>
    (networks.get(id)?.prefixes ?? []).map((cidr): OccupiedRange => ({
      cidr,
      origin: { kind: 'VNET', network: id.split('/').at(-1) ?? id },
    })),
  );
  const service = serviceCidr === undefined ? [] : [{ cidr: Cidr.parse(serviceCidr), origin: { kind: 'SERVICE_CIDR' } } as const];
  return [...ofNetworks, ...service];
}

/** What a cluster's pod range is to grow to: as it is asked for, else the block that was held back for it. */
export function expansionTarget(known: Pick<KnownCluster, 'podCidrGrowth'> | undefined, { podCidr }: AskedChange): string | undefined {
  return podCidr ?? known?.podCidrGrowth ?? undefined;
}

/** OV-100 to OV-102, and that the addresses are ours to take: only the block held back for the cluster is sure to be free when Azure agrees. */
export function expandProblems(
  azure: AzureCluster,
  known: KnownCluster | undefined,
  asked: AskedChange,
  around: ChangeSurroundings,
): readonly Problem[] {
  if (azure.networkMode !== 'OVERLAY') {
    const message = `its network mode is ${azure.networkMode}; only in overlay mode a pod range can be widened`;
    return [
      problem({
        path: 'networkMode',
        code: 'pod_cidr_expansion_needs_overlay',
        rule: 'OV-100',
        message,
        value: azure.networkMode,
        conflictsWith: 'OVERLAY',
        suggestion: 'migrate it to overlay first',
      }),
    ];
  }
  const text = expansionTarget(known, asked);
  if (!known || text === undefined) return [noGrowth(known)];
  const read = readRange(text, 'podCidr');
  if (!read.value) return read.problems;
  const from = Cidr.parse(azure.podCidr ?? known.podCidr);
  const windowsPools = azure.nodePools.filter(({ osType }) => osType === 'WINDOWS').map(({ name }) => name);
  const to = read.value;
  // A range that it has already is no problem: there is nothing left to do.
  if (to.equals(from)) return asked.podCidr === undefined ? [] : checkExpansion({ from, to, occupied: [] });
  return [
    ...checkExpansion({ from, to, occupied: occupiedAround(azure, around), windowsPools }),
    ...problemIf(to.contains(from) && !heldFor(known, to), {
      path: 'podCidr',
      code: 'growth_block_missing',
      rule: 'OV-102',
      message: `${to} reaches beyond the block held back for it (${known.podCidrGrowth ?? 'none'})`,
      value: String(to),
      conflictsWith: known.podCidrGrowth,
      suggestion: known.podCidrGrowth ?? 'expand its allocation in ipam first',
    }),
  ];
}

function heldFor({ podCidrGrowth }: KnownCluster, to: Cidr): boolean {
  return podCidrGrowth !== null && Cidr.parse(podCidrGrowth).contains(to);
}

function noGrowth(known: KnownCluster | undefined): Problem {
  return problem({
    path: 'podCidr',
    code: 'growth_block_missing',
    rule: 'OV-102',
    message: known ? 'no block is held back around its pod range' : 'Podspan holds no addresses for it',
    suggestion: known ? 'its pod range cannot grow: make a larger cluster beside it' : 'import it into ipam first',
  });
}

/** MG-31, MG-40: from any Azure CNI, on Linux, without node auto-provisioning, and never together with the move to overlay. */
export function ciliumProblems(azure: AzureCluster): readonly Problem[] {
  const { networkMode, nodePools, nodeProvisioning } = azure;
  const windows = nodePools.filter(({ osType }) => osType === 'WINDOWS').map(({ name }) => name);
  return [
    ...problemIf(networkMode === 'KUBENET' || networkMode === 'NONE', {
      path: 'networkMode',
      code: 'cilium_requires_azure_cni',
      rule: 'MG-40',
      message: `its network mode is ${networkMode}; the Cilium data plane needs Azure CNI`,
      value: networkMode,
      conflictsWith: ['NODE_SUBNET', 'POD_SUBNET_DYNAMIC', 'POD_SUBNET_STATIC', 'OVERLAY'],
      suggestion: networkMode === 'KUBENET' ? 'migrate it to overlay first, then enable Cilium' : 'rebuild the cluster',
    }),
    ...problemIf(windows.length > 0, {
      path: 'nodePools',
      code: 'cilium_linux_only',
      rule: 'MG-40',
      message: `the Cilium data plane runs on Linux only; Windows pools: ${windows.join(', ')}`,
      value: windows,
      suggestion: 'delete the Windows pools first',
    }),
    ...problemIf(nodeProvisioning, {
      path: 'nodeProvisioning',
      code: 'cilium_needs_node_provisioning_off',
      rule: 'MG-40',
      message: 'node auto-provisioning must be off during the update',
      value: 'Auto',
      conflictsWith: 'Manual',
      suggestion: 'switch nodeProvisioningProfile.mode to Manual first',
    }),
  ];
}
