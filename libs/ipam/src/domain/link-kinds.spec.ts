import { Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { conflictsOf } from './conflicts.js';
import { type LinkKind, type NetworkKind, NetworkGraph } from './network-graph.js';

const network = (name: string, prefix: string, kind: NetworkKind = 'VIRTUAL_NETWORK') => ({
  name,
  kind,
  addressSpace: 's',
  prefixes: [Cidr.parse(prefix)],
});
const chain = (...steps: readonly (readonly [string, LinkKind, string])[]) => steps.map(([from, kind, to]) => ({ from, kind, to }));
const a = network('a', '10.1.0.0/16');
const twin = network('twin', '10.1.128.0/17');
const hub = network('hub', '10.9.0.0/24');

describe('the kinds of link', () => {
  it.each`
    links                                                                         | rule        | says
    ${chain(['a', 'PEERING', 'twin'])}                                            | ${'NET-01'} | ${'Azure refuses the peering'}
    ${chain(['a', 'CONNECTED_GROUP', 'twin'])}                                    | ${'NET-13'} | ${'drops the traffic to the shared addresses without an error'}
    ${chain(['a', 'CONNECTED_GROUP', 'hub'], ['hub', 'CONNECTED_GROUP', 'twin'])} | ${'NET-13'} | ${'drops the traffic'}
    ${chain(['a', 'PEERING', 'hub'], ['hub', 'PEERING', 'twin'])}                 | ${'NET-03'} | ${'only one of the two is reached'}
    ${chain(['a', 'CONNECTED_GROUP', 'hub'], ['hub', 'PEERING', 'twin'])}         | ${'NET-03'} | ${'only one of the two is reached'}
    ${chain(['a', 'VIRTUAL_WAN', 'twin'])}                                        | ${'NET-03'} | ${'nothing refuses it'}
    ${chain(['a', 'VPN', 'twin'])}                                                | ${'NET-03'} | ${'nothing refuses it'}
    ${chain(['a', 'EXPRESSROUTE', 'twin'])}                                       | ${'NET-03'} | ${'nothing refuses it'}
    ${chain(['a', 'CONNECTED_GROUP', 'twin'], ['a', 'PEERING', 'twin'])}          | ${'NET-01'} | ${'Azure refuses the peering'}
  `('make an overlap break $rule: $says', ({ links, rule, says }) => {
    const [clash, ...others] = conflictsOf({ graph: new NetworkGraph([a, twin, hub], links), clusters: [] });
    expect(others).toEqual([]);
    expect(clash).toMatchObject({ kind: 'NETWORKS_OVERLAP', rule, message: expect.stringContaining(says) });
    expect(clash?.via).toHaveLength((clash?.path.length ?? 0) - 1);
  });

  const site = network('site', '10.20.0.0/16', 'ON_PREMISES');
  const far = network('far', '10.30.0.0/16');
  const behind = network('behind', '192.168.0.0/17', 'EXTERNAL');

  it.each`
    toSite            | fromSite          | reached  | because
    ${'EXPRESSROUTE'} | ${'EXPRESSROUTE'} | ${false} | ${'a site is an end, whatever circuit it has'}
    ${'VPN'}          | ${'VPN'}          | ${false} | ${'what lies behind a VPN stays there'}
    ${'VIRTUAL_WAN'}  | ${'VIRTUAL_WAN'}  | ${true}  | ${'a virtual WAN joins all that is attached to it, sites too'}
    ${'VIRTUAL_WAN'}  | ${'VPN'}          | ${false} | ${'another link of the site is none of the WAN'}
    ${'VPN'}          | ${'VIRTUAL_WAN'}  | ${false} | ${'nor is the WAN reached through it'}
  `('lead from $toSite to $fromSite across a site: $reached, since $because (ADR 26)', ({ toSite, fromSite, reached }) => {
    const graph = new NetworkGraph([hub, site, far], chain(['hub', toSite, 'site'], ['site', fromSite, 'far']));
    const pods = { name: 'c', network: 'hub', podCidr: Cidr.parse('10.30.0.0/20') };
    expect(conflictsOf({ graph, clusters: [pods] }).map(({ rule, path }) => [rule, path])).toEqual(
      reached ? [['OV-34', ['hub', 'site', 'far']]] : [],
    );
  });

  it('reach a site over a virtual WAN beside a shorter way that ends there', () => {
    const links = chain(['hub', 'VPN', 'site'], ['hub', 'PEERING', 'a'], ['a', 'VIRTUAL_WAN', 'site'], ['site', 'VIRTUAL_WAN', 'far']);
    const graph = new NetworkGraph([hub, a, site, far], links);
    expect(graph.reach('hub').map(({ path, via }) => `${path.join('>')} ${via.join('>')}`)).toEqual([
      'hub ',
      'hub>a PEERING',
      'hub>site VPN',
      'hub>a>site>far PEERING>VIRTUAL_WAN>VIRTUAL_WAN',
    ]);
  });

  it('carry pods through hubs by any kind, as the safe side (NET-01, OV-36)', () => {
    for (const first of ['PEERING', 'CONNECTED_GROUP', 'EXPRESSROUTE', 'VPN', 'VIRTUAL_WAN'] as const) {
      const graph = new NetworkGraph([a, hub, behind], chain(['a', first, 'hub'], ['hub', 'VPN', 'behind']));
      const pods = { name: 'c', network: 'a', podCidr: Cidr.parse('192.168.0.0/16') };
      expect(conflictsOf({ graph, clusters: [pods] })).toMatchObject([
        { kind: 'POD_CIDR_OVERLAPS_NETWORK', rule: 'OV-36', path: ['a', 'hub', 'behind'], via: [first, 'VPN'] },
      ]);
    }
  });
});
