import { formatAddress, isFault, readAddress } from './address-text.js';
import { type Family, lastOf } from './family.js';
import { InvalidCidr } from './invalid-cidr.js';

/** One address of either family. Immutable, canonical, comparable. */
export class Address {
  private constructor(
    readonly family: Family,
    readonly value: bigint,
  ) {}

  /** Throws InvalidCidr `invalid_address`; a prefix length is refused, too. */
  static parse(text: string): Address {
    if (typeof text !== 'string') throw invalid('not_text', text, 'an address is a text');
    const slash = text.indexOf('/');
    if (slash >= 0) {
      throw invalid('unexpected_prefix_length', text, `'${text}' is a range, one address was expected`, text.slice(0, slash));
    }
    const read = readAddress(text);
    if (isFault(read)) throw invalid(read.reason, text, `'${text}' ${read.message}`, read.suggestion);
    return new Address(read.family, read.value);
  }

  /** The address with this number. Throws RangeError for a number outside the family: only a bug asks for that. */
  static at(family: Family, value: bigint): Address {
    if (value < 0n || value > lastOf(family)) throw new RangeError(`${value} is not an IPv${family} address`);
    return new Address(family, value);
  }

  /** Sort order: IPv4 before IPv6, then by number. */
  static compare(a: Address, b: Address): number {
    if (a.family !== b.family) return a.family - b.family;
    return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  }

  equals(other: Address): boolean {
    return Address.compare(this, other) === 0;
  }

  toString(): string {
    return formatAddress(this.family, this.value);
  }

  toJSON(): string {
    return this.toString();
  }
}

function invalid(reason: InvalidCidr['reason'], value: unknown, message: string, suggestion?: string): InvalidCidr {
  return new InvalidCidr({ code: 'invalid_address', reason, message, value, suggestion });
}
