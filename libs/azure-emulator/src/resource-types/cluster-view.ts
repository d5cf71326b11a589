import { compact, numberAt, objectAt, objectsAt, textAt, without, type Json, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { addonsView } from './agic-add-on.js';
import { ingressView } from './alb-add-on.js';
import { poolProperties, poolsOf } from './agent-pools.js';
import { dnsServiceIpOf, podCidrsOf, podModeOf, serviceCidrsOf, type PodMode } from './cluster-network.js';
import { upgradesFrom } from './kubernetes-versions.js';
import { tenantId } from './user-assigned-identities.js';

const region = ({ location = '' }: Resource): string => location.toLowerCase().replaceAll(' ', '');

/** `properties` of a cluster as a GET answers them: what was sent, the defaults, and what Azure adds. */
export function clusterProperties(world: World, cluster: Resource): JsonObject {
  const { properties, hidden } = cluster;
  const error: Json | undefined = hidden['error'];
  return compact({
    enableRBAC: true,
    supportPlan: 'KubernetesOfficial',
    ...without(properties, 'servicePrincipalProfile', 'windowsProfile', 'kubernetesVersion', 'fqdn', 'azurePortalFQDN', 'identityProfile'),
    ...hostNames(cluster),
    kubernetesVersion: hidden['targetVersion'] ?? '',
    currentKubernetesVersion: hidden['version'] ?? '',
    agentPoolProfiles: poolsOf(world, cluster).map((pool) => profileView(world, pool)),
    networkProfile: networkView(cluster),
    nodeResourceGroup: hidden['nodeGroup'] ?? '',
    servicePrincipalProfile: { clientId: textAt(properties, 'servicePrincipalProfile', 'clientId') ?? 'msi' },
    windowsProfile: windowsView(properties),
    oidcIssuerProfile: issuerView(world, cluster),
    identityProfile: kubeletIdentity(world, cluster),
    addonProfiles: addonsView(world, cluster),
    ingressProfile: ingressView(world, cluster),
    maxAgentPools: 100,
    powerState: { code: 'Running' },
    resourceUID: hidden['uid'] ?? '',
    status: error === undefined ? undefined : { provisioningError: error },
  });
}

/** An entry of `agentPoolProfiles`: the pool's properties with its name beside them. */
export function profileView(world: World, pool: Resource): JsonObject {
  return compact({ name: pool.name, ...poolProperties(world, pool), provisioningState: pool.state, eTag: pool.etag });
}

function hostNames(cluster: Resource): JsonObject {
  const { hidden, properties } = cluster;
  if (hidden['ready'] !== true) return {};
  const uid = textAt(hidden, 'uid') ?? '';
  const host = `${textAt(hidden, 'dnsPrefix') ?? ''}-${uid.slice(0, 8)}`;
  const isPrivate = objectAt(properties, 'apiServerAccessProfile')?.['enablePrivateCluster'] === true;
  return {
    fqdn: `${host}.hcp.${region(cluster)}.azmk8s.io`,
    azurePortalFQDN: `${host}.portal.hcp.${region(cluster)}.azmk8s.io`,
    ...(isPrivate ? { privateFQDN: `${host}.${uid}.privatelink.${region(cluster)}.azmk8s.io` } : {}),
  };
}

function issuerView(world: World, cluster: Resource): JsonObject | undefined {
  const asked = objectAt(cluster.properties, 'oidcIssuerProfile');
  if (asked?.['enabled'] !== true || cluster.hidden['ready'] !== true) return asked;
  const issuer = world.random.uuid('issuer', cluster.key, cluster.incarnation);
  return { ...asked, issuerURL: `https://${region(cluster)}.oic.prod-aks.azure.com/${tenantId}/${issuer}/` };
}

function kubeletIdentity(world: World, cluster: Resource): JsonObject | undefined {
  if (cluster.hidden['ready'] !== true) return objectAt(cluster.properties, 'identityProfile');
  const group = textAt(cluster.hidden, 'nodeGroupId') ?? '';
  return {
    ...objectAt(cluster.properties, 'identityProfile'),
    kubeletidentity: {
      resourceId: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${cluster.name}-agentpool`,
      clientId: world.random.uuid('kubelet-client', cluster.key, cluster.incarnation),
      objectId: cluster.hidden['kubeletId'] ?? '',
    },
  };
}

/** Passwords are taken and never given back. */
function windowsView(properties: JsonObject): JsonObject | undefined {
  const profile = objectAt(properties, 'windowsProfile');
  return profile && without(profile, 'adminPassword');
}

const pluginOf: Record<PodMode, JsonObject> = {
  overlay: { networkPlugin: 'azure', networkPluginMode: 'overlay' },
  nodeSubnet: { networkPlugin: 'azure' },
  kubenet: { networkPlugin: 'kubenet' },
  none: { networkPlugin: 'none' },
};

function networkView(cluster: Resource): JsonObject {
  const { properties } = cluster;
  const given = objectAt(properties, 'networkProfile') ?? {};
  const [podCidrs, serviceCidrs] = [podCidrsOf(properties), serviceCidrsOf(properties)];
  const outboundType = textAt(given, 'outboundType') ?? 'loadBalancer';
  return compact({
    networkPolicy: 'none',
    networkDataplane: 'azure',
    loadBalancerSku: 'standard',
    ipFamilies: podCidrs.length > 1 ? ['IPv4', 'IPv6'] : ['IPv4'],
    ...given,
    ...pluginOf[podModeOf(properties)],
    ...(podCidrs[0] === undefined ? {} : { podCidr: podCidrs[0], podCidrs }),
    serviceCidr: serviceCidrs[0] ?? '',
    serviceCidrs,
    dnsServiceIP: dnsServiceIpOf(properties),
    outboundType,
    loadBalancerProfile: outboundType === 'loadBalancer' ? balancerView(cluster, given) : undefined,
  });
}

function balancerView(cluster: Resource, given: JsonObject): JsonObject {
  const profile = objectAt(given, 'loadBalancerProfile') ?? { managedOutboundIPs: { count: 1 } };
  const own = objectsAt(profile, 'outboundIPs', 'publicIPs').map(({ id }) => ({ id: id ?? '' }));
  const group = textAt(cluster.hidden, 'nodeGroupId') ?? '';
  const managed = Array.from({ length: numberAt(profile, 'managedOutboundIPs', 'count') ?? 0 }, (_, index) => ({
    id: `${group}/providers/Microsoft.Network/publicIPAddresses/mgdoutboundip${index + 1}`,
  }));
  return { allocatedOutboundPorts: 0, idleTimeoutInMinutes: 30, ...profile, effectiveOutboundIPs: [...own, ...managed] };
}

/** Top-level members: identity with the ids Azure knows, and the defaults of sku. */
export function clusterMembers(world: World, cluster: Resource): JsonObject {
  const identity = objectAt(cluster.body, 'identity');
  return compact({
    sku: { name: 'Base', tier: 'Free' },
    ...without(cluster.body, 'identity'),
    identity: identity && identityView(world, cluster, identity),
  });
}

function identityView(world: World, cluster: Resource, identity: JsonObject): JsonObject {
  if (identity['type'] === 'SystemAssigned') return { ...identity, principalId: cluster.hidden['principalId'] ?? '', tenantId };
  const users = Object.keys(objectAt(identity, 'userAssignedIdentities') ?? {}).map((id): [string, Json] => {
    const hidden = world.store.get(id)?.hidden;
    return [id, compact({ clientId: hidden?.['clientId'], principalId: hidden?.['principalId'] })];
  });
  return users.length === 0 ? identity : { ...identity, userAssignedIdentities: Object.fromEntries(users) };
}

export function upgradeProfileView(world: World, cluster: Resource): JsonObject {
  const offered = world.settings.kubernetesVersions;
  const upgrades = (version: string): Json[] =>
    upgradesFrom(offered, version).map((upgrade) => ({
      kubernetesVersion: upgrade.version,
      ...(upgrade.preview ? { isPreview: true } : {}),
    }));
  const profile = (name: string, version: string, osType: string): JsonObject => {
    const list = upgrades(version);
    return { name, kubernetesVersion: version, osType, ...(list.length === 0 ? {} : { upgrades: list }) };
  };
  return {
    id: `${cluster.id}/upgradeprofiles/default`,
    name: 'default',
    type: 'Microsoft.ContainerService/managedClusters/upgradeprofiles',
    properties: {
      controlPlaneProfile: profile('master', textAt(cluster.hidden, 'version') ?? '', 'Linux'),
      agentPoolProfiles: poolsOf(world, cluster).map((pool) =>
        profile(pool.name, textAt(pool.hidden, 'version') ?? '', textAt(pool.properties, 'osType') ?? 'Linux'),
      ),
    },
  };
}
