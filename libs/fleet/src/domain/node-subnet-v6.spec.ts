import { Cidr } from '@podspan/cidr';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { dualStackNetworks, nodeSubnetV6 } from './node-subnet-v6.js';

describe(nodeSubnetV6.name, () => {
  it.each`
    cidr               | prefixes                                           | expected
    ${'10.240.0.0/27'} | ${['10.240.0.0/16', 'fd00:240::/48']}              | ${'fd00:240::/64'}
    ${'10.240.0.8/29'} | ${['10.240.0.0/16', 'fd00:240::/48']}              | ${'fd00:240:0:1::/64'}
    ${'10.241.0.0/27'} | ${['10.240.0.0/16', '10.241.0.0/16', 'fd00::/48']} | ${'fd00:0:0:2000::/64'}
    ${'10.240.0.0/27'} | ${['10.240.0.0/16']}                               | ${undefined}
    ${'10.240.0.0/27'} | ${['10.240.0.0/16', 'fd00:240::/56']}              | ${undefined}
    ${'10.240.8.0/27'} | ${['10.240.8.0/21', 'fd00:240::/56']}              | ${'fd00:240::/64'}
    ${'10.0.0.0/27'}   | ${['10.0.0.0/16', '10.8.0.0/16', 'fd00:240::/48']} | ${undefined}
  `('gives $cidr of $prefixes the range $expected', ({ cidr, prefixes, expected }) => {
    expect(nodeSubnetV6(cidr, prefixes)).toBe(expected);
  });

  it('gives subnets that do not overlap ranges that do not overlap, inside the network', () => {
    const inside = fc.record({ address: fc.nat(65_535), length: fc.integer({ min: 22, max: 29 }) }).map(({ address, length }) => {
      const size = 2 ** (32 - length);
      const start = address - (address % size);
      return Cidr.parse(`10.240.${start >> 8}.${start & 255}/${length}`);
    });
    fc.assert(
      fc.property(inside, inside, (one, other) => {
        fc.pre(!one.overlaps(other));
        const prefixes = ['10.240.0.0/16', 'fd00:240::/48'];
        const [left, right] = [one, other].map((cidr) => Cidr.parse(nodeSubnetV6(String(cidr), prefixes) ?? ''));
        expect(left!.overlaps(right!)).toBe(false);
        expect(Cidr.parse('fd00:240::/48').contains(left!)).toBe(true);
      }),
    );
  });

  it('is asked of dual-stack clusters only (OV-90)', () => {
    const networks = new Map([['spoke', { name: 'spoke', prefixes: ['10.240.0.0/16'] }]]);
    const [single, dual] = [aCluster({ network: 'spoke' }), aCluster({ network: 'spoke', dualStack: true })];
    expect(dualStackNetworks([single, dual], networks)).toMatchObject([
      { path: 'clusters[1].network', code: 'network_not_dual_stack', rule: 'OV-90' },
    ]);
  });
});
