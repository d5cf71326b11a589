import { ArmError } from '../arm-error.js';
import { textAt } from '../json.js';
import type { ResourceType } from './resource-type.js';

/** The one directory the emulator knows. */
export const tenantId = '72f988bf-0000-4000-8000-2d7cd011db47';

export const userAssignedIdentityType: ResourceType = {
  type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
  namePattern: /^[a-zA-Z0-9][-\w]{2,127}$/,
  location: 'required',
  tags: true,
  wire: { top: [], properties: ['isolationScope', 'tenantId', 'principalId', 'clientId'] },
  busy: () => new ArmError(409, 'Conflict', 'Another operation on this identity is in progress.'),
  validate: () => undefined,
  onAccepted: ({ world, existing }, identity) => {
    if (existing && identity.hidden['principalId'] !== undefined) return;
    const principalId = world.random.uuid('principal', identity.key, identity.incarnation);
    identity.hidden = { principalId, clientId: world.random.uuid('client', identity.key, identity.incarnation) };
    world.principals.set(principalId, world.clock.now());
  },
  onDeleted: (world, { hidden }) => {
    world.principals.delete(textAt(hidden, 'principalId') ?? '');
  },
  properties: (_, { properties, hidden }) => ({
    isolationScope: properties['isolationScope'] ?? 'None',
    tenantId,
    principalId: hidden['principalId'] ?? null,
    clientId: hidden['clientId'] ?? null,
  }),
};
