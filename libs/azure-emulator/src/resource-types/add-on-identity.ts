import { keyOf } from '../arm-path.js';
import { compact, textAt, type JsonObject } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import { userAssignedIdentityType } from './user-assigned-identities.js';

/** AKS makes an identity for an add-on in the group of the nodes, named after add-on and cluster. */
const identityId = (cluster: Resource, addOn: string): string =>
  `${textAt(cluster.hidden, 'nodeGroupId') ?? ''}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${addOn}-${cluster.name}`;

/** It comes and goes with the add-on. */
export function settleAddOnIdentity(world: World, cluster: Resource, addOn: string, isOn: boolean): void {
  const id = identityId(cluster, addOn);
  const held = world.store.get(id);
  if (!isOn && held) world.remove(held);
  if (!isOn || held) return;
  const identity: Resource = {
    key: keyOf(id),
    id,
    name: id.slice(id.lastIndexOf('/') + 1),
    type: userAssignedIdentityType.type,
    parentKey: keyOf(textAt(cluster.hidden, 'nodeGroupId') ?? ''),
    createdAt: world.clock.now(),
    incarnation: world.count('incarnation', keyOf(id)),
    hidden: {},
    body: {},
    properties: {},
    etag: world.newEtag(keyOf(id)),
    ...(cluster.location === undefined ? {} : { location: cluster.location }),
  };
  const principalId = world.random.uuid('principal', identity.key, identity.incarnation);
  identity.hidden = { principalId, clientId: world.random.uuid('client', identity.key, identity.incarnation) };
  world.principals.set(principalId, world.clock.now());
  world.store.put(identity);
}

/** As a GET of the cluster shows it, once AKS has made it. */
export function addOnIdentityView(world: World, cluster: Resource, addOn: string): JsonObject | undefined {
  const identity = world.store.get(identityId(cluster, addOn));
  return identity && compact({ resourceId: identity.id, clientId: identity.hidden['clientId'], objectId: identity.hidden['principalId'] });
}
