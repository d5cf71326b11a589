/** The two address families; the numbers are those people say. */
export type Family = 4 | 6;

/** Bits of an address, which is also the longest prefix length. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** The last address of the family as a number. */
export function lastOf(family: Family): bigint {
  return (1n << BigInt(bitsOf(family))) - 1n;
}

/** Whether blocks of this length can exist in the family: a whole number between 0 and 32 or 128. */
export function isPrefixLength(family: Family, length: number): boolean {
  return Number.isInteger(length) && length >= 0 && length <= bitsOf(family);
}
