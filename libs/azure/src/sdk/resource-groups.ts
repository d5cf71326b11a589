import { type Bind, type Connection, nameAt, perSubscription, placeholder } from './operations.js';

/** Resource groups through `@azure/arm-resources`: made at once, removed by a long operation. */
export async function resourceGroups({ credential, options }: Connection): Promise<Bind> {
  const { ResourceManagementClient: Client, restorePoller } = await import('@azure/arm-resources');
  const clientOf = perSubscription((subscriptionId) => new Client(credential, subscriptionId, options));
  return (id) => {
    const client = clientOf(id);
    const name = nameAt(id, 0);
    return {
      put: (body) => ({ answer: client.resourceGroups.createOrUpdate(name, placeholder(body)) }),
      remove: () => ({ poller: client.resourceGroups.delete(name) }),
      get: () => client.resourceGroups.get(name),
      restore: (state) => restorePoller(client, state, client.resourceGroups.delete),
    };
  };
}
