import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import type { PlannedWave } from '../waves.js';
import { readAzureCluster } from './azure-cluster.js';
import { sharedRoomProblems } from './check-surge-room.js';

const vnet = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub';
const subnetId = (name: string) => `${vnet}/subnets/${name}`;
const target = (name: string, maxSurge: string, subnet = 'nodes') => ({
  name,
  asked: {},
  azure: readAzureCluster(`/subscriptions/s/resourceGroups/rg/providers/x/y/${name}`, {
    name,
    location: 'westeurope',
    properties: {
      currentKubernetesVersion: '1.33.1',
      networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay' },
      agentPoolProfiles: [{ name: 'system', count: 3, vnetSubnetID: subnetId(subnet), upgradeSettings: { maxSurge } }],
    },
  }),
});
const wave = (clusters: readonly string[], more: Partial<PlannedWave> = {}): PlannedWave => ({
  index: 0,
  name: 'all',
  clusters,
  soakSeconds: 0,
  approval: false,
  ...more,
});
const strategy = { maxConcurrency: 10, maxFailures: 0, failureMode: 'FAST' } as const;
const three = [target('a', '1'), target('b', '2'), target('c', '3')];
/** Of two /28, each with 11 usable addresses. */
const judge = (free: number, change: object = {}, waves = [wave(['a', 'b', 'c'])], targets = three) => {
  const subnets = ['nodes', 'more'].map((name, index) => ({
    id: subnetId(name),
    name,
    cidr: Cidr.parse(`10.0.0.${16 * index}/28`),
    delegations: [],
  }));
  return sharedRoomProblems(
    targets,
    { waves, strategy: { ...strategy, ...change } },
    {
      networks: new Map([[vnet.toLowerCase(), { prefixes: [Cidr.parse('10.0.0.0/16')], subnets }]]),
      addressesInUse: new Map(subnets.map(({ id }) => [id.toLowerCase(), 11 - free])),
    },
  );
};

describe('addresses of clusters that are upgraded at the same time in one subnet (SN-12, SN-13)', () => {
  it('are the surges of the largest that run at once, together, and every cluster that shares the subnet is named', () => {
    expect(judge(6)).toEqual([]);
    expect(judge(5)).toMatchObject([
      {
        path: 'strategy.maxConcurrencyPerNetwork',
        code: 'node_subnet_too_small',
        rule: 'SN-13',
        value: 6,
        conflictsWith: 5,
        message:
          "wave 'all' upgrades up to 3 clusters at a time whose nodes share subnet nodes (10.0.0.0/28): a, b, c; together they need 6 more addresses, and it has 5 free",
        suggestion: 'maxConcurrencyPerNetwork 2, or a smaller maxSurge',
      },
    ]);
  });

  it.each`
    change                                       | free | told
    ${{ maxConcurrency: 2 }}                     | ${5} | ${undefined}
    ${{ maxConcurrency: 2 }}                     | ${4} | ${5}
    ${{ maxConcurrencyPerNetwork: 1 }}           | ${3} | ${undefined}
    ${{ maxConcurrencyPerRegion: 2 }}            | ${4} | ${5}
    ${{ maxConcurrencyPerSubscription: '67%' }}  | ${4} | ${5}
    ${{ failureMode: 'STRICT' }}                 | ${3} | ${undefined}
    ${{ failureMode: 'STRICT', maxFailures: 1 }} | ${4} | ${5}
  `('with $change and $free free: $told', ({ change, free, told }) => {
    expect(judge(free, change).map(({ value }) => value)).toEqual(told === undefined ? [] : [told]);
  });

  it('are asked of each wave by itself, of each subnet by itself, and not of a cluster that is too large alone', () => {
    expect(judge(3, {}, [wave(['a', 'b']), wave(['c'], { index: 1, name: 'rest' })])).toEqual([]);
    expect(judge(3, {}, undefined, [target('a', '1'), target('b', '2'), target('c', '3', 'more')])).toEqual([]);
    expect(judge(2)).toEqual([]);
  });
});
