import { v5 } from 'uuid';

/** Role definitions; their ids are the same in every tenant. */
export const roles = {
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  networkContributor: '4d97b98b-1d4f-4787-a291-c67834d212e7',
  /** AGC-31: Owner and Contributor are no substitute. */
  agcConfigurationManager: 'fbc52c3f-28ad-4303-a892-8a056630b8f1',
} as const;

const namespace = '6f1cf9a4-6b0e-5d6c-9c57-3f0d6cf1c0de';

/** The same scope, principal and role always give the same GUID: repeating the assignment is no second one. */
export function roleAssignmentId(scope: string, principalId: string, role: string): string {
  const name = v5([scope, principalId, role].join('|').toLowerCase(), namespace);
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
}

/** `principalType` spares the directory look-up that fails while a new identity has not spread yet. */
export function roleAssignmentBody(subscriptionId: string, principalId: string, role: string) {
  const roleDefinitionId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  return { properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' } };
}
