import type { NetworkManagementClient } from '@azure/arm-network';
import type { ResourceId } from '../domain/resource-id.js';
import { type Bind, type Connection, groupOf, nameAt, perSubscription, placeholder, type Poller } from './operations.js';

export interface Network {
  readonly virtualNetwork: Bind;
  readonly subnet: Bind;
  readonly peering: Bind;
  readonly clientOf: (id: Pick<ResourceId, 'subscriptionId'>) => NetworkManagementClient;
}

/** Virtual networks, subnets and peerings through `@azure/arm-network`. */
export async function network({ credential, options }: Connection): Promise<Network> {
  const { NetworkManagementClient: Client, restorePoller } = await import('@azure/arm-network');
  const clientOf = perSubscription((subscriptionId) => new Client(credential, subscriptionId, options));
  const restore = (client: NetworkManagementClient, state: string): Poller =>
    restorePoller(client, state, client.virtualNetworks.createOrUpdate);
  return {
    clientOf,
    virtualNetwork: (id) => {
      const client = clientOf(id);
      const [group, name] = [groupOf(id), nameAt(id, 0)];
      return {
        put: (body) => ({ poller: client.virtualNetworks.createOrUpdate(group, name, placeholder(body)) }),
        remove: () => ({ poller: client.virtualNetworks.delete(group, name) }),
        get: () => client.virtualNetworks.get(group, name),
        restore: (state) => restore(client, state),
      };
    },
    subnet: (id) => {
      const client = clientOf(id);
      const [group, vnet, name] = [groupOf(id), nameAt(id, 0), nameAt(id, 1)];
      return {
        put: () => ({ poller: client.subnets.createOrUpdate(group, vnet, name, {}) }),
        remove: () => ({ poller: client.subnets.delete(group, vnet, name) }),
        get: () => client.subnets.get(group, vnet, name),
        restore: (state) => restore(client, state),
      };
    },
    peering: (id) => {
      const client = clientOf(id);
      const [group, vnet, name] = [groupOf(id), nameAt(id, 0), nameAt(id, 1)];
      return {
        put: () => ({ poller: client.virtualNetworkPeerings.createOrUpdate(group, vnet, name, {}) }),
        remove: () => ({ poller: client.virtualNetworkPeerings.delete(group, vnet, name) }),
        get: () => client.virtualNetworkPeerings.get(group, vnet, name),
        restore: (state) => restore(client, state),
      };
    },
  };
}
