import { Address, Cidr, firstFit, freeBlocks } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';
import { checkPublic, checkReserved } from './check-pod-cidr.js';
import { clashProblems } from './clash-problems.js';
import { type OccupiedRange, serviceClashes } from './occupied-range.js';
import { aksReservedRanges } from './reserved-ranges.js';

/** What AKS takes when nothing is sent (OV-03). */
export const defaultServiceCidr = Cidr.parse('10.0.0.0/16');
export const defaultDnsServiceIp = Address.parse('10.0.0.10');
/** A service range is smaller than /12 (OV-60). */
export const SHORTEST_SERVICE_PREFIX = 13;
/** Below this the conventional DNS address, ten after the network, does not fit (OV-66). */
export const LONGEST_SERVICE_PREFIX = 28;
const DNS_OFFSET = 10;

/** Everything wrong with an IPv4 service CIDR (OV-60, OV-61, OV-64, OV-70). */
export function checkServiceCidr(serviceCidr: Cidr, occupied: readonly OccupiedRange[], path = 'serviceCidr'): readonly Problem[] {
  const elsewhere = suggestServiceCidr(occupied.map(({ cidr }) => cidr))?.toString();
  return [
    ...checkServiceLength(serviceCidr, path),
    ...checkReserved(serviceCidr, path, 'service_cidr', elsewhere),
    ...checkPublic(serviceCidr, path, 'service_cidr', 'OV-64', elsewhere),
    ...clashProblems(path, String(serviceCidr), serviceClashes(serviceCidr, occupied), elsewhere),
  ];
}

function checkServiceLength(serviceCidr: Cidr, path: string): readonly Problem[] {
  const { length, first } = serviceCidr;
  const value = String(serviceCidr);
  if (length < SHORTEST_SERVICE_PREFIX) {
    const message = `${value} must be smaller than /12: prefix ${SHORTEST_SERVICE_PREFIX} or longer`;
    const suggestion = String(Cidr.at(4, first, 16));
    return [
      problem({
        path,
        code: 'service_cidr_too_large',
        rule: 'OV-60',
        message,
        value,
        conflictsWith: '/12',
        suggestion,
      }),
    ];
  }
  if (length <= LONGEST_SERVICE_PREFIX) return [];
  const message = `${value} has no room for the DNS service beside the API service`;
  const suggestion = String(Cidr.around(serviceCidr.firstAddress, 24));
  return [problem({ path, code: 'service_cidr_too_small', rule: 'OV-66', message, value, suggestion })];
}

/** A /16 for services that avoids what is taken: the default first, then the rest of private space (OV-62). */
export function suggestServiceCidr(taken: readonly Cidr[]): Cidr | undefined {
  const parents = ['10.0.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '10.0.0.0/8', '100.64.0.0/10'].map(Cidr.parse);
  return firstFit(freeBlocks(parents, [...taken, ...aksReservedRanges]), 16);
}

/** The DNS address of a service range by convention: ten after the network address (OV-66). */
export function dnsServiceIpFor(serviceCidr: Cidr): Address {
  return serviceCidr.nthAddress(DNS_OFFSET) ?? serviceCidr.lastAddress;
}

/** OV-65, OV-66. Without an address the platform's default counts, which is a trap for every other service range. */
export function checkDnsServiceIp(serviceCidr: Cidr, dnsServiceIp: Address | undefined, path = 'dnsServiceIp'): readonly Problem[] {
  const address = dnsServiceIp ?? defaultDnsServiceIp;
  const facts = {
    path,
    value: String(address),
    conflictsWith: String(serviceCidr),
    suggestion: String(dnsServiceIpFor(serviceCidr)),
  };
  if (!serviceCidr.contains(address)) {
    const message = `${dnsServiceIp ? '' : 'the default '}DNS address ${String(address)} is outside the service range ${String(serviceCidr)}`;
    return [problem({ ...facts, code: 'dns_ip_outside_service_cidr', rule: 'OV-65', message })];
  }
  if (address.value === serviceCidr.first + 1n) {
    const message = `${String(address)} belongs to the API server's own service`;
    return [problem({ ...facts, code: 'dns_ip_is_api_service_ip', rule: 'OV-66', message })];
  }
  if (address.value !== serviceCidr.first && address.value !== serviceCidr.last) return [];
  const message = `${String(address)} is the first or the last address of the service range`;
  return [problem({ ...facts, code: 'dns_ip_not_usable', rule: 'OV-66', message })];
}
