import { describe, expect, it } from 'vitest';
import { checkAgcPlacement, checkGivenSubnet, checkPool } from './check-agc-placement.js';
import { chooseSubnet, isChosen } from './choose-subnet.js';
import { aCluster, anIntent, aSubnet, noNeighbours } from '../testing/builders.js';
import type { ClusterFacts } from './cluster-facts.js';
import type { GatewayIntent } from './gateway-intent.js';

function problems(intent: Partial<GatewayIntent>, cluster: Partial<ClusterFacts> = {}, neighbours = noNeighbours): readonly object[] {
  const [wanted, facts] = [anIntent(intent), aCluster(cluster)];
  const choice = chooseSubnet(wanted, facts);
  return isChosen(choice) ? checkAgcPlacement(wanted, facts, choice, neighbours) : choice;
}

describe(checkAgcPlacement, () => {
  it('finds nothing wrong with the /24 of an address plan', () => {
    expect(problems({})).toEqual([]);
  });

  it.each([
    ['10.40.4.0/23', '10.40.4.0/24'],
    ['10.40.4.0/25', 'a /24'],
  ])('refuses %s for an overlay cluster (table 10, lines 12 and 13)', (subnetCidr, suggestion) => {
    expect(problems({ pool: 'gateways', subnetCidr })).toEqual([
      expect.objectContaining({ code: 'agc_subnet_not_24', path: 'subnetCidr', value: subnetCidr, suggestion, rule: 'AGC-21' }),
    ]);
  });

  it('allows a larger subnet with flat networking, and no smaller one', () => {
    expect(problems({ pool: 'gateways', subnetCidr: '10.40.4.0/23' }, { cni: 'FLAT' })).toEqual([]);
    expect(problems({ pool: 'gateways', subnetCidr: '10.40.4.0/25' }, { cni: 'FLAT' })).toMatchObject([{ code: 'agc_subnet_not_24' }]);
  });

  it('refuses a subnet in a peered VNet (line 14)', () => {
    const subnetId = aSubnet().id.replace('vnet-west', 'vnet-hub');
    expect(problems({ subnetId })).toMatchObject([
      { code: 'agc_vnet_mismatch', path: 'subnetId', value: subnetId, conflictsWith: aCluster().vnetResourceId, rule: 'AGC-23' },
    ]);
  });

  it('refuses a second AGC in the same /24 and names the first (line 15)', () => {
    expect(problems({}, {}, { ...noNeighbours, subnetHolder: 'other' })).toMatchObject([
      { code: 'agc_subnet_in_use', conflictsWith: 'other', rule: 'AGC-22' },
    ]);
  });

  it('refuses kubenet (line 16)', () => {
    expect(problems({}, { cni: 'KUBENET' })).toMatchObject([
      { code: 'agc_unsupported_cni', path: 'cluster', conflictsWith: 'KUBENET', rule: 'AGC-25' },
    ]);
  });

  it('reports a region without AGC, the sixth AGC of a controller and an old controller together', () => {
    const found = problems({ controllerVersion: '1.7.8' }, { region: 'polandcentral' }, { ...noNeighbours, onCluster: 5 });
    expect(found).toMatchObject([
      { rule: 'AGC-70' },
      { rule: 'AGC-24' },
      { rule: 'AGC-13', conflictsWith: { limit: 'gatewaysPerCluster', max: 5 } },
    ]);
  });

  it('counts the AGC of a subscription (AGC-10)', () => {
    expect(problems({}, {}, { ...noNeighbours, inSubscription: 999 })).toEqual([]);
    expect(problems({}, {}, { ...noNeighbours, inSubscription: 1_000 })).toMatchObject([{ code: 'agc_limit_exceeded', rule: 'AGC-10' }]);
  });

  it('asks for a pool where the address plan holds no gateway subnet', () => {
    expect(problems({}, { gatewaySubnet: undefined })).toMatchObject([{ code: 'agc_subnet_missing', path: 'pool', rule: 'AGC-20' }]);
  });

  it('refuses a controller that the cluster is too old for (AGC-32)', () => {
    expect(problems({ controllerVersion: '1.13.0' }, { kubernetesVersion: '1.31.4' })).toMatchObject([
      { code: 'agc_controller_too_new', suggestion: '1.11.3' },
    ]);
  });
});

describe(checkGivenSubnet, () => {
  it('takes an empty delegated /24', () => {
    expect(checkGivenSubnet(aSubnet())).toEqual([]);
  });

  it('reports delegation and tenants together (line 13)', () => {
    const found = checkGivenSubnet(aSubnet({ delegations: [], occupied: true }));
    expect(found.map(({ code }) => code)).toEqual(['agc_subnet_not_delegated', 'agc_subnet_in_use']);
  });
});

describe(checkPool, () => {
  it('refuses a pool of another network (AGC-23)', () => {
    expect(checkPool({ name: 'gateways', network: 'hub' }, aCluster())).toMatchObject([
      { code: 'agc_vnet_mismatch', path: 'pool', conflictsWith: 'spoke-west' },
    ]);
    expect(checkPool({ name: 'gateways', network: 'spoke-west' }, aCluster())).toEqual([]);
    expect(checkPool({ name: 'gateways', network: undefined }, aCluster())).toEqual([]);
  });
});
