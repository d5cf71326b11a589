import { bitsOf, type Cidr, type Family, isPrefixLength } from '@podspan/cidr';
import { AmbiguousRequest, DomainError, InvalidRequest, type Problem } from '@podspan/errors';
import type { PoolBounds, Strategy } from './pool.js';

export interface BlockRequest {
  readonly prefixLength?: number | undefined;
  /** The block that holds so many addresses: rounded up to a power of two. */
  readonly addressCount?: bigint | undefined;
  readonly cidr?: Cidr | undefined;
  readonly family?: Family | undefined;
  readonly within?: readonly Cidr[] | undefined;
  readonly exclude?: readonly Cidr[] | undefined;
  readonly strategy?: Strategy | undefined;
}

/** A request that makes sense for its pool: exactly one block, or any block of a length. */
export type WantedBlock =
  | { readonly kind: 'EXACT'; readonly cidr: Cidr }
  | { readonly kind: 'ANY'; readonly family: Family; readonly length: number; readonly shortest: number };

export interface PoolShape extends PoolBounds {
  readonly name: string;
  readonly cidrs: readonly Cidr[];
}

/**
 * Reads a request against its pool.
 * @throws DomainError `ambiguous_request`, `prefix_length_required`, `invalid_prefix_length`, `family_mismatch`, `outside_pool`
 */
export function wantedBlock(pool: PoolShape, request: BlockRequest): WantedBlock {
  if (request.cidr && request.prefixLength !== undefined) {
    throw new AmbiguousRequest('send prefixLength or cidr, not both', {
      facts: { prefixLength: request.prefixLength, cidr: String(request.cidr) },
    });
  }
  if (request.addressCount !== undefined && (request.cidr || request.prefixLength !== undefined)) {
    throw new AmbiguousRequest('send addressCount, prefixLength or cidr, only one of them', {
      facts: { addressCount: String(request.addressCount) },
    });
  }
  checkWithin(pool, request);
  return request.cidr ? exactBlock(pool, request.cidr, request) : anyBlock(pool, request);
}

function exactBlock(pool: PoolShape, cidr: Cidr, request: BlockRequest): WantedBlock {
  if (request.family !== undefined && request.family !== cidr.family) throw familyMismatch(pool, 'cidr', String(cidr));
  if (!pool.cidrs.some(({ family }) => family === cidr.family)) throw familyMismatch(pool, 'cidr', String(cidr));
  if (!pool.cidrs.some((range) => range.contains(cidr))) throw outsidePool(pool, 'cidr', cidr);
  checkBounds(pool, cidr.length, 'cidr');
  if (request.within && !request.within.some((range) => range.contains(cidr))) {
    throw refused({
      path: 'cidr',
      code: 'outside_pool',
      message: `${cidr} is not within ${request.within.join(', ')}`,
      value: String(cidr),
    });
  }
  const excluded = request.exclude?.find((range) => range.overlaps(cidr));
  if (excluded)
    throw refused({
      path: 'exclude',
      code: 'ambiguous_request',
      message: `${cidr} is asked for and excluded by ${excluded}`,
      value: String(cidr),
      conflictsWith: String(excluded),
    });
  return { kind: 'EXACT', cidr };
}

/** A number of addresses is a length, and one that no range of the pool can hold is exhaustion and no wrong length. */
function countedBlock(pool: PoolShape, count: bigint, request: BlockRequest): WantedBlock {
  const ranges = request.family === undefined ? pool.cidrs : pool.cidrs.filter(({ family }) => family === request.family);
  if (ranges.length === 0) throw familyMismatch(pool, 'family', request.family);
  const family = ranges.some((range) => range.family === 4) ? 4 : 6;
  const length = bitsOf(family) - (count - 1n === 0n ? 0 : (count - 1n).toString(2).length);
  if (length < 0) {
    throw refused({
      path: 'addressCount',
      code: 'address_count_too_large',
      message: `IPv${family} has no ${count} addresses`,
      value: String(count),
    });
  }
  checkBounds(pool, length, 'addressCount');
  return {
    kind: 'ANY',
    family,
    length,
    shortest: Math.min(...ranges.filter((range) => range.family === family).map((range) => range.length)),
  };
}

function anyBlock(pool: PoolShape, request: BlockRequest): WantedBlock {
  if (request.addressCount !== undefined) return countedBlock(pool, request.addressCount, request);
  const length = request.prefixLength ?? pool.defaultPrefixLength ?? undefined;
  if (length === undefined) {
    throw refused({
      path: 'prefixLength',
      code: 'prefix_length_required',
      message: `pool ${pool.name} has no default: send prefixLength or cidr`,
    });
  }
  const candidates = request.family === undefined ? pool.cidrs : pool.cidrs.filter(({ family }) => family === request.family);
  if (candidates.length === 0) throw familyMismatch(pool, 'family', request.family);
  const fitting = candidates.filter((range) => isPrefixLength(range.family, length) && range.length <= length);
  // In a pool of both families a length that IPv4 can give means IPv4, unless the request names the family.
  const family = fitting.some((range) => range.family === 4) ? 4 : fitting[0]?.family;
  if (family === undefined) throw invalidLength(pool, length, lengthRange(pool, candidates));
  checkBounds(pool, length, 'prefixLength');
  return {
    kind: 'ANY',
    family,
    length,
    shortest: Math.min(...fitting.filter((range) => range.family === family).map((range) => range.length)),
  };
}

function checkWithin(pool: PoolShape, { within }: BlockRequest): void {
  const outside = within?.find((range) => !pool.cidrs.some((cidr) => cidr.overlaps(range)));
  if (outside && within?.every((range) => !pool.cidrs.some((cidr) => cidr.overlaps(range)))) throw outsidePool(pool, 'within', outside);
}

/** @throws InvalidRequest `invalid_prefix_length` */
export function checkBounds(pool: PoolShape, length: number, path: string): void {
  const { minPrefixLength: min, maxPrefixLength: max } = pool;
  if ((typeof min === 'number' && length < min) || (typeof max === 'number' && length > max)) {
    throw invalidLength(pool, length, `between ${min ?? 0} and ${max ?? 'the longest'}`, path);
  }
}

/** What would be given instead: of each range from its own length on, within the bounds of the pool. */
function lengthRange({ minPrefixLength: min, maxPrefixLength: max }: PoolBounds, cidrs: readonly Cidr[]): string {
  return cidrs
    .map((cidr) => `${Math.max(cidr.length, min ?? 0)} to ${Math.min(bitsOf(cidr.family), max ?? bitsOf(cidr.family))} for ${cidr}`)
    .join(', ');
}

function invalidLength(pool: PoolShape, length: number, allowed: string, path = 'prefixLength'): DomainError {
  return refused({
    path,
    code: 'invalid_prefix_length',
    message: `pool ${pool.name} gives no /${length}: lengths are ${allowed}`,
    value: length,
  });
}

function outsidePool(pool: PoolShape, path: string, cidr: Cidr): DomainError {
  const cidrs = pool.cidrs.map(String);
  return refused({
    path,
    code: 'outside_pool',
    message: `${cidr} is not inside pool ${pool.name} (${cidrs.join(', ')})`,
    value: String(cidr),
    conflictsWith: cidrs,
  });
}

function familyMismatch(pool: PoolShape, path: string, value: unknown): DomainError {
  return refused({
    path,
    code: 'family_mismatch',
    message: `pool ${pool.name} has no range of that address family`,
    value,
    conflictsWith: pool.cidrs.map(String),
  });
}

function refused(problem: Problem): DomainError {
  return new InvalidRequest([problem]);
}
