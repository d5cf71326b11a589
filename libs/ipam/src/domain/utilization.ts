import type { Cidr } from '@podspan/cidr';

/** Counts are decimal strings: IPv6 counts exceed what JSON numbers hold. */
export interface Utilization {
  readonly usedAddresses: string;
  readonly totalAddresses: string;
  readonly percent: number;
  /** null when nothing is free. */
  readonly largestFreePrefixLength: number | null;
  /** How many largest free blocks there are of each length. */
  readonly freeByPrefixLength: Readonly<Record<string, number>>;
}

/** How much of one length there is. */
export interface LengthCount {
  readonly family: 4 | 6;
  readonly prefixLength: number;
  /** Largest free blocks that are exactly this long. */
  readonly freeBlocks: number;
  /** How many blocks of this length the free space gives in all, a decimal string. */
  readonly available: string;
}

/** One line per family and length of the free list. */
export interface FreeCount {
  readonly family: 4 | 6;
  readonly length: number;
  readonly count: number;
}

export function utilizationOf(cidrs: readonly Cidr[], free: readonly FreeCount[]): Utilization {
  const total = cidrs.reduce((sum, { size }) => sum + size, 0n);
  const left = free.reduce(
    (sum, { family, length, count }) => sum + BigInt(count) * (1n << BigInt((family === 4 ? 32 : 128) - length)),
    0n,
  );
  const byLength = new Map<number, number>();
  for (const { length, count } of free) byLength.set(length, (byLength.get(length) ?? 0) + count);
  const lengths = [...byLength.keys()].sort((a, b) => a - b);
  return {
    usedAddresses: String(total - left),
    totalAddresses: String(total),
    percent: total === 0n ? 0 : (Number(total - left) / Number(total)) * 100,
    largestFreePrefixLength: lengths[0] ?? null,
    freeByPrefixLength: Object.fromEntries(lengths.map((length) => [String(length), byLength.get(length) ?? 0])),
  };
}

const LONGEST: Readonly<Record<4 | 6, number>> = { 4: 32, 6: 64 };

/**
 * What is free of each length, from the largest free block on.
 * @param longest where to stop; a /32, or a /64 of IPv6, when the pool sets no bound
 */
export function freeByLength(free: readonly FreeCount[], longest?: number | null): readonly LengthCount[] {
  return ([4, 6] as const).flatMap((family) => {
    const own = free.filter((line) => line.family === family);
    const lines: LengthCount[] = [];
    const last = Math.max(longest ?? LONGEST[family], ...own.map(({ length }) => length));
    for (let length = Math.min(...own.map((line) => line.length)); own.length > 0 && length <= last; length += 1) {
      lines.push({
        family,
        prefixLength: length,
        freeBlocks: own.find((line) => line.length === length)?.count ?? 0,
        available: String(availableOf(own, length)),
      });
    }
    return lines;
  });
}

/** How many blocks of a length the free blocks of one family give. */
export function availableOf(free: readonly FreeCount[], length: number): bigint {
  return free
    .filter((line) => line.length <= length)
    .reduce((sum, line) => sum + BigInt(line.count) * (1n << BigInt(length - line.length)), 0n);
}

export function freeCounts(blocks: readonly Cidr[]): readonly FreeCount[] {
  const counts = new Map<string, { family: 4 | 6; length: number; count: number }>();
  for (const { family, length } of blocks) {
    const known = counts.get(`${family}/${length}`);
    if (known) known.count += 1;
    else counts.set(`${family}/${length}`, { family, length, count: 1 });
  }
  return [...counts.values()];
}
