import { describe, expect, it } from 'vitest';
import { checkSubnetGuards } from './check-subnet-guards.js';

const rule = (over: object): object => ({
  name: 'rule',
  properties: {
    priority: 100,
    direction: 'Inbound',
    access: 'Allow',
    protocol: 'Tcp',
    sourceAddressPrefix: 'GatewayManager',
    destinationPortRange: '65200-65535',
    ...over,
  },
});
const group = (...securityRules: object[]): unknown => ({ id: '/nsg', properties: { securityRules } });
const table = (addressPrefix: string, nextHopType: string): unknown => ({
  id: '/rt',
  properties: { routes: [{ name: 'default', properties: { addressPrefix, nextHopType } }] },
});
const found = (routeTable: unknown, networkSecurityGroup: unknown) =>
  checkSubnetGuards({ routeTable, networkSecurityGroup }, 'subnetId').map(
    ({ code, message, conflictsWith }) =>
      `${code} ${String(conflictsWith)} ${/GatewayManager|AzureLoadBalancer|0\.0\.0\.0/.exec(message)?.[0]}`,
  );

describe(checkSubnetGuards, () => {
  it.each<[string, string, string, readonly string[]]>([
    ['an appliance', '0.0.0.0/0', 'VirtualAppliance', ['agic_default_route default 0.0.0.0']],
    ['a gateway', '0.0.0.0/0', 'VirtualNetworkGateway', ['agic_default_route default 0.0.0.0']],
    ['the Internet', '0.0.0.0/0', 'Internet', []],
    ['an appliance, but for a part', '10.0.0.0/8', 'VirtualAppliance', []],
  ])('judges a default route to %s (AGIC-11)', (_, prefix, hop, expected) => {
    expect(found(table(prefix, hop), undefined)).toEqual(expected);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no group', undefined, []],
    ['a group without rules', group(), ['agic_inbound_blocked DenyAllInBound GatewayManager']],
    ['the rule that is needed', group(rule({})), []],
    ['its ports among several', group(rule({ destinationPortRange: undefined, destinationPortRanges: ['443', '65200-65535'] })), []],
    ['any source and port', group(rule({ sourceAddressPrefix: '*', destinationPortRange: '*', protocol: '*' })), []],
    ['a part of the ports', group(rule({ destinationPortRange: '65200-65300' })), ['agic_inbound_blocked DenyAllInBound GatewayManager']],
    ['UDP', group(rule({ protocol: 'Udp' })), ['agic_inbound_blocked DenyAllInBound GatewayManager']],
    ['an outbound rule', group(rule({ direction: 'Outbound' })), ['agic_inbound_blocked DenyAllInBound GatewayManager']],
    [
      'a Deny that comes first',
      group(rule({ priority: 200 }), { ...rule({ access: 'Deny', destinationPortRange: '65300' }), name: 'no' }),
      ['agic_inbound_blocked no GatewayManager'],
    ],
    ['a Deny that comes later', group(rule({}), rule({ priority: 200, access: 'Deny' })), []],
    [
      'a Deny of everything',
      group(rule({}), {
        ...rule({ priority: 4096, access: 'Deny', sourceAddressPrefix: '*', destinationPortRange: '*', protocol: '*' }),
        name: 'deny-all',
      }),
      ['agic_inbound_blocked deny-all AzureLoadBalancer'],
    ],
    [
      'that, with the load balancer before it',
      group(
        rule({}),
        rule({ priority: 110, sourceAddressPrefix: 'AzureLoadBalancer', destinationPortRange: '*', protocol: '*' }),
        rule({ priority: 4096, access: 'Deny', sourceAddressPrefix: '*', destinationPortRange: '*', protocol: '*' }),
      ),
      [],
    ],
  ])('judges %s (AGIC-11)', (_, nsg, expected) => {
    expect(found(undefined, nsg)).toEqual(expected);
  });
});
