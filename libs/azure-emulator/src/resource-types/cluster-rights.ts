import { keyOf } from '../arm-path.js';
import { objectAt, objectsAt, textAt } from '../json.js';
import type { World } from '../world.js';
import type { Doom, Put } from './resource-type.js';

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

/**
 * OV-116: the identity of a cluster in its own subnet needs rights there. Azure notices while it makes the nodes, so
 * the PUT is accepted and the operation fails. Any role but Reader at the subnet or above counts as enough.
 */
export function missingRights({ world, body, properties }: Put): Doom | undefined {
  const identities = Object.keys(objectAt(body, 'identity', 'userAssignedIdentities') ?? {});
  const subnets = [...new Set(objectsAt(properties, 'agentPoolProfiles').flatMap((pool) => textAt(pool, 'vnetSubnetID') ?? []))];
  if (!world.settings.checkRights || identities.length === 0) return undefined;
  const principals = identities.flatMap((id) => textAt(world.store.get(id)?.hidden, 'principalId') ?? []);
  const barred = subnets.find((subnet) => !principals.some((principal) => mayJoin(world, principal, keyOf(subnet))));
  if (barred === undefined) return undefined;
  return {
    code: 'LinkedAuthorizationFailed',
    message: `The client with object id '${principals.join()}' does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '${barred}'.`,
  };
}

function mayJoin(world: World, principal: string, subnetKey: string): boolean {
  return world.store
    .ofType('Microsoft.Authorization/roleAssignments')
    .some(
      ({ parentKey, properties }) =>
        (subnetKey === parentKey || subnetKey.startsWith(`${parentKey}/`)) &&
        textAt(properties, 'principalId') === principal &&
        !textAt(properties, 'roleDefinitionId')?.toLowerCase().endsWith(reader),
    );
}
