import type { AzureCluster } from '../change/azure-cluster.js';
import { vnetOf } from '../change/azure-cluster.js';
import type { CreateInput } from '../create/create-input.js';

/** A member that Azure has in another way than it was made. `null` is absent. */
export interface Drift {
  readonly member: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** What is written down of a cluster. */
export interface WrittenDown {
  readonly input: CreateInput;
  readonly kubernetesVersion: string;
  readonly dataplane: 'AZURE' | 'CILIUM';
  readonly networkPluginMode: 'overlay' | null;
}

/** Where a cluster that Podspan made differs from what it made: ranges, network mode, data plane, version, subnets, pools. */
export function driftOf({ input, kubernetesVersion, dataplane, networkPluginMode }: WrittenDown, azure: AzureCluster): readonly Drift[] {
  const compared: readonly (readonly [string, string | null, string | null])[] = [
    ['podCidr', orNull(input.podCidr), orNull(azure.podCidr)],
    ['serviceCidr', orNull(input.serviceCidr), orNull(azure.serviceCidr)],
    ['dnsServiceIp', orNull(input.dnsServiceIp), orNull(azure.dnsServiceIp)],
    ['networkMode', networkPluginMode === 'overlay' ? 'OVERLAY' : azure.networkMode, azure.networkMode],
    ['dataplane', dataplane, azure.dataplane],
    ['kubernetesVersion', versionAsked(kubernetesVersion, azure.kubernetesVersion), azure.kubernetesVersion],
    ['network', input.vnet.id === '' ? null : input.vnet.id.toLowerCase(), networkOf(azure) ?? (input.vnet.id.toLowerCase() || null)],
    ...poolsOf(input, azure),
  ];
  return compared.filter(([, expected, actual]) => expected !== actual).map(([member, expected, actual]) => ({ member, expected, actual }));
}

/** A minor version is kept by any of its patches. */
function versionAsked(asked: string, actual: string): string {
  return asked === '' || actual === asked || actual.startsWith(`${asked}.`) ? actual : asked;
}

function networkOf({ nodePools }: AzureCluster): string | undefined {
  const subnetId = nodePools.find((pool) => pool.subnetId !== undefined)?.subnetId;
  return subnetId === undefined ? undefined : vnetOf(subnetId);
}

function poolsOf({ cluster }: CreateInput, { nodePools }: AzureCluster): readonly (readonly [string, string | null, string | null])[] {
  const names = [...new Set([...cluster.nodePools, ...nodePools].map(({ name }) => name))].sort();
  return names.map((name) => [
    `nodePools.${name}`,
    cluster.nodePools.some((pool) => pool.name === name) ? 'present' : null,
    nodePools.some((pool) => pool.name === name) ? 'present' : null,
  ]);
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
