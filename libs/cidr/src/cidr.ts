import { Address } from './address.js';
import { formatAddress } from './address-text.js';
import { readCidr } from './cidr-text.js';
import { bitsOf, type Family, isPrefixLength, lastOf } from './family.js';
import { InvalidCidr } from './invalid-cidr.js';

/** A block of addresses of either family. Immutable, canonical (no host bits), comparable. */
export class Cidr {
  /** First and last address as numbers, both inside the block. */
  readonly last: bigint;

  private constructor(
    readonly family: Family,
    readonly first: bigint,
    readonly length: number,
  ) {
    this.last = first + (1n << BigInt(bitsOf(family) - length)) - 1n;
  }

  /** The only way in from outside. Throws InvalidCidr; with host bits set its suggestion is the corrected text. */
  static parse(text: string): Cidr {
    const { family, first, length } = readCidr(text);
    return new Cidr(family, first, length);
  }

  /** As `parse`, and throws `family_mismatch` for a block of the other family. */
  static parseOf(family: Family, text: string): Cidr {
    const cidr = Cidr.parse(text);
    if (cidr.family === family) return cidr;
    const message = `'${text}' is an IPv${cidr.family} range, an IPv${family} range was expected`;
    throw new InvalidCidr({ code: 'family_mismatch', reason: 'other_family', message, value: text });
  }

  /** The block of `length` that starts at `first`. Throws RangeError where no block of that length starts. */
  static at(family: Family, first: bigint, length: number): Cidr {
    const aligned = isPrefixLength(family, length) && first >= 0n && first <= lastOf(family);
    if (!aligned || (first & ((1n << BigInt(bitsOf(family) - length)) - 1n)) !== 0n) {
      throw new RangeError(`no /${length} of IPv${family} starts at ${first}`);
    }
    return new Cidr(family, first, length);
  }

  /** The block of `length` that holds the address. */
  static around(address: Address, length: number): Cidr {
    checkLength(address.family, length);
    const hostBits = BigInt(bitsOf(address.family) - length);
    return new Cidr(address.family, (address.value >> hostBits) << hostBits, length);
  }

  /** Sort order: IPv4 before IPv6, then by first address, the larger block first. */
  static compare(a: Cidr, b: Cidr): number {
    if (a.family !== b.family) return a.family - b.family;
    if (a.first !== b.first) return a.first < b.first ? -1 : 1;
    return a.length - b.length;
  }

  /** The number of addresses. */
  get size(): bigint {
    return this.last - this.first + 1n;
  }

  /** Bits of an address of this family: 32 or 128. */
  get bits(): 32 | 128 {
    return bitsOf(this.family);
  }

  equals(other: Cidr): boolean {
    return Cidr.compare(this, other) === 0;
  }

  compare(other: Cidr): number {
    return Cidr.compare(this, other);
  }

  /** Whether every address of `other` is in this block; a block contains itself. */
  contains(other: Cidr | Address): boolean {
    const [first, last] = other instanceof Address ? [other.value, other.value] : [other.first, other.last];
    return this.family === other.family && this.first <= first && last <= this.last;
  }

  overlaps(other: Cidr): boolean {
    return this.family === other.family && this.first <= other.last && other.first <= this.last;
  }

  /** The block `bits` shorter (twice as large per bit) that holds this one; undefined above /0. */
  enclosing(bits = 1): Cidr | undefined {
    const length = this.length - bits;
    return length < 0 ? undefined : Cidr.around(this.firstAddress, length);
  }

  /** The lower and the upper half; undefined for a single address. */
  halves(): readonly [Cidr, Cidr] | undefined {
    if (this.length === this.bits) return undefined;
    const length = this.length + 1;
    const lower = new Cidr(this.family, this.first, length);
    return [lower, new Cidr(this.family, lower.last + 1n, length)];
  }

  /** Every block of `length` inside, in order, one at a time. Throws `invalid_prefix_length` for a shorter length. */
  *subnets(length: number): Generator<Cidr, void, undefined> {
    checkLength(this.family, length, this.length);
    const step = 1n << BigInt(this.bits - length);
    for (let first = this.first; first <= this.last; first += step) yield new Cidr(this.family, first, length);
  }

  get firstAddress(): Address {
    return Address.at(this.family, this.first);
  }

  get lastAddress(): Address {
    return Address.at(this.family, this.last);
  }

  /** The address `n` after the first; `nthAddress(0)` is the network address. Undefined past the end. */
  nthAddress(n: number | bigint): Address | undefined {
    const value = this.first + BigInt(n);
    return value < this.first || value > this.last ? undefined : Address.at(this.family, value);
  }

  toString(): string {
    return `${formatAddress(this.family, this.first)}/${this.length}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Throws `invalid_prefix_length` unless a block of `length` can exist inside one of `shortest`. */
export function checkLength(family: Family, length: number, shortest = 0): void {
  if (isPrefixLength(family, length) && length >= shortest) return;
  const message = `/${length} is not a prefix length between ${shortest} and ${bitsOf(family)}`;
  throw new InvalidCidr({
    code: 'invalid_prefix_length',
    reason: 'prefix_length_out_of_range',
    message,
    value: length,
  });
}
