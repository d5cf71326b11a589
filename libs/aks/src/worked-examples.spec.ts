import { Cidr, countAvailable, FreeSpace } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { occupied } from './cluster.fixture.js';
import {
  apiServersIn,
  apiServerSubnetPrefixFor,
  applicationGatewayPrefixFor,
  checkExpansion,
  checkNodePool,
  checkOutboundPorts,
  checkPodCidr,
  clusterPeak,
  growthBlocks,
  isPrivate,
  legacyAddresses,
  legacySubnetPrefixFor,
  mostNodesWithin,
  nodeBlocks,
  nodesForSnat,
  nodeSubnetPrefixFor,
  outboundAddressesFor,
  podPrefixFor,
  pollSecondsFor,
  poolPeak,
  readRange,
  reservedIn,
  secondsToThrottle,
  subnetPrefixFor,
  surgeNodes,
  usableAddresses,
  usableParts,
} from './index.js';
import { aPool } from './cluster.fixture.js';

/** The vectors of the rulebook's section 9, as data. */
const vectors = {
  sizing: [
    { id: 1, pools: [{ n: 3, surge: '1' }], extra: 0, peak: 4, podPrefix: 22, subnetPrefix: 28 },
    { id: 2, pools: [{ n: 50, surge: '33%' }], extra: 0, peak: 67, podPrefix: 17, subnetPrefix: 25 },
    { id: 3, pools: [{ n: 50, surge: '1' }], extra: 0, peak: 51, podPrefix: 18, subnetPrefix: 26 },
    {
      id: 4,
      pools: [
        { n: 5, surge: '33%' },
        { n: 100, surge: '33%' },
      ],
      extra: 3,
      peak: 140,
      podPrefix: 16,
      subnetPrefix: 24,
    },
    { id: 5, pools: times(5, { n: 4, surge: '50%' }), extra: 0, peak: 30, podPrefix: 19, subnetPrefix: 26 },
    { id: 7, pools: times(5, { n: 909, surge: '10%' }), extra: 0, peak: 5000, podPrefix: 11, subnetPrefix: 19 },
    { id: 9, pools: [{ n: 100, surge: '33%' }], extra: 0, peak: 133, podPrefix: 16, subnetPrefix: 24 },
  ],
  maxNodesInSlash16: { '1': 255, '10%': 232, '33%': 192, '50%': 170, '100%': 128 },
  apiServerClustersPerSubnet: { '28': 1, '27': 3, '26': 6, '25': 13, '24': 27 },
  expansion: [
    { old: '10.244.0.0/18', new: '10.244.0.0/16', ok: true },
    { old: '10.244.64.0/18', new: '10.244.0.0/17', ok: true },
    { old: '10.244.0.0/16', new: '10.245.0.0/15', ok: false, why: 'host bits set' },
    { old: '10.244.0.0/16', new: '10.244.0.0/17', ok: false, why: 'shrink' },
    { old: '10.244.0.0/16', new: '10.246.0.0/15', ok: false, why: 'not a superset' },
    { old: '10.244.0.0/16', new: '10.244.0.0/16', ok: false, why: 'no change' },
    { old: '10.244.0.0/16', new: '10.224.0.0/11', vnet: '10.224.0.0/12', ok: false, why: 'overlaps VNet' },
  ],
  reserved: [
    { cidr: '172.16.0.0/12', ok: false },
    { cidr: '172.16.0.0/13', ok: true },
    { cidr: '172.30.128.0/17', ok: false },
    { cidr: '192.0.0.0/16', ok: false },
    { cidr: '100.64.0.0/16', ok: true },
    { cidr: '169.254.8.0/22', ok: false },
  ],
};

const whyCodes: Record<string, string> = {
  'host bits set': 'cidr_not_canonical',
  shrink: 'pod_cidr_not_superset',
  'not a superset': 'pod_cidr_not_superset',
  'no change': 'pod_cidr_not_superset',
  'overlaps VNet': 'pod_cidr_overlaps_vnet',
};

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

describe('the sizing vectors (OV-23, SN-10)', () => {
  it.each(vectors.sizing)('example $id: peak $peak takes a /$podPrefix for pods and a /$subnetPrefix for nodes', (vector) => {
    const pools = vector.pools.map(({ n, surge }) => ({ count: n, maxSurge: surge }));
    expect(clusterPeak(pools)).toBe(vector.peak);
    expect(podPrefixFor(vector.peak)).toBe(vector.podPrefix);
    expect(nodeSubnetPrefixFor({ peakNodes: vector.peak, otherAddresses: vector.extra })).toBe(vector.subnetPrefix);
  });

  it('example 3: legacy mode needs 1,581 addresses, a /21, where overlay takes a /26 (SN-11)', () => {
    expect(legacyAddresses(51, 30)).toBe(1_581);
    expect(legacySubnetPrefixFor(51, 30)).toBe(21);
    expect(legacyAddresses(61, 30)).toBe(1_891);
    expect(legacySubnetPrefixFor(61, 30)).toBe(21);
    expect(2 ** (nodeSubnetPrefixFor({ peakNodes: 51 }) - legacySubnetPrefixFor(51, 30))).toBe(32);
  });

  it('example 4: two internal load balancers and a private endpoint take three more addresses (SN-14, SN-15)', () => {
    const pools = [
      { minCount: 1, maxCount: 5, maxSurge: '33%' },
      { minCount: 3, maxCount: 100, maxSurge: '33%' },
    ];
    expect(pools.map(poolPeak)).toEqual([7, 133]);
    expect(nodeSubnetPrefixFor({ peakNodes: 140, internalLoadBalancers: 2, privateEndpoints: 1 })).toBe(24);
  });

  it.each(Object.entries(vectors.maxNodesInSlash16))('example 6: with surge %s a /16 carries %i nodes (OV-22)', (surge, nodes) => {
    expect(nodeBlocks(16)).toBe(256);
    expect(mostNodesWithin(256, surge)).toBe(nodes);
    expect(nodes + surgeNodes(nodes, surge)).toBeLessThanOrEqual(256);
    expect(nodes + 1 + surgeNodes(nodes + 1, surge)).toBeGreaterThan(256);
  });

  it('example 7: 909 nodes with 10 % surge are the largest pool that can upgrade (SN-23, OV-20)', () => {
    expect(mostNodesWithin(1_000, '10%')).toBe(909);
    expect([podPrefixFor(5_000), subnetPrefixFor(5_000)]).toEqual([11, 19]);
  });

  it('example 8: 4,000 nodes take a /12, which has 1,048,576 addresses (OV-27)', () => {
    expect(podPrefixFor(4_000)).toBe(12);
    expect(Cidr.parse('10.0.0.0/12').size).toBe(1_048_576n);
  });

  it('example 9: forty flat clusters outgrow a network, overlay fits a /17', () => {
    const flat = legacyAddresses(101, 30);
    expect([flat, legacySubnetPrefixFor(101, 30), 40 * flat]).toEqual([3_131, 20, 125_240]);
    const [nodes, gateway] = [nodeSubnetPrefixFor({ peakNodes: 133 }), 24];
    const space = new FreeSpace([Cidr.parse('10.60.0.0/17')], []);
    const given = Array.from({ length: 40 }, () => [space.take(nodes), space.take(gateway)]).flat();
    expect(given.every((block) => block !== undefined)).toBe(true);
    expect(given.reduce((sum, block) => sum + (block?.size ?? 0n), 0n)).toBe(20_480n);
  });

  it('keeps to /22 for the smallest and /11 for the largest pod CIDR (OV-25, OV-26)', () => {
    expect([1, 2, 3, 4, 5, 8].map(podPrefixFor)).toEqual([22, 22, 22, 22, 21, 21]);
    expect([256, 257, 4_096, 4_097, 5_000].map(podPrefixFor)).toEqual([16, 15, 12, 11, 11]);
    expect(podPrefixFor(20_000)).toBe(11);
  });
});

describe('surge (SN-20, SN-21)', () => {
  it.each`
    nodes  | surge        | extra | because
    ${50}  | ${'33%'}     | ${17} | ${'a percentage rounds up'}
    ${20}  | ${'33%'}     | ${7}  | ${'20 x 33 % is 6.6'}
    ${3}   | ${5}         | ${3}  | ${'no more surge than nodes'}
    ${100} | ${'1%'}      | ${1}  | ${'an exact percentage stays'}
    ${5}   | ${undefined} | ${1}  | ${'one node when 10 % is less'}
    ${100} | ${undefined} | ${10} | ${'10 % when that is more'}
    ${0}   | ${'33%'}     | ${0}  | ${'nothing to upgrade'}
    ${4}   | ${'0'}       | ${0}  | ${'none wanted'}
  `('$nodes nodes with $surge: $extra, since $because', ({ nodes, surge, extra }) => {
    expect(surgeNodes(nodes, surge)).toBe(extra);
  });
});

describe('pod CIDR expansion (OV-100 to OV-102)', () => {
  it.each(vectors.expansion)('example 10: $old to $new is allowed: $ok', ({ old, new: next, ok, vnet, why }) => {
    const { value, problems } = readRange(next, 'podCidr');
    const ranges = vnet === undefined ? [] : [occupied(vnet, { kind: 'VNET', network: 'spoke' })];
    const found = value ? checkExpansion({ from: Cidr.parse(old), to: value, occupied: ranges }) : problems;
    expect(found.map(({ code }) => code)).toEqual(ok ? [] : [whyCodes[why ?? '']]);
  });

  it('example 10: 10.244.0.0/16 grows to a /12 and no further beside a network 10.224.0.0/12', () => {
    const ranges = [occupied('10.224.0.0/12', { kind: 'VNET', network: 'spoke' }), occupied('10.0.0.0/16', { kind: 'SERVICE_CIDR' })];
    const growth = growthBlocks(Cidr.parse('10.244.0.0/16'), ranges).map(String);
    expect(growth).toEqual(['10.244.0.0/15', '10.244.0.0/14', '10.240.0.0/13', '10.240.0.0/12']);
    expect(nodeBlocks(12)).toBe(4_096);
  });

  it('is impossible for IPv6 (OV-101)', () => {
    const found = checkExpansion({ from: Cidr.parse('fd00::/64'), to: Cidr.parse('fd00::/63'), occupied: [] });
    expect(found.map(({ code, rule }) => [code, rule])).toContainEqual(['pod_cidr_expansion_ipv6', 'OV-101']);
  });
});

describe('other subnets', () => {
  it.each(Object.entries(vectors.apiServerClustersPerSubnet))('example 11: a /%s serves %i API servers (SN-40)', (prefix, clusters) => {
    expect(apiServersIn(Number(prefix))).toBe(clusters);
    expect(apiServerSubnetPrefixFor(clusters)).toBe(Number(prefix));
  });

  it('example 12: ten clusters of a /25 and a /24 fit a /20, the eleventh does not', () => {
    const space = new FreeSpace([Cidr.parse('10.60.0.0/20')], []);
    for (let cluster = 0; cluster < 10; cluster += 1) {
      expect(space.take(24, 'BEST_FIT')).toBeDefined();
      expect(space.take(25, 'BEST_FIT')).toBeDefined();
    }
    expect(space.blocks.map(String)).toEqual(['10.60.15.0/24']);
    expect(space.take(24, 'BEST_FIT')).toBeDefined();
    expect(space.take(25, 'BEST_FIT')).toBeUndefined();
  });

  it('example 13: 15 gateway instances with a private frontend take a /27, 125 a /24 (AGIC-10)', () => {
    expect(applicationGatewayPrefixFor(15, true)).toBe(27);
    expect(applicationGatewayPrefixFor(125, true)).toBe(24);
  });

  it('knows the usable addresses of a subnet (SN-01, SN-02)', () => {
    expect([24, 28, 29, 30].map(usableAddresses)).toEqual([251, 11, 3, 0]);
    expect([1, 3, 4, 251, 252].map(subnetPrefixFor)).toEqual([29, 29, 28, 24, 23]);
  });
});

describe('pods per node (OV-14)', () => {
  it.each`
    maxPods | count | accepted
    ${10}   | ${2}  | ${false}
    ${10}   | ${3}  | ${true}
    ${15}   | ${1}  | ${false}
    ${15}   | ${2}  | ${true}
    ${29}   | ${1}  | ${false}
    ${29}   | ${2}  | ${true}
    ${30}   | ${1}  | ${true}
  `('example 14: maxPods $maxPods on $count nodes is accepted: $accepted', ({ maxPods, count, accepted }) => {
    const codes = checkNodePool(aPool({ maxPods, count, maxSurge: 1 })).problems.map(({ code }) => code);
    expect(codes).toEqual(accepted ? [] : ['pool_below_30_pods']);
  });
});

describe('egress and polling', () => {
  it('example 15: ports and addresses of the outbound load balancer (OV-85)', () => {
    expect(nodesForSnat(1_000, 2)).toBe(128);
    expect(nodesForSnat(4_000, 7)).toBe(112);
    expect(outboundAddressesFor(133, 1_000)).toBe(3);
    expect(checkOutboundPorts(1_000)).toEqual([]);
    expect(checkOutboundPorts(0)).toEqual([]);
    expect(checkOutboundPorts(1_004)).toMatchObject([{ code: 'outbound_ports_invalid', rule: 'OV-85', value: 1_004, suggestion: '1000' }]);
    expect(checkOutboundPorts(64_008)).toMatchObject([{ code: 'outbound_ports_invalid', suggestion: '64000' }]);
  });

  it('example 16: 100 operations polled every 30 s drain the bucket in 150 s; every 50 s they never do (QUO-23)', () => {
    expect(secondsToThrottle(100, 30)).toBe(150);
    expect(pollSecondsFor(100)).toBe(50);
    expect(secondsToThrottle(100, 50)).toBeUndefined();
  });
});

describe('reserved ranges (OV-70, OV-71)', () => {
  it('example 17: 172.16.0.0/12 without its reserved parts holds fourteen /16', () => {
    const parts = usableParts(Cidr.parse('172.16.0.0/12'));
    expect(parts.map(String)).toEqual(['172.16.0.0/13', '172.24.0.0/14', '172.28.0.0/15']);
    expect(countAvailable(parts, 16)).toBe(14n);
  });

  it.each(vectors.reserved)('$cidr may be a pod CIDR: $ok', ({ cidr, ok }) => {
    const found = checkPodCidr({ podCidr: Cidr.parse(cidr), peakNodes: 4, occupied: [] });
    expect(found.length === 0).toBe(ok);
  });

  it('192.0.0.0/16 fails twice: a reserved part, and public space (OV-41, OV-70)', () => {
    const range = Cidr.parse('192.0.0.0/16');
    expect(checkPodCidr({ podCidr: range, peakNodes: 4, occupied: [] }).map(({ rule }) => rule)).toEqual(['OV-70', 'OV-41']);
    expect([reservedIn(range).map(String), isPrivate(range)]).toEqual([['192.0.2.0/24'], false]);
    expect(checkPodCidr({ podCidr: range, peakNodes: 4, occupied: [], allowPublicRange: true }).map(({ rule }) => rule)).toEqual(['OV-70']);
  });
});
