import { keyOf } from '../arm-path.js';
import { compact, numberAt, textAt, type Json, type JsonObject } from '../json.js';
import type { AddressUse, Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { aksBusy, clusterLock } from './aks-busy.js';
import { checkAddresses } from './cluster-checks.js';
import { addressesPerNode, nodesOf, podModeOf, refuse, refuseParameter, type Pool, type PodMode } from './cluster-network.js';
import { resolveVersion } from './kubernetes-versions.js';
import type { Put, ResourceType } from './resource-type.js';

const clusters = 'Microsoft.ContainerService/managedClusters';
const namePattern = /^[a-z][a-z0-9]{0,11}$/;
const defaultMaxPods: Record<PodMode, number> = { overlay: 250, nodeSubnet: 30, kubenet: 110, none: 110 };

/** Members of a pool's `properties` in the newest stable schema. */
export const poolWire = [
  'count',
  'vmSize',
  'osDiskSizeGB',
  'osDiskType',
  'kubeletDiskType',
  'workloadRuntime',
  'messageOfTheDay',
  'vnetSubnetID',
  'podSubnetID',
  'podIPAllocationMode',
  'maxPods',
  'osType',
  'osSKU',
  'maxCount',
  'minCount',
  'enableAutoScaling',
  'scaleDownMode',
  'type',
  'mode',
  'orchestratorVersion',
  'currentOrchestratorVersion',
  'nodeImageVersion',
  'upgradeSettings',
  'powerState',
  'availabilityZones',
  'enableNodePublicIP',
  'nodePublicIPPrefixID',
  'scaleSetPriority',
  'scaleSetEvictionPolicy',
  'spotMaxPrice',
  'tags',
  'nodeLabels',
  'nodeTaints',
  'proximityPlacementGroupID',
  'kubeletConfig',
  'linuxOSConfig',
  'enableEncryptionAtHost',
  'enableUltraSSD',
  'enableFIPS',
  'gpuInstanceProfile',
  'creationData',
  'capacityReservationGroupID',
  'hostGroupID',
  'networkProfile',
  'windowsProfile',
  'securityProfile',
  'gpuProfile',
  'gatewayProfile',
  'virtualMachinesProfile',
  'virtualMachineNodesStatus',
  'localDNSProfile',
  'status',
  'eTag',
  'nodeInitializationTaints',
  'artifactStreamingProfile',
];

export const agentPoolType: ResourceType = {
  type: `${clusters}/agentPools`,
  parent: clusters,
  namePattern,
  location: 'none',
  flatErrors: true,
  states: { creating: 'Creating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [120, 240], update: [60, 240], delete: [90, 240] },
  etag: 'properties.eTag',
  strictConditions: true,
  tags: false,
  wire: { top: [], properties: poolWire },
  abortable: true,
  locks: (id) => [clusterLock(id)],
  busy: aksBusy,
  validate,
  onAccepted: ({ world, parent }, pool) => fillPool(world, parent, pool),
  onSettled: settlePool,
  validateDelete: (world, pool) => {
    const others = world.store.childrenOf(pool.parentKey, agentPoolType.type).filter(({ key }) => key !== pool.key);
    if (others.some(({ properties }) => properties['mode'] === 'System') || pool.properties['mode'] !== 'System') return;
    throw refuse('OperationNotAllowed', `The agent pool '${pool.name}' is the last system pool and cannot be deleted.`, pool.name);
  },
  uses: (pool) => poolUses(pool),
  properties: poolProperties,
  reads: { 'upgradeprofiles/default': poolUpgradeProfile },
  actions: {
    upgradenodeimageversion: (_, pool) => {
      pool.hidden['reimage'] = true;
      return [120, 300];
    },
  },
};

function poolUpgradeProfile(world: World, pool: Resource): JsonObject {
  return {
    id: `${pool.id}/upgradeProfiles/default`,
    name: 'default',
    type: `${clusters}/agentPools/upgradeProfiles`,
    properties: {
      kubernetesVersion: textAt(pool.hidden, 'version') ?? '',
      osType: textAt(pool.properties, 'osType') ?? 'Linux',
      latestNodeImageVersion: world.nodeImage,
    },
  };
}

function validate({ world, name, parent, existing, properties }: Put): undefined {
  if (!parent) return undefined;
  const pool = { name, properties };
  checkPool(world, pool, textAt(parent.hidden, 'version'));
  if (existing) checkPoolChange(existing, properties);
  const others = poolsOf(world, parent).filter((other) => other.name.toLowerCase() !== name.toLowerCase());
  checkAddresses({ world, id: parent.id, location: parent.location ?? '', properties: parent.properties, pools: [...others, pool] });
  return undefined;
}

/** Rules of one pool that need nothing but the pool. */
export function checkPool(world: World, pool: Pool, clusterVersion: string | undefined): void {
  const { name, properties } = pool;
  const most = properties['osType'] === 'Windows' ? 6 : 12;
  if (!namePattern.test(name) || name.length > most)
    throw refuse(
      'InvalidParameter',
      `The value of parameter agentPoolProfile.name is invalid: '${name}' must be 1 to ${most} lower-case letters and digits, beginning with a letter.`,
      'agentPoolProfile.name',
    );
  const count = nodesOf(pool);
  const least = properties['mode'] === 'System' ? 1 : 0;
  if (!Number.isInteger(count) || count < least || count > 1000)
    throw refuse(
      'InvalidParameter',
      `The value of parameter agentPoolProfile.count is invalid: ${count} is not in ${least} to 1000.`,
      'agentPoolProfile.count',
    );
  checkMaxPods(pool);
  const version = textAt(properties, 'orchestratorVersion');
  if (
    version !== undefined &&
    version !== '' &&
    version !== clusterVersion &&
    resolveVersion(world.settings.kubernetesVersions, version) === undefined
  ) {
    throw refuse(
      'K8sVersionNotSupported',
      `Agent pool version ${version} is not supported in this region.`,
      'agentPoolProfile.orchestratorVersion',
    );
  }
}

function checkMaxPods({ properties }: Pool): void {
  const maxPods = numberAt(properties, 'maxPods');
  if (maxPods === undefined || (maxPods >= 10 && maxPods <= 250)) return;
  throw refuse(
    'InvalidParameter',
    `The value of parameter agentPoolProfile.kubernetesConfig.maxPods is invalid: ${maxPods} is not in 10 to 250.`,
    'agentPoolProfile.maxPods',
  );
}

const unchangeable = ['vnetSubnetID', 'podSubnetID', 'maxPods', 'osType', 'vmSize'] as const;

function checkPoolChange(existing: Resource, properties: JsonObject): void {
  for (const name of unchangeable) {
    const [before, after] = [existing.properties[name], properties[name]];
    if (after === undefined || before === undefined || JSON.stringify(before).toLowerCase() === JSON.stringify(after).toLowerCase())
      continue;
    throw refuse('PropertyChangeNotAllowed', `Changing property 'properties.${name}' is not allowed.`, `properties.${name}`);
  }
}

export const poolsOf = (world: World, cluster: Resource): Resource[] => world.store.childrenOf(cluster.key, agentPoolType.type);

/** Writes a pool that came inside a cluster's PUT. */
export function writePool(world: World, cluster: Resource, name: string, given: JsonObject, state: string): void {
  const key = keyOf(`${cluster.id}/agentPools/${name}`);
  const old = world.store.get(key);
  const { name: _, provisioningState: __, eTag: ___, ...properties } = given;
  const pool: Resource = {
    key,
    name: old?.name ?? name,
    id: old?.id ?? `${cluster.id}/agentPools/${name}`,
    type: agentPoolType.type,
    parentKey: cluster.key,
    createdAt: old?.createdAt ?? world.clock.now(),
    incarnation: old?.incarnation ?? world.count('incarnation', key),
    hidden: old?.hidden ?? {},
    body: {},
    properties,
    state,
    etag: world.newEtag(key),
  };
  fillPool(world, cluster, pool);
  world.store.put(pool);
  world.store.hold(pool, poolUses(pool));
}

function fillPool(world: World, cluster: Resource | undefined, pool: Resource): void {
  const mode = podModeOf(cluster?.properties ?? {});
  const asked = textAt(pool.properties, 'orchestratorVersion');
  const clusterVersion = textAt(cluster?.hidden, 'version') ?? '';
  const version =
    asked === undefined || asked === '' ? clusterVersion : (resolveVersion(world.settings.kubernetesVersions, asked) ?? clusterVersion);
  const defaults: JsonObject = {
    count: 1,
    mode: 'User',
    osType: 'Linux',
    type: 'VirtualMachineScaleSets',
    maxPods: defaultMaxPods[mode],
    enableAutoScaling: false,
  };
  pool.properties = { ...defaults, ...pool.properties, orchestratorVersion: version };
  pool.hidden = {
    ...pool.hidden,
    podMode: mode,
    clusterName: cluster?.name ?? '',
    nodeGroup: textAt(cluster?.hidden, 'nodeGroupId') ?? '',
  };
  if (pool.hidden['version'] === undefined) pool.hidden['version'] = version;
}

export function settlePool(world: World, pool: Resource, { outcome, error }: { outcome: string; error?: JsonObject }): void {
  delete pool.hidden['error'];
  if (outcome === 'Succeeded') {
    const version = pool.properties['orchestratorVersion'] ?? '';
    const fresh = pool.hidden['image'] === undefined || pool.hidden['reimage'] === true || pool.hidden['version'] !== version;
    if (fresh) pool.hidden['image'] = world.nodeImage;
    pool.hidden['version'] = version;
  }
  delete pool.hidden['reimage'];
  if (outcome === 'Failed' && error) pool.hidden['error'] = error;
}

/** Addresses a pool takes while it exists: one per node, and one per pod where pods live in the subnet. */
export function poolUses(pool: Resource): AddressUse[] {
  const subnetId = textAt(pool.properties, 'vnetSubnetID');
  if (subnetId === undefined) return [];
  const mode = (textAt(pool.hidden, 'podMode') ?? 'overlay') as PodMode;
  const set = `aks-${pool.name}-vmss`;
  const group = textAt(pool.hidden, 'nodeGroup') ?? '';
  return [
    {
      subnetKey: keyOf(subnetId),
      addresses: nodesOf(pool) * addressesPerNode(mode, pool),
      configurationId: `${group}/providers/Microsoft.Compute/virtualMachineScaleSets/${set}/virtualMachines/0/networkInterfaces/${set}/ipConfigurations/ipconfig1`,
    },
  ];
}

/** A pool's `properties`, also the body of an entry of `agentPoolProfiles`. */
export function poolProperties(_: World, pool: Resource): JsonObject {
  const version = textAt(pool.hidden, 'version') ?? '';
  const error: Json | undefined = pool.hidden['error'];
  return compact({
    osDiskSizeGB: 128,
    osDiskType: 'Managed',
    osSKU: 'Ubuntu',
    ...pool.properties,
    currentOrchestratorVersion: version,
    nodeImageVersion: pool.hidden['image'],
    powerState: { code: 'Running' },
    status: error === undefined ? undefined : { provisioningError: error },
  });
}

export function requireSystemPool(pools: readonly Pool[]): void {
  if (pools.some(({ properties }) => properties['mode'] === 'System')) return;
  throw refuseParameter('The cluster must have at least one agent pool of mode System.', 'agentPoolProfiles');
}
