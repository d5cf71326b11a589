import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { boundsProblems, parentCycle, selfOverlapProblems } from './pool.js';
import { placePool } from './plan/place-pool.js';
import { utilizationOf } from './utilization.js';

const cidrs = (...texts: string[]) => texts.map((text) => Cidr.parse(text));

describe('pools', () => {
  it.each`
    bounds                                              | paths
    ${{}}                                               | ${[]}
    ${{ minPrefixLength: 20, maxPrefixLength: 24 }}     | ${[]}
    ${{ minPrefixLength: 28, maxPrefixLength: 24 }}     | ${['minPrefixLength']}
    ${{ minPrefixLength: 21, defaultPrefixLength: 20 }} | ${['defaultPrefixLength']}
    ${{ maxPrefixLength: 64 }}                          | ${['maxPrefixLength']}
  `('with bounds $bounds have problems at $paths', ({ bounds, paths }) => {
    expect(boundsProblems(bounds, cidrs('10.0.0.0/16')).map(({ path }) => path)).toEqual(paths);
  });

  it('may hold neighbours but no overlaps', () => {
    expect(selfOverlapProblems(cidrs('10.0.0.0/24', '10.0.1.0/24', '10.0.0.128/25'), 'cidrs').map(({ path }) => path)).toEqual([
      'cidrs[2]',
    ]);
  });

  it.each`
    parents                                               | cycle
    ${[['a', undefined], ['b', 'a'], ['c', 'elsewhere']]} | ${undefined}
    ${[['a', 'a']]}                                       | ${['a', 'a']}
    ${[['x', 'b'], ['a', 'b'], ['b', 'c'], ['c', 'a']]}   | ${['b', 'c', 'a', 'b']}
  `('with parents $parents have the cycle $cycle', ({ parents, cycle }) => {
    expect(parentCycle(new Map(parents))).toEqual(cycle);
  });

  it.each`
    poolNetwork  | childNetwork | network                 | expected                    | because
    ${'n'}       | ${undefined} | ${['n', '10.1.0.0/16']} | ${['pool', '10.1.0.0/16']}  | ${'the pool belongs to the network'}
    ${undefined} | ${'n'}       | ${['n', '10.1.0.0/16']} | ${['child', '10.1.0.0/17']} | ${'a child pool does'}
    ${undefined} | ${undefined} | ${['n', '10.1.0.0/16']} | ${['pool', '10.1.0.0/16']}  | ${'the part inside the network serves'}
    ${undefined} | ${undefined} | ${['n', '11.0.0.0/8']}  | ${undefined}                | ${'nothing of it lies in the network'}
  `('serve a network: $because', ({ poolNetwork, childNetwork, network: [name, prefix], expected }) => {
    const at = (id: string, cidr: string, of: string | undefined) => ({
      id,
      name: id,
      cidrs: cidrs(cidr),
      network: of === undefined ? undefined : { name: of },
    });
    const place = placePool(
      { pool: at('pool', '10.0.0.0/8', poolNetwork), descendants: [at('child', '10.1.0.0/17', childNetwork)] },
      { name, prefixes: cidrs(prefix) },
    );
    expect(place && [place.pool.name, ...place.within.map(String)]).toEqual(expected);
  });

  it('count addresses as decimal strings in both families', () => {
    expect(
      utilizationOf(cidrs('10.0.0.0/24', 'fd00::/64'), [
        { family: 4, length: 25, count: 1 },
        { family: 6, length: 65, count: 1 },
      ]),
    ).toEqual({
      usedAddresses: '9223372036854775936',
      totalAddresses: '18446744073709551872',
      percent: 50,
      largestFreePrefixLength: 25,
      freeByPrefixLength: { '25': 1, '65': 1 },
    });
    expect(utilizationOf(cidrs('10.0.0.0/24'), [])).toMatchObject({ percent: 100, largestFreePrefixLength: null });
  });
});
