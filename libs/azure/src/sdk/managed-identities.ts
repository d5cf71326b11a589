import { type Bind, type Connection, groupOf, nameAt, noPoller, perSubscription, placeholder } from './operations.js';

export interface ManagedIdentities {
  readonly identity: Bind;
  readonly federatedCredential: Bind;
}

/** User-assigned identities and their federated credentials through `@azure/arm-msi`. Nothing here runs long. */
export async function managedIdentities({ credential, options }: Connection): Promise<ManagedIdentities> {
  const { ManagedServiceIdentityClient: Client } = await import('@azure/arm-msi');
  const clientOf = perSubscription((subscriptionId) => new Client(credential, subscriptionId, options));
  return {
    identity: (id) => {
      const identities = clientOf(id).userAssignedIdentities;
      const [group, name] = [groupOf(id), nameAt(id, 0)];
      return {
        put: (body) => ({ answer: identities.createOrUpdate(group, name, placeholder(body)) }),
        remove: () => ({ answer: identities.delete(group, name) }),
        get: () => identities.get(group, name),
        restore: noPoller,
      };
    },
    federatedCredential: (id) => {
      const credentials = clientOf(id).federatedIdentityCredentials;
      const [group, identity, name] = [groupOf(id), nameAt(id, 0), nameAt(id, 1)];
      return {
        put: () => ({ answer: credentials.createOrUpdate(group, identity, name, {}) }),
        remove: () => ({ answer: credentials.delete(group, identity, name) }),
        get: () => credentials.get(group, identity, name),
        restore: noPoller,
      };
    },
  };
}
