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

export function freeCounts(blocks: readonly Cidr[]): readonly FreeCount[] {
  const counts = new Map<string, { family: 4 | 6; length: number; count: number }>();
  for (const { family, length } of blocks) {
    const known = counts.get(`${family}/${length}`);
    if (known) known.count += 1;
    else counts.set(`${family}/${length}`, { family, length, count: 1 });
  }
  return [...counts.values()];
}
