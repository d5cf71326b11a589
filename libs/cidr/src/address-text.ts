import { IPv6 } from 'ip-num';
import { type Family } from './family.js';
import { type InvalidCidrReason } from './invalid-cidr.js';

/** An address as a number of its family. */
export interface AddressValue {
  readonly family: Family;
  readonly value: bigint;
}

/** Why a text is no address, and what was probably meant. */
export interface AddressFault {
  readonly reason: InvalidCidrReason;
  readonly message: string;
  readonly suggestion?: string;
}

const MAPPED = 0xffffn;

/** Reads one address without prefix length. Says why when it cannot; never throws. */
export function readAddress(text: string): AddressValue | AddressFault {
  if (text === '') return fault('empty', 'an address is missing');
  if (/\s/.test(text)) return fault('whitespace', 'contains white space', text.replace(/\s/g, ''));
  if (text.includes('%')) {
    return fault('zone', 'carries a zone index, which has a meaning on one machine only', text.replace(/%[^/]*/, ''));
  }
  const port = /^(?:\[(?<v6>[^\]]*)\](?::\d*)?|(?<v4>[^:]*\.[^:]*):\d*)$/.exec(text)?.groups;
  if (port) return fault('port', 'carries a port or brackets', port.v6 ?? port.v4);
  return text.includes(':') ? readIPv6(text) : readIPv4(text);
}

export function isFault(read: AddressValue | AddressFault): read is AddressFault {
  return 'reason' in read;
}

function readIPv4(text: string): AddressValue | AddressFault {
  if (!/^[\d.]+$/.test(text)) return fault('not_an_address', 'is neither an IPv4 nor an IPv6 address');
  const octets = text.split('.');
  if (octets.length !== 4 || octets.includes('')) {
    return fault('octet_count', 'is not four numbers separated by dots');
  }
  if (octets.some((octet) => octet.length > 1 && octet.startsWith('0'))) {
    // Some programs read 010 as eight, others as ten: refused rather than guessed.
    return fault('octet_leading_zero', 'has a leading zero', octets.map((octet) => octet.replace(/^0+(?=\d)/, '')).join('.'));
  }
  const large = octets.find((octet) => Number(octet) > 255);
  if (large !== undefined) return fault('octet_out_of_range', `has ${large} where at most 255 is possible`);
  return { family: 4, value: BigInt(octets.reduce((value, octet) => value * 256 + Number(octet), 0)) };
}

function readIPv6(text: string): AddressValue | AddressFault {
  const tail = /[\d.]*\.[\d.]*$/.exec(text)?.[0];
  if (tail !== undefined) {
    const embedded = readIPv4(tail);
    if (isFault(embedded)) return embedded;
  }
  const value = ipv6Value(text);
  if (value === undefined) return fault('not_an_address', 'is not an IPv6 address');
  if (value >> 32n === MAPPED) {
    return fault('ipv4_mapped', 'is an IPv4 address in IPv6 notation', formatIPv4(value & 0xffffffffn));
  }
  return { family: 6, value };
}

function ipv6Value(text: string): bigint | undefined {
  try {
    return new IPv6(text).getValue();
  } catch {
    return undefined;
  }
}

function fault(reason: InvalidCidrReason, message: string, suggestion?: string): AddressFault {
  return suggestion === undefined ? { reason, message } : { reason, message, suggestion };
}

/** Canonical text: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(family: Family, value: bigint): string {
  return family === 4 ? formatIPv4(value) : formatIPv6(value);
}

function formatIPv4(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** RFC 5952: the longest run is shortened, the first one of equals. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}
