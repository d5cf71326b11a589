import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { splitNetworks } from './split-networks.js';

const other = '22222222-2222-4222-8222-222222222222';
const clusters = [aCluster({ name: 'a' }), aCluster({ name: 'b', subscriptionId: other })];
const networks = (more: object = {}) => new Map([['spoke-weu-1', { name: 'spoke-weu-1', prefixes: ['10.0.0.0/16'], ...more }]]);

describe(splitNetworks.name, () => {
  it('refuses clusters of two subscriptions in a network that says none (OV-115)', () => {
    expect(splitNetworks(clusters, networks())).toMatchObject([
      { path: 'clusters[1].subscriptionId', code: 'network_subscription_mismatch', rule: 'OV-115', value: other },
    ]);
  });

  it('leaves a network that says where it is to the address plan', () => {
    expect(splitNetworks(clusters, networks({ subscriptionId: other }))).toEqual([]);
  });

  it('is content with one subscription', () => {
    expect(splitNetworks([clusters[0]!, aCluster({ name: 'c' })], networks())).toEqual([]);
  });
});
