import type { ContainerServiceClient } from '@azure/arm-containerservice';
import type { ResourceId } from '../domain/resource-id.js';
import { type Bind, type Connection, groupOf, nameAt, perSubscription, placeholder, type Poller } from './operations.js';

export interface ContainerService {
  readonly cluster: Bind;
  readonly agentPool: Bind;
  readonly clientOf: (id: Pick<ResourceId, 'subscriptionId'>) => ContainerServiceClient;
}

/** Managed clusters and their agent pools through `@azure/arm-containerservice`. */
export async function containerService({ credential, options }: Connection): Promise<ContainerService> {
  const { ContainerServiceClient: Client, restorePoller } = await import('@azure/arm-containerservice');
  const clientOf = perSubscription((subscriptionId) => new Client(credential, subscriptionId, options));
  const restore = (client: ContainerServiceClient, state: string): Poller =>
    restorePoller(client, state, client.managedClusters.createOrUpdate);
  return {
    clientOf,
    cluster: (id) => {
      const client = clientOf(id);
      const [group, name] = [groupOf(id), nameAt(id, 0)];
      return {
        put: (body) => ({ poller: client.managedClusters.createOrUpdate(group, name, placeholder(body)) }),
        remove: () => ({ poller: client.managedClusters.delete(group, name) }),
        get: () => client.managedClusters.get(group, name),
        abort: () => ({ poller: client.managedClusters.abortLatestOperation(group, name) }),
        restore: (state) => restore(client, state),
      };
    },
    agentPool: (id) => {
      const client = clientOf(id);
      const [group, cluster, name] = [groupOf(id), nameAt(id, 0), nameAt(id, 1)];
      return {
        put: () => ({ poller: client.agentPools.createOrUpdate(group, cluster, name, {}) }),
        remove: () => ({ poller: client.agentPools.delete(group, cluster, name) }),
        get: () => client.agentPools.get(group, cluster, name),
        abort: () => ({ poller: client.agentPools.abortLatestOperation(group, cluster, name) }),
        actions: {
          upgradeNodeImageVersion: () => ({ poller: client.agentPools.upgradeNodeImageVersion(group, cluster, name) }),
        },
        restore: (state) => restore(client, state),
      };
    },
  };
}
