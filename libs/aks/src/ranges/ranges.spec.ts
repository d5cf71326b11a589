import { Address, Cidr } from '@podspan/cidr';
import { describe, expect, it } from 'vitest';
import { occupied } from '../cluster.fixture.js';
import {
  checkApiServerSubnet,
  checkDnsServiceIp,
  checkFamilies,
  checkNetworkPrefix,
  checkNodeSubnet,
  checkPodCidr,
  checkServiceCidr,
  dnsServiceIpFor,
  podClashes,
  type RangeOrigin,
  readAddress,
  readRange,
  serviceClashes,
  suggestPodCidr,
  suggestServiceCidr,
  under,
} from '../index.js';

const pods = Cidr.parse('10.240.0.0/16');

function connected(networkKind: 'VIRTUAL_NETWORK' | 'ON_PREMISES' | 'EXTERNAL'): RangeOrigin {
  return { kind: 'CONNECTED_NETWORK', network: 'other', networkKind, path: ['spoke', 'hub', 'other'] };
}

describe('what the pod CIDR may not overlap (1.4)', () => {
  it.each`
    origin                                               | rule        | code
    ${{ kind: 'NODE_SUBNET' }}                           | ${'OV-30'}  | ${'pod_cidr_overlaps_vnet'}
    ${{ kind: 'VNET_SUBNET', network: 'spoke' }}         | ${'OV-31'}  | ${'pod_cidr_overlaps_vnet'}
    ${{ kind: 'VNET', network: 'spoke' }}                | ${'OV-32'}  | ${'pod_cidr_overlaps_vnet'}
    ${{ kind: 'SERVICE_CIDR' }}                          | ${'OV-33'}  | ${'pod_service_cidr_overlap'}
    ${connected('VIRTUAL_NETWORK')}                      | ${'OV-34'}  | ${'pod_cidr_overlaps_connected_network'}
    ${connected('ON_PREMISES')}                          | ${'OV-35'}  | ${'pod_cidr_overlaps_connected_network'}
    ${connected('EXTERNAL')}                             | ${'OV-36'}  | ${'pod_cidr_overlaps_connected_network'}
    ${{ kind: 'POD_CIDR', cluster: 'aks-2', mesh: 'm' }} | ${'NET-22'} | ${'pod_cidr_not_unique_in_mesh'}
    ${{ kind: 'POD_CIDR', cluster: 'aks-2' }}            | ${'OV-55'}  | ${'pod_cidr_not_unique'}
  `('$rule: $origin.kind', ({ origin, rule, code }) => {
    for (const cidr of ['10.240.3.0/24', '10.240.0.0/16', '10.0.0.0/8']) {
      const ranges = [occupied(cidr, origin), occupied('10.241.0.0/16', origin)];
      expect(podClashes(pods, ranges)).toMatchObject([{ rule, code, path: origin.path ?? [] }]);
      const [found, ...others] = checkPodCidr({ podCidr: pods, peakNodes: 4, occupied: ranges });
      expect(others).toEqual([]);
      expect(found).toMatchObject({
        path: 'podCidr',
        code,
        rule,
        value: '10.240.0.0/16',
        conflictsWith: cidr,
        suggestion: '100.64.0.0/16',
      });
    }
  });

  it('names a network and its subnets in one problem, by the most specific rule', () => {
    const found = checkPodCidr({
      podCidr: pods,
      peakNodes: 4,
      occupied: [
        occupied('10.240.0.0/16', { kind: 'VNET', network: 'spoke' }),
        occupied('10.240.1.0/24', { kind: 'VNET_SUBNET', network: 'spoke', name: 'endpoints' }),
        occupied('10.240.0.0/24', { kind: 'NODE_SUBNET', name: 'system' }),
        occupied('10.240.8.0/21', connected('VIRTUAL_NETWORK')),
        occupied('10.240.16.0/21', connected('VIRTUAL_NETWORK')),
      ],
    });
    expect(found).toMatchObject([
      {
        code: 'pod_cidr_overlaps_vnet',
        rule: 'OV-30',
        conflictsWith: ['10.240.0.0/24', '10.240.1.0/24', '10.240.0.0/16'],
      },
      {
        code: 'pod_cidr_overlaps_connected_network',
        rule: 'OV-34',
        conflictsWith: ['10.240.8.0/21', '10.240.16.0/21'],
      },
    ]);
  });

  it('reports size and place together', () => {
    const found = checkPodCidr({ podCidr: Cidr.parse('172.30.0.0/25'), peakNodes: 3, occupied: [] });
    expect(found.map(({ code, rule }) => [code, rule])).toEqual([
      ['pod_cidr_too_small', 'OV-25'],
      ['pod_cidr_reserved_range', 'OV-70'],
    ]);
  });

  it('holds every node of the peak and no less than four blocks (OV-23, OV-25, OV-26)', () => {
    const codes = (podCidr: string, peakNodes: number) =>
      checkPodCidr({ podCidr: Cidr.parse(podCidr), peakNodes, occupied: [] }).map(({ code, rule }) => `${code} ${rule}`);
    expect(codes('100.64.0.0/16', 256)).toEqual([]);
    expect(codes('100.64.0.0/16', 257)).toEqual(['pod_cidr_too_small OV-23']);
    expect(codes('100.64.0.0/23', 2)).toEqual(['pod_cidr_too_small OV-25']);
    expect(codes('10.0.0.0/10', 2)).toEqual(['pod_cidr_too_large OV-26']);
    expect(codes('10.0.0.0/11', 5_000)).toEqual([]);
  });

  it('suggests space that is neither taken nor reserved (OV-42)', () => {
    expect(String(suggestPodCidr(16, [Cidr.parse('100.64.0.0/12')]))).toBe('100.80.0.0/16');
    const all = ['100.64.0.0/10', '10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12'].map(Cidr.parse);
    expect(String(suggestPodCidr(16, all.slice(0, 3)))).toBe('172.16.0.0/16');
    expect(suggestPodCidr(16, all)).toBeUndefined();
  });
});

describe('the service CIDR (1.6)', () => {
  it.each`
    origin                                       | code
    ${{ kind: 'NODE_SUBNET', name: 'system' }}   | ${'service_cidr_overlaps_subnet'}
    ${{ kind: 'VNET_SUBNET', network: 'spoke' }} | ${'service_cidr_overlaps_subnet'}
    ${{ kind: 'VNET', network: 'spoke' }}        | ${'service_cidr_overlaps_vnet'}
    ${connected('ON_PREMISES')}                  | ${'service_cidr_overlaps_connected_network'}
  `('may not overlap $origin.kind (OV-61)', ({ origin, code }) => {
    const ranges = [occupied('10.0.0.0/14', origin)];
    expect(checkServiceCidr(Cidr.parse('10.0.0.0/16'), ranges)).toMatchObject([
      {
        path: 'serviceCidr',
        code,
        rule: 'OV-61',
        value: '10.0.0.0/16',
        conflictsWith: '10.0.0.0/14',
        suggestion: '172.16.0.0/16',
      },
    ]);
  });

  it('meets the pod CIDR from the other side, and no other cluster (OV-33, OV-38)', () => {
    const ranges = [occupied('10.0.0.0/16', { kind: 'SERVICE_CIDR' }), occupied('10.0.0.0/16', { kind: 'POD_CIDR', cluster: 'aks-2' })];
    expect(serviceClashes(Cidr.parse('10.0.0.0/16'), ranges)).toEqual([]);
  });

  it.each`
    cidr               | code                             | rule
    ${'10.0.0.0/12'}   | ${'service_cidr_too_large'}      | ${'OV-60'}
    ${'10.0.0.0/29'}   | ${'service_cidr_too_small'}      | ${'OV-66'}
    ${'172.30.0.0/16'} | ${'service_cidr_reserved_range'} | ${'OV-70'}
    ${'20.0.0.0/16'}   | ${'service_cidr_public_range'}   | ${'OV-64'}
    ${'224.0.0.0/16'}  | ${'service_cidr_public_range'}   | ${'OV-64'}
  `('$cidr is refused by $rule', ({ cidr, code, rule }) => {
    expect(checkServiceCidr(Cidr.parse(cidr), [])).toMatchObject([{ code, rule, value: cidr }]);
  });

  it('is accepted from /13 on (OV-60)', () => {
    expect(checkServiceCidr(Cidr.parse('10.0.0.0/13'), [])).toEqual([]);
    expect(checkServiceCidr(Cidr.parse('10.0.0.0/28'), [])).toEqual([]);
  });

  it('is suggested beside what is taken', () => {
    expect(String(suggestServiceCidr([]))).toBe('10.0.0.0/16');
    expect(String(suggestServiceCidr([Cidr.parse('10.0.0.0/14'), Cidr.parse('172.20.0.0/16')]))).toBe('172.16.0.0/16');
  });

  it.each`
    cidr             | address         | code
    ${'10.0.0.0/16'} | ${undefined}    | ${undefined}
    ${'10.0.0.0/16'} | ${'10.0.0.10'}  | ${undefined}
    ${'10.0.0.0/16'} | ${'10.0.0.0'}   | ${'dns_ip_not_usable'}
    ${'10.0.0.0/24'} | ${'10.0.0.255'} | ${'dns_ip_not_usable'}
    ${'10.0.0.0/24'} | ${'10.0.0.1'}   | ${'dns_ip_is_api_service_ip'}
    ${'10.0.0.0/24'} | ${'10.0.1.10'}  | ${'dns_ip_outside_service_cidr'}
  `('with DNS at $address in $cidr: $code (OV-65, OV-66)', ({ cidr, address, code }) => {
    const found = checkDnsServiceIp(Cidr.parse(cidr), address && Address.parse(address));
    expect(found.map((each) => each.code)).toEqual(code ? [code] : []);
  });

  it('has its DNS service ten after the network address', () => {
    expect(String(dnsServiceIpFor(Cidr.parse('10.200.0.0/16')))).toBe('10.200.0.10');
    expect(String(dnsServiceIpFor(Cidr.parse('fd00::/108')))).toBe('fd00::a');
  });
});

describe('subnets and networks (2)', () => {
  it.each`
    subnet           | code
    ${'10.0.0.0/30'} | ${'subnet_prefix_out_of_range'}
    ${'fd00::/65'}   | ${'subnet_prefix_out_of_range'}
    ${'fd00::/64'}   | ${undefined}
    ${'10.0.0.0/29'} | ${undefined}
  `('$subnet: $code (SN-02)', ({ subnet, code }) => {
    const found = checkNodeSubnet({ subnet: Cidr.parse(subnet), demand: { peakNodes: 0 } });
    expect(found.map((each) => each.code)).toEqual(code ? [code] : []);
  });

  it('hold load balancers and private endpoints beside the nodes (SN-14, SN-15)', () => {
    const demand = { peakNodes: 11, internalLoadBalancers: 1 };
    expect(checkNodeSubnet({ subnet: Cidr.parse('10.0.0.0/28'), demand })).toMatchObject([
      { code: 'node_subnet_too_small', conflictsWith: 17 },
    ]);
    expect(checkNodeSubnet({ subnet: Cidr.parse('10.0.0.0/27'), demand })).toEqual([]);
  });

  it('for API servers are delegated and have nine addresses for each cluster (SN-40)', () => {
    const subnet = Cidr.parse('10.0.0.0/28');
    expect(checkApiServerSubnet({ subnet, clusters: 1 })).toEqual([]);
    expect(checkApiServerSubnet({ subnet, clusters: 2, delegations: [] })).toMatchObject([
      {
        path: 'apiServerSubnet',
        code: 'api_server_subnet_too_small',
        rule: 'SN-40',
        conflictsWith: 2,
        suggestion: '10.0.0.0/27',
      },
      { path: 'apiServerSubnet', code: 'api_server_subnet_not_delegated', rule: 'SN-40' },
    ]);
    expect(checkApiServerSubnet({ subnet, clusters: 1, delegations: ['Microsoft.ContainerService/managedClusters'] })).toEqual([]);
  });

  it.each`
    prefix             | code                      | rule
    ${'10.240.0.0/16'} | ${undefined}              | ${undefined}
    ${'fd00::/56'}     | ${undefined}              | ${undefined}
    ${'172.16.0.0/12'} | ${'vnet_reserved_range'}  | ${'OV-70'}
    ${'127.0.0.0/8'}   | ${'vnet_forbidden_range'} | ${'OV-72'}
    ${'128.0.0.0/1'}   | ${'vnet_forbidden_range'} | ${'OV-72'}
    ${'20.0.0.0/16'}   | ${'vnet_public_range'}    | ${'SN-03'}
  `('network prefix $prefix: $code', ({ prefix, code, rule }) => {
    const found = checkNetworkPrefix(Cidr.parse(prefix), 'prefixes[0]');
    expect(found.map((each) => [each.code, each.rule])).toEqual(code ? [[code, rule]] : []);
  });
});

describe('dual-stack ranges (1.9)', () => {
  it('are one of each family in order, /64 for pods and /108 for services', () => {
    const podCidrs = ['10.244.0.0/16', 'fd12:3456:789a::/64'].map(Cidr.parse);
    const serviceCidrs = ['10.0.0.0/16', 'fd12:3456:789a:1::/108'].map(Cidr.parse);
    expect(checkFamilies({ ipFamilies: ['IPv4', 'IPv6'], podCidrs, serviceCidrs })).toEqual([]);
    expect(checkFamilies({ ipFamilies: ['IPv4'], podCidrs: podCidrs.slice(0, 1), serviceCidrs: serviceCidrs.slice(0, 1) })).toEqual([]);
  });

  it('refuse a missing range, a second of one family, and other IPv6 pod lengths (OV-91, OV-93, OV-05)', () => {
    const found = checkFamilies({
      ipFamilies: ['IPv4', 'IPv6'],
      podCidrs: ['10.244.0.0/16', '10.245.0.0/16'].map(Cidr.parse),
      serviceCidrs: ['10.0.0.0/16'].map(Cidr.parse),
    });
    expect(found.map(({ path, code }) => [path, code])).toEqual([
      ['podCidrs', 'cidr_family_order_mismatch'],
      ['serviceCidrs', 'cidr_family_order_mismatch'],
    ]);
    const long = checkFamilies({
      ipFamilies: ['IPv4', 'IPv6'],
      podCidrs: ['10.244.0.0/16', 'fd00::/80'].map(Cidr.parse),
      serviceCidrs: ['10.0.0.0/16', 'fd01::/108'].map(Cidr.parse),
    });
    expect(long).toMatchObject([{ path: 'podCidrs[1]', code: 'pod_cidr_v6_not_64', rule: 'OV-93', suggestion: 'fd00::/64' }]);
  });
});

describe('reading a range of a cluster (OV-04)', () => {
  it('gives the parsed value, or the problem under the path', () => {
    expect(String(readRange('10.244.0.0/16', 'podCidr').value)).toBe('10.244.0.0/16');
    expect(readRange('10.244.0.0', 'podCidr').problems).toMatchObject([
      { path: 'podCidr', code: 'invalid_cidr', rule: 'OV-04', suggestion: '10.244.0.0/32' },
    ]);
    expect(readRange('300.0.0.0/8', 'podCidr').problems).toMatchObject([{ code: 'invalid_cidr', value: '300.0.0.0/8' }]);
    expect(readAddress('10.0.0.10/32', 'dnsServiceIp').problems).toMatchObject([
      { path: 'dnsServiceIp', code: 'invalid_address', suggestion: '10.0.0.10' },
    ]);
  });

  it('can be moved under the path of the caller', () => {
    const { problems } = readRange('10.244.1.0/16', 'podCidr');
    expect(under('clusters[3]', problems)[0]?.path).toBe('clusters[3].podCidr');
    expect(under('', problems)[0]?.path).toBe('podCidr');
  });
});
