import { type Bind, type Connection, noPoller, perSubscription } from './operations.js';

/** Role assignments on any scope through `@azure/arm-authorization`. */
export async function roleAssignments({ credential, options }: Connection): Promise<Bind> {
  const { AuthorizationManagementClient: Client } = await import('@azure/arm-authorization');
  const clientOf = perSubscription((subscriptionId) => new Client(credential, subscriptionId, options));
  return (id) => {
    const assignments = clientOf(id).roleAssignments;
    // The client puts a slash before the scope.
    const scope = id.scope.slice(1);
    return {
      put: () => ({ answer: assignments.create(scope, id.name, { roleDefinitionId: '', principalId: '' }) }),
      remove: () => ({ answer: assignments.delete(scope, id.name) }),
      get: () => assignments.get(scope, id.name),
      restore: noPoller,
    };
  };
}
