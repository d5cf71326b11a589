import { describe, expect, it } from 'vitest';
import type { CutoverFacts } from './cutover-facts.js';
import { cutoverPlan } from './cutover-plan.js';

const subnet = (cidr: string) => ({
  id: '/subscriptions/s/resourceGroups/r/providers/p/virtualNetworks/v/subnets/x',
  cidr,
  allocation: undefined,
});

function facts(over: { cluster?: object; agic?: object; agc?: object; overlay?: CutoverFacts['overlay'] } = {}): CutoverFacts {
  return {
    cluster: {
      name: 'west-01',
      resourceId: '/id',
      resourceGroup: 'rg',
      network: 'spoke-west',
      cni: 'OVERLAY',
      oidcIssuer: true,
      workloadIdentity: true,
      ...over.cluster,
    },
    agic: {
      install: 'ADDON',
      enabled: true,
      gatewayId: '/agw',
      madeByAddon: false,
      addresses: ['20.1.2.3'],
      subnet: subnet('10.0.1.0/24'),
      inNodeNetwork: true,
      ...over.agic,
    },
    agc: {
      gateway: 'shop',
      status: 'READY',
      deployment: 'BYO',
      pool: undefined,
      subnet: subnet('10.0.2.0/24'),
      frontends: [
        { name: 'a', fqdn: 'a.alb' },
        { name: 'b', fqdn: 'b.alb' },
      ],
      controller: { chart: 'oci://c', namespace: 'azure-alb-system', version: '1.12.4', clientId: 'id' },
      ...over.agc,
    },
    translation: { objects: [], report: [], ingresses: [] },
    overlay: over.overlay ?? 'NONE',
    ttlSeconds: 300,
  };
}

const codes = (over: Parameters<typeof facts>[0]) => cutoverPlan(facts(over)).blockers.map(({ code, rule }) => `${code} ${rule}`);

describe(cutoverPlan, () => {
  it.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['an overlay cluster with both', {}, []],
    ['kubenet without a move', { cluster: { cni: 'KUBENET' } }, ['agc_unsupported_cni MAP-35']],
    ['kubenet that would move afterwards', { cluster: { cni: 'KUBENET' }, overlay: 'AFTER' }, ['agc_unsupported_cni MAP-35']],
    ['kubenet that moves first', { cluster: { cni: 'KUBENET' }, overlay: 'BEFORE' }, []],
    [
      'a move first with a large subnet of AGIC',
      { cluster: { cni: 'FLAT' }, overlay: 'BEFORE', agic: { subnet: subnet('10.0.0.0/16') } },
      ['agic_subnet_too_large MG-19'],
    ],
    [
      'a move first with AGIC in another VNet',
      { cluster: { cni: 'FLAT' }, overlay: 'BEFORE', agic: { inNodeNetwork: false } },
      ['agic_vnet_mismatch MG-19'],
    ],
    [
      'a move afterwards with an AGC on a /23',
      { cluster: { cni: 'FLAT' }, overlay: 'AFTER', agc: { subnet: subnet('10.0.2.0/23') } },
      ['agc_subnet_not_24 MG-18'],
    ],
    ['a move afterwards with an exact /24', { cluster: { cni: 'FLAT' }, overlay: 'AFTER' }, []],
    ['a gateway of the add-on', { agc: { deployment: 'ADDON' } }, ['unsupported_deployment AGC-41']],
    ['Helm', { agic: { install: 'HELM', enabled: false } }, []],
  ])('%s', (_, over, expected) => {
    expect(codes(over)).toEqual(expected);
  });

  it('puts the move to overlay where MAP-35 wants it', () => {
    const ids = (overlay: CutoverFacts['overlay']) => cutoverPlan(facts({ cluster: { cni: 'FLAT' }, overlay })).steps.map(({ id }) => id);
    expect(ids('BEFORE')[0]).toBe('move-to-overlay');
    expect(ids('AFTER').at(-1)).toBe('move-to-overlay');
    expect(ids('NONE')).not.toContain('move-to-overlay');
    expect(cutoverPlan(facts({ overlay: 'BEFORE' })).steps.map(({ id }) => id)).not.toContain('move-to-overlay');
  });

  it('sends each host to the frontend of its Gateway, once', () => {
    const gateway = (name: string, value: string) => ({
      apiVersion: 'v1',
      kind: 'Gateway',
      metadata: { name },
      spec: { addresses: [{ value }] },
    });
    const route = (name: string, parent: string, hostnames: string[]) => ({
      apiVersion: 'v1',
      kind: 'HTTPRoute',
      metadata: { name },
      spec: { hostnames, parentRefs: [{ name: parent }] },
    });
    const objects = [
      gateway('one', 'a'),
      gateway('two', 'b'),
      route('x', 'one', ['x.example']),
      route('y', 'two', ['y.example', 'x.example']),
    ];
    const plan = cutoverPlan({ ...facts(), translation: { objects, report: [], ingresses: [] } });
    expect(plan.dns.map(({ hostname, to }) => [hostname, to])).toEqual([
      ['x.example', 'a.alb'],
      ['y.example', 'b.alb'],
    ]);
  });

  it('has no way back to a gateway that goes with its add-on', () => {
    const { steps } = cutoverPlan(facts({ agic: { madeByAddon: true } }));
    expect(steps.find(({ id }) => id === 'disable-agic')).toMatchObject({ pointOfNoReturn: true, rollback: [] });
    expect(cutoverPlan(facts()).steps.find(({ id }) => id === 'disable-agic')?.rollback[0]).toContain('enable-addons');
  });
});
