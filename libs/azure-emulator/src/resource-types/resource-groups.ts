import { ArmError } from '../arm-error.js';
import type { ResourceType } from './resource-type.js';

/** A group is there as soon as the PUT is answered; deleting it deletes everything in it and takes a while. */
export const resourceGroupType: ResourceType = {
  type: 'Microsoft.Resources/resourceGroups',
  namePattern: /^[-\w._()\p{L}\p{N}]{0,89}[-\w_()\p{L}\p{N}]$/u,
  location: 'required',
  states: { creating: 'Creating', updating: 'Updating', deleting: 'Deleting' },
  seconds: { delete: [30, 90] },
  tags: true,
  wire: { top: ['managedBy'], properties: [] },
  busy: (_, id) =>
    new ArmError(
      409,
      'ResourceGroupBeingDeleted',
      `The resource group '${id}' is in deprovisioning state and cannot perform this operation.`,
    ),
  validate: () => undefined,
  properties: () => ({}),
  members: (_, { body }) => body,
};
