import { formatAddress, isFault, readAddress, type AddressValue } from './address-text.js';
import { bitsOf, type Family } from './family.js';
import { InvalidCidr, type InvalidCidrCode, type InvalidCidrReason } from './invalid-cidr.js';

/** A block as numbers: its first address and its prefix length. */
export interface CidrValue {
  readonly family: Family;
  readonly first: bigint;
  readonly length: number;
}

/** Reads `address/length`. Throws InvalidCidr with the exact reason. */
export function readCidr(text: string): CidrValue {
  if (typeof text !== 'string') throw refuse('invalid_cidr', 'not_text', text, 'a range is a text such as 10.0.0.0/16');
  const [addressText = '', lengthText, ...rest] = text.split('/');
  if (/\s/.test(text)) {
    throw refuse('invalid_cidr', 'whitespace', text, `'${text}' contains white space`, text.replace(/\s/g, ''));
  }
  if (rest.length > 0) throw refuse('invalid_cidr', 'several_slashes', text, `'${text}' has more than one slash`);
  const address = readNetworkAddress(text, addressText, lengthText);
  const length = readLength(text, address, lengthText);
  return withoutHostBits(text, address, length);
}

function readNetworkAddress(text: string, addressText: string, lengthText: string | undefined): AddressValue {
  const read = readAddress(addressText);
  if (!isFault(read)) return read;
  const suggestion = suggestedRange(read.reason, read.suggestion, lengthText);
  throw refuse('invalid_cidr', read.reason, text, `'${text}' ${read.message}`, suggestion);
}

function suggestedRange(reason: InvalidCidrReason, address: string | undefined, length: string | undefined): string | undefined {
  if (address === undefined || length === undefined) return address;
  if (reason !== 'ipv4_mapped') return `${address}/${length}`;
  const mapped = Number(length) - 96;
  return mapped >= 0 && mapped <= 32 ? `${address}/${mapped}` : undefined;
}

function readLength(text: string, { family, value }: AddressValue, lengthText: string | undefined): number {
  const whole = `${formatAddress(family, value)}/${bitsOf(family)}`;
  if (lengthText === undefined || lengthText === '') {
    throw refuse('invalid_cidr', 'missing_prefix_length', text, `'${text}' has no prefix length`, whole);
  }
  const bad = (reason: InvalidCidrReason, message: string, suggestion?: string): InvalidCidr =>
    refuse('invalid_prefix_length', reason, text, `'${text}' ${message}`, suggestion);
  if (lengthText.includes('.') && !isFault(readAddress(lengthText))) {
    const length = lengthOfMask(lengthText);
    const suggestion = length === undefined ? undefined : `${formatAddress(family, value)}/${length}`;
    throw bad('netmask', 'has a netmask where the number of prefix bits belongs', suggestion);
  }
  if (/^-\d+$/.test(lengthText) || /^\d{4,}$/.test(lengthText)) throw outOfRange(bad, family);
  if (!/^\d+$/.test(lengthText)) throw bad('prefix_length_not_whole', 'has a prefix length that is not a whole number');
  const length = Number(lengthText);
  if (length > bitsOf(family)) throw outOfRange(bad, family);
  if (lengthText !== String(length)) {
    throw bad('prefix_length_leading_zero', 'has a leading zero in the prefix length', `${formatAddress(family, value)}/${length}`);
  }
  return length;
}

function outOfRange(bad: (reason: InvalidCidrReason, message: string) => InvalidCidr, family: Family): InvalidCidr {
  return bad('prefix_length_out_of_range', `has a prefix length outside 0 to ${bitsOf(family)}`);
}

function lengthOfMask(mask: string): number | undefined {
  const read = readAddress(mask);
  if (isFault(read)) return undefined;
  const bits = read.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

function withoutHostBits(text: string, { family, value }: AddressValue, length: number): CidrValue {
  const hostBits = BigInt(bitsOf(family) - length);
  const first = (value >> hostBits) << hostBits;
  if (first === value) return { family, first, length };
  const suggestion = `${formatAddress(family, first)}/${length}`;
  throw refuse('host_bits_set', 'host_bits', text, `'${text}' has host bits set; the range is ${suggestion}`, suggestion);
}

function refuse(code: InvalidCidrCode, reason: InvalidCidrReason, value: unknown, message: string, suggestion?: string): InvalidCidr {
  return new InvalidCidr({ code, reason, message, value, suggestion: code === 'host_bits_set' ? suggestion : sound(suggestion) });
}

/** What would be accepted: a correction may be wrong in another way, and is then corrected once more or not made. */
function sound(suggestion: string | undefined): string | undefined {
  if (suggestion === undefined) return undefined;
  try {
    const { family, first, length } = readCidr(suggestion);
    return `${formatAddress(family, first)}/${length}`;
  } catch (error) {
    // Each correction is shorter than what it corrects, so this ends.
    if (error instanceof InvalidCidr) return error.suggestion;
    throw error;
  }
}
