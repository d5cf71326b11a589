import { isWire, listAt, textAt, type Wire } from '@podspan/aks';
import type { Problem } from '@podspan/errors';

/** What else stands at the subnet of an Application Gateway v2, as ARM answers it. */
export interface SubnetGuards {
  readonly routeTable: unknown;
  readonly networkSecurityGroup: unknown;
}

/** AGIC-11: what would cut a v2 gateway off from those who manage it. */
export function checkSubnetGuards({ routeTable, networkSecurityGroup }: SubnetGuards, path: string): readonly Problem[] {
  return [...checkDefaultRoute(routeTable, path), ...(networkSecurityGroup === undefined ? [] : checkInbound(networkSecurityGroup, path))];
}

function checkDefaultRoute(routeTable: unknown, path: string): readonly Problem[] {
  return listAt(routeTable, 'properties.routes').flatMap((route): readonly Problem[] => {
    const [prefix, hop] = [textAt(route, 'properties.addressPrefix'), textAt(route, 'properties.nextHopType')];
    if (prefix !== '0.0.0.0/0' || hop === 'Internet') return [];
    return [
      {
        path,
        code: 'agic_default_route',
        message: `the route table of the subnet sends 0.0.0.0/0 to ${hop ?? 'elsewhere'}; a v2 gateway cannot be managed then`,
        value: textAt(routeTable, 'id'),
        conflictsWith: textAt(route, 'name'),
        suggestion: 'a subnet without that route, or next hop Internet',
        rule: 'AGIC-11',
      },
    ];
  });
}

interface Needed {
  readonly tag: string;
  readonly ports: readonly [from: number, to: number];
  /** What Azure's own rules do when none of the group's does. */
  readonly usually: 'Allow' | 'Deny';
}

const needed: readonly Needed[] = [
  { tag: 'GatewayManager', ports: [65_200, 65_535], usually: 'Deny' },
  { tag: 'AzureLoadBalancer', ports: [0, 65_535], usually: 'Allow' },
];

function checkInbound(group: unknown, path: string): readonly Problem[] {
  const rules = listAt(group, 'properties.securityRules')
    .filter(isWire)
    .filter((rule) => textAt(rule, 'properties.direction') === 'Inbound')
    .sort((a, b) => priorityOf(a) - priorityOf(b));
  return needed.flatMap((wanted): readonly Problem[] => {
    const rule = rules.find((candidate) => decides(candidate, wanted));
    const access = rule ? textAt(rule, 'properties.access') : wanted.usually;
    if (access === 'Allow') return [];
    const [from, to] = wanted.ports;
    const ports = from === 0 ? 'any port' : `TCP ${from}-${to}`;
    return [
      {
        path,
        code: 'agic_inbound_blocked',
        message: `the network security group of the subnet keeps ${wanted.tag} from ${ports}`,
        value: textAt(group, 'id'),
        conflictsWith: (rule && textAt(rule, 'name')) ?? 'DenyAllInBound',
        suggestion: `allow ${wanted.tag} inbound on ${ports}`,
        rule: 'AGIC-11',
      },
    ];
  });
}

/** The first rule that is about this traffic: an Allow has to cover all of the ports, a Deny to touch one. */
function decides(rule: Wire, { tag, ports: [from, to] }: Needed): boolean {
  const protocol = textAt(rule, 'properties.protocol') ?? '*';
  if (protocol !== '*' && protocol.toLowerCase() !== 'tcp') return false;
  const sources = membersOf(rule, 'sourceAddressPrefix');
  // A service tag is part of Internet, but not Azure's own load balancer.
  const any = tag === 'AzureLoadBalancer' ? ['*', '0.0.0.0/0'] : ['*', '0.0.0.0/0', 'Internet'];
  if (!sources.some((source) => source === tag || any.includes(source))) return false;
  const ranges = membersOf(rule, 'destinationPortRange').map(rangeOf);
  return textAt(rule, 'properties.access') === 'Allow'
    ? ranges.some(([first, last]) => first <= from && last >= to)
    : ranges.some(([first, last]) => first <= to && last >= from);
}

/** Azure writes one as a text, several as a list. */
function membersOf(rule: Wire, name: string): readonly string[] {
  const single = textAt(rule, `properties.${name}`);
  const plural = name === 'sourceAddressPrefix' ? 'sourceAddressPrefixes' : 'destinationPortRanges';
  const several = listAt(rule, `properties.${plural}`).filter((text): text is string => typeof text === 'string');
  return single === undefined || single === '' ? several : [single, ...several];
}

function rangeOf(text: string): readonly [number, number] {
  if (text === '*') return [0, 65_535];
  const [first = '', last = first] = text.split('-');
  return [Number(first), Number(last)];
}

function priorityOf(rule: Wire): number {
  const properties = rule['properties'];
  return isWire(properties) && typeof properties['priority'] === 'number' ? properties['priority'] : 65_500;
}
