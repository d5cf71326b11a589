import { describe, expect, it } from 'vitest';
import { roleAssignmentBody, roleAssignmentId, roles } from './role-assignment.js';

describe(roleAssignmentId, () => {
  it('is the same for the same scope, principal and role, whatever the casing', () => {
    const nameOf = (scope: string, principal: string, role: string) => roleAssignmentId(scope, principal, role).split('/').at(-1);
    expect(nameOf('/subscriptions/A', 'p', 'r')).toBe(nameOf('/SUBSCRIPTIONS/a', 'P', 'R'));
    expect(new Set([nameOf('/a', 'p', 'r'), nameOf('/b', 'p', 'r'), nameOf('/a', 'q', 'r'), nameOf('/a', 'p', 's')]).size).toBe(4);
  });

  it('hangs on its scope', () => {
    expect(roleAssignmentId('/subscriptions/s/resourceGroups/g', 'p', roles.reader)).toMatch(
      /^\/subscriptions\/s\/resourceGroups\/g\/providers\/Microsoft\.Authorization\/roleAssignments\/[0-9a-f-]{36}$/,
    );
  });
});

describe(roleAssignmentBody, () => {
  it('says that the principal is no person', () => {
    expect(roleAssignmentBody('s', 'p', roles.reader)).toEqual({
      properties: {
        roleDefinitionId: `/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/${roles.reader}`,
        principalId: 'p',
        principalType: 'ServicePrincipal',
      },
    });
  });
});
