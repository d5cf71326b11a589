import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SubnetRequest } from './subnet-requests.js';
import { type PlannableSubnetPool, takeSubnets } from './take-subnets.js';

const pool: PlannableSubnetPool = {
  id: 'p',
  name: 'p',
  cidrs: [Cidr.parse('10.60.0.0/16')],
  minPrefixLength: null,
  maxPrefixLength: null,
  strategy: 'FIRST_FIT',
};
const request = (cluster: number, length: number, within = '10.60.0.0/20', exact?: string): SubnetRequest<PlannableSubnetPool> => ({
  cluster,
  role: 'NODE_SUBNET',
  member: 'nodeSubnet',
  pool,
  within: [Cidr.parse(within)],
  length,
  path: 'x',
  ...(exact ? { exact: Cidr.parse(exact) } : {}),
});
const take = (requests: SubnetRequest<PlannableSubnetPool>[], free = ['10.60.0.0/16']) =>
  takeSubnets(requests, () => free.map((text) => Cidr.parse(text)));

describe('the subnets of a plan', () => {
  it('pack ten clusters of /25 and /24 into a /20, and not an eleventh', () => {
    const ask = (clusters: number) => Array.from({ length: clusters }, (_, cluster) => [request(cluster, 25), request(cluster, 24)]).flat();
    expect(take(ask(10)).shortfalls).toEqual([]);
    expect(take(ask(11)).shortfalls.map(({ prefixLength, missing }) => [prefixLength, missing])).toEqual([[25, 1]]);
  });

  it('leave explicit ranges to those who asked for them', () => {
    const { taken, refused } = take([
      request(0, 24),
      request(1, 24, '10.60.0.0/20', '10.60.0.0/24'),
      request(2, 24, '10.60.0.0/20', '10.60.0.0/25'),
    ]);
    expect(taken.map(({ request: { cluster }, cidr }) => [cluster, String(cidr)])).toEqual([
      [1, '10.60.0.0/24'],
      [0, '10.60.1.0/24'],
    ]);
    expect(refused.map(({ cidr, holder, instead }) => [String(cidr), holder?.cluster, String(instead)])).toEqual([
      ['10.60.0.0/25', 1, '10.60.2.0/25'],
    ]);
  });

  it('of two networks whose ranges overlap are still given once', () => {
    const { taken } = take([request(0, 24, '10.60.0.0/20'), request(1, 24, '10.60.0.0/21'), request(2, 24, '10.60.0.0/20')]);
    expect(new Set(taken.map(({ cidr }) => String(cidr))).size).toBe(3);
  });

  it('never overlap, lie inside their network, and fit whenever their sum does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 21, max: 29 }), { maxLength: 40 }), (lengths) => {
        const { taken, shortfalls } = take(lengths.map((length, index) => request(index, length)));
        const sum = lengths.reduce((total, length) => total + 2 ** (32 - length), 0);
        expect(shortfalls.length === 0).toBe(sum <= 4096);
        const sorted = taken.map(({ cidr }) => cidr).sort(Cidr.compare);
        sorted.slice(1).forEach((cidr, index) => expect(sorted[index]?.overlaps(cidr)).toBe(false));
        expect(sorted.every((cidr) => Cidr.parse('10.60.0.0/20').contains(cidr))).toBe(true);
      }),
    );
  });
});
