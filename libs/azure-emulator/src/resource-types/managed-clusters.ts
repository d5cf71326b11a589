import { ArmError } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { objectAt, objectsAt, textAt, without, type JsonObject } from '../json.js';
import type { Operation } from '../operations.js';
import type { AddressUse, Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { aksBusy, clusterLock } from './aks-busy.js';
import { checkAgicAddOn, settleAgicAddOn } from './agic-add-on.js';
import { checkAlbAddOn, settleAlbAddOn } from './alb-add-on.js';
import { checkPool, poolsOf, poolWire, requireSystemPool, settlePool, writePool } from './agent-pools.js';
import { checkClusterChange } from './cluster-changes.js';
import { apiServerUse, checkAddresses } from './cluster-checks.js';
import { refuse, refuseParameter, type Pool } from './cluster-network.js';
import { adminCredential, userCredential } from './cluster-credentials.js';
import { clusterMembers, clusterProperties, upgradeProfileView } from './cluster-view.js';
import { missingRights } from './cluster-rights.js';
import { resolveVersion, upgradesFrom } from './kubernetes-versions.js';
import type { Doom, Put, ResourceType } from './resource-type.js';

export const managedClusterType: ResourceType = {
  type: 'Microsoft.ContainerService/managedClusters',
  namePattern: /^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/,
  location: 'required',
  flatErrors: true,
  states: { creating: 'Creating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { create: [240, 540], update: [120, 300], delete: [180, 420] },
  etag: 'eTag',
  strictConditions: true,
  tags: true,
  wire: {
    lists: { agentPoolProfiles: poolWire },
    top: ['identity', 'sku', 'kind', 'extendedLocation'],
    properties: [
      'kubernetesVersion',
      'currentKubernetesVersion',
      'dnsPrefix',
      'fqdnSubdomain',
      'fqdn',
      'privateFQDN',
      'azurePortalFQDN',
      'agentPoolProfiles',
      'linuxProfile',
      'windowsProfile',
      'servicePrincipalProfile',
      'addonProfiles',
      'podIdentityProfile',
      'oidcIssuerProfile',
      'nodeResourceGroup',
      'nodeResourceGroupProfile',
      'enableRBAC',
      'supportPlan',
      'networkProfile',
      'aadProfile',
      'autoUpgradeProfile',
      'upgradeSettings',
      'autoScalerProfile',
      'apiServerAccessProfile',
      'diskEncryptionSetID',
      'identityProfile',
      'privateLinkResources',
      'disableLocalAccounts',
      'httpProxyConfig',
      'securityProfile',
      'storageProfile',
      'ingressProfile',
      'publicNetworkAccess',
      'workloadAutoScalerProfile',
      'azureMonitorProfile',
      'serviceMeshProfile',
      'metricsProfile',
      'nodeProvisioningProfile',
      'bootstrapProfile',
      'hostedSystemProfile',
      'aiToolchainOperatorProfile',
      'resourceUID',
      'maxAgentPools',
      'powerState',
      'status',
      'schedulerProfile',
      'controlPlaneScalingProfile',
      'healthMonitorProfile',
    ],
  },
  abortable: true,
  deletePreempts: { code: 'AKSOperationPreemptedByDelete', message: 'The operation was preempted by a delete of the managed cluster.' },
  locks: (id) => [clusterLock(id)],
  busy: aksBusy,
  validate,
  onAccepted,
  onSettled,
  onDeleted: (world, cluster) => {
    for (const principal of ['principalId', 'kubeletId']) world.principals.delete(textAt(cluster.hidden, principal) ?? '');
    const group = world.store.get(textAt(cluster.hidden, 'nodeGroupId') ?? '');
    if (group && textAt(group.body, 'managedBy') === cluster.id) world.remove(group);
  },
  uses: apiServerUses,
  properties: clusterProperties,
  members: clusterMembers,
  reads: { 'upgradeprofiles/default': upgradeProfileView },
  posts: { listclusterusercredential: userCredential, listclusteradmincredential: adminCredential },
};

const inlinePools = (properties: JsonObject): Pool[] =>
  objectsAt(properties, 'agentPoolProfiles').map((profile) => ({ name: textAt(profile, 'name') ?? '', properties: profile }));

function validate(put: Put): Doom | undefined {
  const { world, id, existing, properties, location } = put;
  const version = checkVersion(put);
  const pools = inlinePools(properties);
  checkNames(put, pools);
  requireSystemPool(pools);
  for (const pool of pools) checkPool(world, pool, version);
  checkIdentity(put);
  checkAlbAddOn(put);
  checkAgicAddOn(put);
  if (existing) checkClusterChange(existing, properties);
  else checkQuota(put);
  const effective = existing ? carriedOver(existing, properties) : properties;
  checkAddresses({ world, id, location: location ?? '', properties: effective, pools });
  return missingRights(put);
}

function checkVersion({ world, existing, properties }: Put): string {
  const asked = textAt(properties, 'kubernetesVersion');
  const current = textAt(existing?.hidden, 'version');
  if (current !== undefined && (asked === undefined || asked === '' || asked === current)) return current;
  const version = resolveVersion(world.settings.kubernetesVersions, asked);
  if (version === undefined)
    throw refuse(
      'K8sVersionNotSupported',
      `Managed cluster version ${asked ?? ''} is not supported in this region. Please use [az aks get-versions] command to get the supported version list.`,
      'kubernetesVersion',
    );
  if (current !== undefined) checkUpgrade(world, current, version);
  return version;
}

/** Never back, and never over a minor. */
function checkUpgrade({ settings }: World, from: string, to: string): void {
  const available = upgradesFrom(settings.kubernetesVersions, from).map(({ version }) => version);
  if (from === to || available.includes(to)) return;
  throw refuse(
    'OperationNotAllowed',
    `Upgrading Kubernetes version ${from} to ${to} is not allowed. Available upgrades: [${available.join(' ')}].`,
    'kubernetesVersion',
  );
}

function checkNames({ name, resourceGroup, location, existing, properties }: Put, pools: readonly Pool[]): void {
  const dnsPrefix = textAt(properties, 'dnsPrefix') ?? textAt(properties, 'fqdnSubdomain') ?? textAt(existing?.properties, 'dnsPrefix');
  if (dnsPrefix === undefined) throw refuse('InvalidParameter', 'Required parameter dnsPrefix is missing (null).', 'dnsPrefix');
  if (!/^[a-zA-Z0-9]([-a-zA-Z0-9]{0,52}[a-zA-Z0-9])?$/.test(dnsPrefix))
    throw refuse('InvalidParameter', `The value of parameter dnsPrefix is invalid: '${dnsPrefix}'.`, 'dnsPrefix');
  const group = textAt(properties, 'nodeResourceGroup') ?? `MC_${resourceGroup}_${name}_${location ?? ''}`;
  if (group.length > 80)
    throw refuse('InvalidParameter', `The node resource group name '${group}' is longer than 80 characters.`, 'nodeResourceGroup');
  const names = pools.map((pool) => pool.name.toLowerCase());
  if (new Set(names).size < names.length) throw refuseParameter('Agent pool names must be unique.', 'agentPoolProfiles');
}

function checkIdentity({ world, body }: Put): void {
  for (const identityId of Object.keys(objectAt(body, 'identity', 'userAssignedIdentities') ?? {})) {
    if (world.store.get(identityId)) continue;
    throw new ArmError(404, 'ResourceNotFound', `The identity '${identityId}' was not found.`, {
      flat: true,
      target: 'identity.userAssignedIdentities',
    });
  }
}

function checkQuota({ world, subscription, location }: Put): void {
  const limit = world.settings.clusterQuota;
  const prefix = `${keyOf(`/subscriptions/${subscription}`)}/`;
  const plain = (text = ''): string => text.toLowerCase().replaceAll(' ', '');
  const usage = world.store
    .ofType(managedClusterType.type)
    .filter((cluster) => cluster.key.startsWith(prefix) && plain(cluster.location) === plain(location)).length;
  if (usage < limit) return;
  throw new ArmError(
    400,
    'ManagedClusterCountExceedsQuotaLimit',
    `Operation results in exceeding quota limits for managed clusters. Maximum allowed: ${limit}, Current usage: ${usage}, Additional requested: 1. Please follow https://aka.ms/aks-quota to request an increase.`,
    { flat: true },
  );
}

/** What a PUT may leave out because it cannot be changed anyway. */
function carriedOver(existing: Resource, properties: JsonObject): JsonObject {
  return {
    ...properties,
    dnsPrefix: properties['dnsPrefix'] ?? existing.hidden['dnsPrefix'] ?? '',
    networkProfile: { ...objectAt(existing.hidden, 'networkProfile'), ...objectAt(properties, 'networkProfile') },
  };
}

function onAccepted(put: Put, cluster: Resource): void {
  const { world, resourceGroup, existing } = put;
  const version = checkVersion({ ...put, ...(existing ? { existing } : {}) });
  const carried = existing ? carriedOver(cluster, put.properties) : put.properties;
  cluster.properties = without(carried, 'agentPoolProfiles', 'provisioningState');
  const nodeGroup =
    textAt(cluster.properties, 'nodeResourceGroup') ??
    textAt(cluster.hidden, 'nodeGroup') ??
    `MC_${resourceGroup}_${cluster.name}_${cluster.location ?? ''}`;
  const nodeGroupId = `/subscriptions/${put.subscription}/resourceGroups/${nodeGroup}`;
  cluster.hidden = {
    uid: world.random.hex('uid', cluster.key, cluster.incarnation).slice(0, 24),
    principalId: world.random.uuid('principal', cluster.key, cluster.incarnation),
    kubeletId: world.random.uuid('kubelet', cluster.key, cluster.incarnation),
    dnsPrefix: textAt(carried, 'dnsPrefix') ?? textAt(carried, 'fqdnSubdomain') ?? '',
    ...cluster.hidden,
    nodeGroup,
    nodeGroupId,
    networkProfile: objectAt(cluster.properties, 'networkProfile') ?? {},
    targetVersion: version,
    version: cluster.hidden['version'] ?? version,
  };
  writeNodeGroup(world, cluster, nodeGroupId, nodeGroup);
  registerPrincipal(world, cluster);
  writePools(put, cluster);
}

function writePools({ world, properties }: Put, cluster: Resource): void {
  const wanted = objectsAt(properties, 'agentPoolProfiles');
  const names = wanted.map((profile) => textAt(profile, 'name')?.toLowerCase() ?? '');
  for (const old of poolsOf(world, cluster)) if (!names.includes(old.name.toLowerCase())) world.remove(old);
  for (const profile of wanted) writePool(world, cluster, textAt(profile, 'name') ?? '', profile, cluster.state ?? 'Creating');
}

/** The group for the nodes belongs to the cluster and goes with it. */
function writeNodeGroup(world: World, cluster: Resource, id: string, name: string): void {
  if (world.store.get(id)) return;
  world.store.put({
    key: keyOf(id),
    id,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    parentKey: keyOf(id).split('/').slice(0, 3).join('/'),
    createdAt: world.clock.now(),
    incarnation: world.count('incarnation', keyOf(id)),
    hidden: {},
    body: { managedBy: cluster.id },
    properties: {},
    state: 'Succeeded',
    etag: world.newEtag(keyOf(id)),
    ...(cluster.location === undefined ? {} : { location: cluster.location }),
  });
}

function registerPrincipal(world: World, cluster: Resource): void {
  const principalId = textAt(cluster.hidden, 'principalId') ?? '';
  if (textAt(cluster.body, 'identity', 'type') !== 'SystemAssigned' || world.principals.has(principalId)) return;
  world.principals.set(principalId, world.clock.now());
}

/** Host names, issuer and node images exist from the first success on. */
function onSettled(world: World, cluster: Resource, operation: Operation): void {
  const { outcome, error } = operation;
  delete cluster.hidden['error'];
  if (outcome === 'Failed') cluster.hidden['error'] = error ?? { code: 'InternalOperationError', message: 'The operation failed.' };
  if (outcome === 'Succeeded') {
    cluster.hidden['ready'] = true;
    settleAlbAddOn(world, cluster);
    settleAgicAddOn(world, cluster);
    const kubelet = textAt(cluster.hidden, 'kubeletId') ?? '';
    if (!world.principals.has(kubelet)) world.principals.set(kubelet, world.clock.now());
    cluster.hidden['version'] = cluster.hidden['targetVersion'] ?? '';
  }
  for (const pool of poolsOf(world, cluster)) {
    pool.state = outcome;
    pool.etag = world.newEtag(pool.key);
    settlePool(world, pool, operation);
  }
}

function apiServerUses({ id, properties }: Resource): AddressUse[] {
  const subnetId = textAt(properties, 'apiServerAccessProfile', 'subnetId');
  return subnetId === undefined ? [] : [{ ...apiServerUse, subnetKey: keyOf(subnetId), configurationId: id }];
}
