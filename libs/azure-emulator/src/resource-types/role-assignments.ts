import { ArmError, badRequest } from '../arm-error.js';
import { keyOf } from '../arm-path.js';
import { textAt } from '../json.js';
import type { Resource } from '../resource-store.js';
import type { World } from '../world.js';
import type { Put, ResourceType } from './resource-type.js';

const type = 'Microsoft.Authorization/roleAssignments';
const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const people = ['User', 'Group', 'ForeignGroup', 'Device'];

const roleOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1).toLowerCase();

/** Attached to any scope. A new identity stays unknown here until the directory has replicated it. */
export const roleAssignmentType: ResourceType = {
  type,
  extension: true,
  namePattern: guid,
  location: 'none',
  tags: false,
  wire: {
    top: [],
    properties: [
      'scope',
      'roleDefinitionId',
      'principalId',
      'principalType',
      'description',
      'condition',
      'conditionVersion',
      'delegatedManagedIdentityResourceId',
      'createdOn',
      'updatedOn',
      'createdBy',
      'updatedBy',
    ],
  },
  busy: () => new ArmError(409, 'Conflict', 'Another operation on this role assignment is in progress.'),
  validate,
  properties: (world, assignment) => ({
    principalType: 'ServicePrincipal',
    ...assignment.properties,
    scope: assignment.id.slice(0, assignment.id.toLowerCase().lastIndexOf('/providers/')) || '/',
    createdOn: world.clock.iso(assignment.createdAt),
  }),
};

function validate({ world, id, existing, properties }: Put): undefined {
  const principalId = textAt(properties, 'principalId') ?? '';
  const roleDefinitionId = textAt(properties, 'roleDefinitionId') ?? '';
  if (!/\/roleDefinitions\/[^/]+$/i.test(roleDefinitionId))
    throw badRequest('BadRequestFormat', 'The roleDefinitionId is missing or malformed.', { target: 'properties.roleDefinitionId' });
  if (!guid.test(principalId))
    throw badRequest('InvalidPrincipalId', `A valid principal ID must be provided for role assignment.`, {
      target: 'properties.principalId',
    });
  if (existing) return checkSame(existing, principalId, roleDefinitionId);
  checkScope(world, id);
  checkPrincipal(world, principalId, textAt(properties, 'principalType'));
  const scopeKey = keyOf(id.slice(0, id.toLowerCase().lastIndexOf('/providers/')));
  const twin = world.store
    .childrenOf(scopeKey, type)
    .find(
      (other) =>
        textAt(other.properties, 'principalId') === principalId &&
        roleOf(textAt(other.properties, 'roleDefinitionId') ?? '') === roleOf(roleDefinitionId),
    );
  if (twin)
    throw new ArmError(
      409,
      'RoleAssignmentExists',
      `The role assignment already exists. The ID of the existing role assignment is ${twin.name.replaceAll('-', '')}.`,
    );
  return undefined;
}

function checkSame(existing: Resource, principalId: string, roleDefinitionId: string): undefined {
  const same =
    textAt(existing.properties, 'principalId') === principalId &&
    roleOf(textAt(existing.properties, 'roleDefinitionId') ?? '') === roleOf(roleDefinitionId);
  if (!same)
    throw badRequest(
      'RoleAssignmentUpdateNotPermitted',
      'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
    );
  return undefined;
}

/** A scope inside a known group must be something that exists. */
function checkScope(world: World, id: string): void {
  const scope = id.slice(0, id.toLowerCase().lastIndexOf('/providers/'));
  const group = /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i.exec(scope);
  if (group && !world.store.get(group[0]))
    throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${group[1] ?? ''}' could not be found.`);
}

function checkPrincipal(world: World, principalId: string, principalType: string | undefined): void {
  const knownSince = world.principals.get(principalId);
  if (knownSince === undefined && principalType !== undefined && people.includes(principalType)) return;
  const lag = world.settings.replicationLagSeconds * 1000;
  if (knownSince !== undefined && world.clock.now() - knownSince >= lag) return;
  throw badRequest(
    'PrincipalNotFound',
    `Principal ${principalId.replaceAll('-', '')} does not exist in the directory. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.`,
  );
}

/** Assignments at a scope and below it, by principal when the filter names one; `atScope()` leaves out the ones below. */
export function roleAssignmentsIn(world: World, scope: string, filter = ''): Resource[] {
  const key = keyOf(scope);
  const principal = /(?:principalId eq|assignedTo\()\s*'([^']+)'/i.exec(filter)?.[1];
  const only = /atScope\(\)/i.test(filter);
  return world.store.ofType(type).filter((assignment) => {
    const inScope = only
      ? key.startsWith(assignment.parentKey)
      : assignment.parentKey === key || assignment.parentKey.startsWith(`${key}/`) || key.startsWith(`${assignment.parentKey}/`);
    return inScope && (principal === undefined || textAt(assignment.properties, 'principalId') === principal);
  });
}
