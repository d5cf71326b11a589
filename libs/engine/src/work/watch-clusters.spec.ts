import type { ArmResource } from '@podspan/azure';
import { describe, expect, it } from 'vitest';
import { endedAmong } from './watch-clusters.js';

const cluster = (name: string, provisioningState?: string): ArmResource => ({
  id: `/subscriptions/S/managedClusters/${name}`,
  name,
  type: 'Microsoft.ContainerService/managedClusters',
  raw: {},
  ...(provisioningState === undefined ? {} : { provisioningState }),
});

describe(endedAmong, () => {
  it('names the runs whose cluster is at rest or not in the list, and nobody else', () => {
    const names = ['creating', 'done', 'failed', 'unknown-state', 'stateless', 'missing'];
    const operations = names.map((name) => ({ runId: name, resourceId: `/subscriptions/s/managedclusters/${name}` }));
    const list = [
      cluster('Creating', 'Creating'),
      cluster('done', 'Succeeded'),
      cluster('failed', 'Failed'),
      cluster('unknown-state', 'Migrating'),
      cluster('stateless'),
    ];
    expect(endedAmong(operations, list)).toEqual(['done', 'failed', 'stateless', 'missing']);
  });
});
