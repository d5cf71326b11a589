import { describe, expect, it } from 'vitest';
import { aCluster, anIntent } from '../testing/builders.js';
import { chooseSubnet } from './choose-subnet.js';
import type { ClusterFacts } from './cluster-facts.js';
import type { GatewayIntent } from './gateway-intent.js';

const planned = aCluster().gatewaySubnet;
const vnetId = aCluster().vnetResourceId;

describe(chooseSubnet, () => {
  it.each<[string, Partial<GatewayIntent>, Partial<ClusterFacts>, object]>([
    ['the plan’s own', {}, {}, { source: 'PLAN', id: planned?.subnetId, cidr: planned?.cidr }],
    ['the plan’s own when its block is named', { subnetCidr: '10.40.4.0/24' }, {}, { source: 'PLAN', cidr: '10.40.4.0/24' }],
    [
      'a new one on a pool that is named',
      { pool: 'gateways' },
      {},
      { source: 'POOL', id: `${vnetId}/subnets/snet-agc-shop`, cidr: undefined },
    ],
    [
      'a new one with the block of the pool',
      { pool: 'gateways', subnetCidr: '10.40.9.0/24' },
      {},
      { source: 'POOL', cidr: '10.40.9.0/24' },
    ],
    ['the one that is given', { subnetId: 'x' }, {}, { source: 'GIVEN', id: 'x' }],
  ])('takes %s', (_, intent, cluster, expected) => {
    expect(chooseSubnet(anIntent(intent), aCluster(cluster))).toMatchObject(expected);
  });

  it('asks where another block is to come from', () => {
    expect(chooseSubnet(anIntent({ subnetCidr: '10.40.9.0/24' }), aCluster())).toMatchObject([
      { code: 'pool_missing', value: '10.40.9.0/24', conflictsWith: '10.40.4.0/24' },
    ]);
  });

  it('cuts a long gateway name so that the subnet’s name fits a node label (OV-113), and keeps two apart', () => {
    const [one, two] = ['1', '2'].map((end) => chooseSubnet(anIntent({ name: 'a'.repeat(63) + end, pool: 'gateways' }), aCluster()));
    const nameOf = (choice: unknown): string => (choice as { id: string }).id.split('/').at(-1) ?? '';
    expect(nameOf(one).length).toBeLessThanOrEqual(63);
    expect(nameOf(one)).not.toBe(nameOf(two));
  });
});
