import { isWire, listAt, type MigrationSource, type NetworkMode, objectAt, textAt, type Wire } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';

/** A managed cluster as Azure has it, as far as the rules of a change look at it. */
export interface AzureCluster {
  readonly resourceId: string;
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Lower case without spaces. */
  readonly region: string;
  readonly networkMode: NetworkMode;
  /** As it was written; absent in the oldest lists, and where a query dropped it. */
  readonly networkPlugin: string | undefined;
  readonly dataplane: 'AZURE' | 'CILIUM';
  readonly networkPolicy: MigrationSource['networkPolicy'];
  /** The full version it runs. */
  readonly kubernetesVersion: string;
  readonly identity: MigrationSource['identity'];
  readonly provisioningState: string;
  readonly stopped: boolean;
  /** Node auto-provisioning makes nodes by itself (MG-40). */
  readonly nodeProvisioning: boolean;
  readonly nodePools: readonly AzureNodePool[];
  readonly podCidr: string | undefined;
  readonly serviceCidr: string | undefined;
  readonly dnsServiceIp: string | undefined;
  /** Of the AGIC add-on, where Azure says which. */
  readonly agicSubnetId: string | undefined;
  readonly agic: {
    readonly enabled: boolean;
    readonly gatewayId: string | undefined;
    /** The range that was asked for, for a subnet in the network of the nodes. */ readonly subnetRange: string | undefined;
  };
  readonly oidcIssuer: boolean;
  readonly workloadIdentity: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface AzureNodePool {
  readonly name: string;
  readonly mode: 'SYSTEM' | 'USER';
  readonly osType: 'LINUX' | 'WINDOWS';
  readonly count: number;
  /** Of an autoscaled pool. */
  readonly maxCount: number | undefined;
  readonly maxSurge: string | undefined;
  readonly maxPods: number | undefined;
  readonly vmSize: string;
  readonly kubernetesVersion: string;
  readonly nodeImage: string | undefined;
  readonly subnetId: string | undefined;
  readonly podSubnetId: string | undefined;
  readonly provisioningState: string;
}

/** Reads the wire JSON of a GET or a LIST; members that are absent get the value that Azure means by it. */
export function readAzureCluster(id: string, raw: unknown): AzureCluster {
  const properties = objectAt(raw, 'properties');
  const network = objectAt(properties, 'networkProfile');
  const pools = listAt(properties, 'agentPoolProfiles').filter(isWire);
  const [, subscriptionId = '', , resourceGroup = ''] = id.split('/').slice(1);
  return {
    resourceId: id,
    name: textAt(raw, 'name') ?? id.slice(id.lastIndexOf('/') + 1),
    subscriptionId,
    resourceGroup,
    region: (textAt(raw, 'location') ?? '').toLowerCase().replaceAll(' ', ''),
    networkMode: modeOf(network, pools),
    networkPlugin: textAt(network, 'networkPlugin'),
    dataplane: textAt(network, 'networkDataplane') === 'cilium' ? 'CILIUM' : 'AZURE',
    networkPolicy: policyOf(textAt(network, 'networkPolicy')),
    kubernetesVersion: textAt(properties, 'currentKubernetesVersion') ?? textAt(properties, 'kubernetesVersion') ?? '',
    identity: textAt(raw, 'identity.type')?.toLowerCase() === 'userassigned' ? 'USER_ASSIGNED' : 'SYSTEM_ASSIGNED',
    provisioningState: textAt(properties, 'provisioningState') ?? 'Succeeded',
    stopped: textAt(properties, 'powerState.code') === 'Stopped',
    nodeProvisioning: textAt(properties, 'nodeProvisioningProfile.mode') === 'Auto',
    nodePools: pools.map(readPool),
    podCidr: textAt(network, 'podCidr'),
    serviceCidr: textAt(network, 'serviceCidr'),
    dnsServiceIp: textAt(network, 'dnsServiceIP'),
    ...agicOf(properties),
    oidcIssuer: objectAt(properties, 'oidcIssuerProfile')['enabled'] === true,
    workloadIdentity: objectAt(properties, 'securityProfile.workloadIdentity')['enabled'] === true,
    tags: Object.fromEntries(Object.entries(objectAt(raw, 'tags')).map(([key, value]) => [key, String(value)])),
  };
}

/**
 * Azure names the plugin of every cluster today; the lists of the first years have none, when there was kubenet only.
 * OV-02: `azure` without a mode is node subnet; a pod subnet makes it one of the two flat modes that cannot move (MG-03, MG-04). */
function modeOf(network: Wire, pools: readonly Wire[]): NetworkMode {
  const plugin = textAt(network, 'networkPlugin');
  if (plugin === 'none') return 'NONE';
  if (plugin !== 'kubenet' && textAt(network, 'networkPluginMode') === 'overlay') return 'OVERLAY';
  if (plugin === 'kubenet' || plugin === undefined) return 'KUBENET';
  const withPods = pools.filter((pool) => textAt(pool, 'podSubnetID') !== undefined);
  if (withPods.length === 0) return 'NODE_SUBNET';
  return withPods.some((pool) => textAt(pool, 'podIPAllocationMode') === 'StaticBlock') ? 'POD_SUBNET_STATIC' : 'POD_SUBNET_DYNAMIC';
}

const policies: Readonly<Record<string, MigrationSource['networkPolicy']>> = { azure: 'AZURE', calico: 'CALICO', cilium: 'CILIUM' };

function policyOf(policy: string | undefined): MigrationSource['networkPolicy'] {
  return policies[policy ?? ''] ?? 'NONE';
}

/** The names of add-ons have been written in more than one case over the years, and so have their settings. */
function agicOf(properties: Wire): Pick<AzureCluster, 'agicSubnetId' | 'agic'> {
  const addon = lowered(lowered(objectAt(properties, 'addonProfiles'))['ingressapplicationgateway']);
  const config = lowered(addon['config']);
  const setting = (...names: readonly string[]): string | undefined => names.map((name) => textAt(config, name)).find(Boolean);
  const enabled = addon['enabled'] === true;
  return {
    agicSubnetId: enabled ? setting('subnetid') : undefined,
    agic: {
      enabled,
      gatewayId: setting('applicationgatewayid', 'effectiveapplicationgatewayid'),
      subnetRange: setting('subnetcidr', 'subnetprefix'),
    },
  };
}

function lowered(value: unknown): Wire {
  return isWire(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member])) : {};
}

function readPool(pool: Wire): AzureNodePool {
  const number = (key: string): number | undefined => (typeof pool[key] === 'number' ? pool[key] : undefined);
  return {
    name: textAt(pool, 'name') ?? '',
    mode: textAt(pool, 'mode') === 'System' ? 'SYSTEM' : 'USER',
    osType: textAt(pool, 'osType') === 'Windows' ? 'WINDOWS' : 'LINUX',
    count: number('count') ?? 1,
    maxCount: pool['enableAutoScaling'] === true ? number('maxCount') : undefined,
    maxSurge: textAt(pool, 'upgradeSettings.maxSurge'),
    maxPods: number('maxPods'),
    vmSize: textAt(pool, 'vmSize') ?? '',
    kubernetesVersion: textAt(pool, 'currentOrchestratorVersion') ?? textAt(pool, 'orchestratorVersion') ?? '',
    nodeImage: textAt(pool, 'nodeImageVersion'),
    subnetId: textAt(pool, 'vnetSubnetID'),
    podSubnetId: textAt(pool, 'podSubnetID'),
    provisioningState: textAt(pool, 'provisioningState') ?? 'Succeeded',
  };
}

/** `20348.1547` in `AKSWindows-2022-containerd-20348.1547.230217` (MG-13). */
const windowsBuild = /-(\d{5}\.\d+)(?:\.|$)/;

/** What the preconditions of a migration look at (3.2). What lives inside the cluster, such as its ConfigMaps (MG-14), Azure does not tell. */
export function migrationSource(
  cluster: AzureCluster,
  facts: {
    readonly requestsCilium?: boolean;
    readonly agcSubnet?: Cidr | undefined;
    readonly agicSubnet?: Cidr | undefined;
    readonly agicInNodeNetwork?: boolean;
  },
): MigrationSource {
  return {
    mode: cluster.networkMode,
    kubernetesVersion: cluster.kubernetesVersion,
    networkPolicy: cluster.networkPolicy,
    identity: cluster.identity,
    nodePools: cluster.nodePools.map(({ name, osType, nodeImage, podSubnetId }) => ({
      name,
      podSubnetId,
      ...(osType === 'WINDOWS' ? { windows: { runtime: 'CONTAINERD' as const, osBuild: windowsBuild.exec(nodeImage ?? '')?.[1] } } : {}),
    })),
    requestsCilium: facts.requestsCilium,
    agcSubnet: facts.agcSubnet,
    // The add-on is kept up to date by AKS: its version is not the caller's to raise.
    ...(facts.agicSubnet ? { agic: { version: '1.8.1', subnet: facts.agicSubnet, inNodeNetwork: facts.agicInNodeNetwork ?? true } } : {}),
  };
}

/** The cluster's nodes, as the arithmetic of sizes wants them. */
export function sizedPools(
  cluster: AzureCluster,
): { name: string; mode: 'SYSTEM' | 'USER'; vmSize: string; count?: number; minCount?: number; maxCount?: number; maxSurge?: string }[] {
  return cluster.nodePools.map(({ name, mode, count, maxCount, maxSurge }) => ({
    name,
    mode,
    vmSize: '',
    ...(maxCount === undefined ? { count } : { minCount: 0, maxCount: Math.max(count, maxCount) }),
    ...(maxSurge === undefined ? {} : { maxSurge }),
  }));
}

/** Id of the VNet of a subnet, lower case. */
export function vnetOf(subnetId: string): string {
  return subnetId.replace(/\/subnets\/[^/]+$/i, '').toLowerCase();
}
