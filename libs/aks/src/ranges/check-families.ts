import { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';

export type IpFamily = 'IPv4' | 'IPv6';

export interface FamilyFacts {
  readonly ipFamilies: readonly IpFamily[];
  readonly podCidrs: readonly Cidr[];
  readonly serviceCidrs: readonly Cidr[];
}

const LARGEST_SERVICE_PREFIX_V6 = 108;
const POD_PREFIX_V6 = 64;
const supported: readonly string[] = ['IPv4', 'IPv4,IPv6'];

/** OV-90 to OV-93: which families, in which order, and how large the IPv6 ranges may be. */
export function checkFamilies({ ipFamilies, podCidrs, serviceCidrs }: FamilyFacts): readonly Problem[] {
  return [
    ...checkSupported(ipFamilies),
    ...checkOrder('podCidrs', podCidrs, ipFamilies),
    ...checkOrder('serviceCidrs', serviceCidrs, ipFamilies),
    ...serviceCidrs.flatMap((range, index) => checkServiceV6(range, `serviceCidrs[${index}]`)),
    ...podCidrs.flatMap((range, index) => checkPodV6(range, `podCidrs[${index}]`)),
  ];
}

function checkSupported(ipFamilies: readonly IpFamily[]): readonly Problem[] {
  if (supported.includes(ipFamilies.join())) return [];
  const suggestion = ipFamilies.length > 1 ? '[IPv4, IPv6]' : '[IPv4]';
  const message = `address families [${ipFamilies.join(', ')}] are not supported; use [IPv4] or [IPv4, IPv6]`;
  const facts = { value: ipFamilies, conflictsWith: ['IPv4', 'IPv6'], suggestion };
  return [problem({ path: 'ipFamilies', code: 'ip_families_unsupported', rule: 'OV-90', message, ...facts })];
}

function checkOrder(path: string, ranges: readonly Cidr[], ipFamilies: readonly IpFamily[]): readonly Problem[] {
  const families = ranges.map(({ family }): IpFamily => (family === 4 ? 'IPv4' : 'IPv6'));
  if (families.join() === ipFamilies.join()) return [];
  const value = ranges.map(String);
  const inOrder = ipFamilies.map((family) => ranges.find((range) => range.family === (family === 'IPv4' ? 4 : 6)));
  const complete = inOrder.every((range) => range !== undefined) && inOrder.length === ranges.length;
  return [
    problem({
      path,
      code: 'cidr_family_order_mismatch',
      rule: 'OV-91',
      message: `${path} are [${families.join(', ')}], ipFamilies say [${ipFamilies.join(', ')}]: one range for each, in the same order`,
      value,
      conflictsWith: ipFamilies,
      suggestion: complete ? `[${inOrder.map(String).join(', ')}]` : 'one range for each family, in the order of ipFamilies',
    }),
  ];
}

function checkServiceV6(range: Cidr, path: string): readonly Problem[] {
  if (range.family === 4 || range.length >= LARGEST_SERVICE_PREFIX_V6) return [];
  return [
    problem({
      path,
      code: 'service_cidr_v6_too_large',
      rule: 'OV-92',
      message: `${String(range)} is larger than /${LARGEST_SERVICE_PREFIX_V6}`,
      value: String(range),
      conflictsWith: `/${LARGEST_SERVICE_PREFIX_V6}`,
      suggestion: String(Cidr.around(range.firstAddress, LARGEST_SERVICE_PREFIX_V6)),
    }),
  ];
}

function checkPodV6(range: Cidr, path: string): readonly Problem[] {
  if (range.family === 4 || range.length === POD_PREFIX_V6) return [];
  const message = `an IPv6 pod range is exactly /${POD_PREFIX_V6}`;
  const suggestion = String(Cidr.around(range.firstAddress, POD_PREFIX_V6));
  return [problem({ path, code: 'pod_cidr_v6_not_64', rule: 'OV-93', message, value: String(range), suggestion })];
}
