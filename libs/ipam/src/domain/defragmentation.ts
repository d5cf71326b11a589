import { Cidr, freeBlocks } from '@podspan/cidr';
import type { FreeCount } from './utilization.js';

/** Something that lies in a block which could be free. */
export interface Occupying {
  readonly id: string;
  /** With what is kept for growth. */
  readonly cidr: Cidr;
  readonly movable: boolean;
}

/** A block of the wanted length, and all that lies in it. */
export interface Candidate<T extends Occupying = Occupying> {
  readonly block: Cidr;
  readonly occupants: readonly T[];
}

export type MoveKind = 'WAIT' | 'MOVE' | 'REBUILD';

/**
 * What it takes for an allocation to leave its range. WAIT: it rests in quarantine and leaves by itself. REBUILD: the
 * range of a pod network never moves (OV-100) and a subnet's range changes only while it is empty (SN-05), so what
 * uses it must be built anew. MOVE: its owner takes another block and gives this one back.
 */
export function moveKind({ status, purpose }: { readonly status: string; readonly purpose: string }): MoveKind {
  if (status === 'QUARANTINED') return 'WAIT';
  return purpose === 'POD_CIDR' || purpose === 'SERVICE_CIDR' || purpose.includes('SUBNET') ? 'REBUILD' : 'MOVE';
}

/**
 * The candidates that can be emptied, the fewest moves first, then the fewest addresses, then the lowest block. One
 * can be when all in it may move and what is free elsewhere now takes them: no move waits for another one.
 * @param free what is free in the pool, of the candidates' family
 */
export function emptied<T extends Occupying>(candidates: readonly Candidate<T>[], free: readonly FreeCount[]): readonly Candidate<T>[] {
  return candidates
    .filter(({ occupants }) => occupants.every(({ movable }) => movable))
    .filter((candidate) => fitsElsewhere(candidate, free))
    .sort((a, b) => a.occupants.length - b.occupants.length || compare(addressesIn(a), addressesIn(b)) || Cidr.compare(a.block, b.block));
}

/** Every block of the length in which something lies that is no larger than it. */
export function candidatesOf<T extends Occupying>(pool: readonly Cidr[], occupants: readonly T[], length: number): readonly Candidate<T>[] {
  const blocks = new Map<string, { block: Cidr; occupants: T[] }>();
  for (const occupant of occupants) {
    if (occupant.cidr.length < length) continue;
    const block = Cidr.around(occupant.cidr.firstAddress, length);
    if (!pool.some((range) => range.contains(block))) continue;
    const known = blocks.get(String(block));
    if (known) known.occupants.push(occupant);
    else blocks.set(String(block), { block, occupants: [occupant] });
  }
  return [...blocks.values()].filter(({ block }) => !occupants.some(({ cidr }) => cidr.length < length && cidr.contains(block)));
}

export function addressesIn({ occupants }: Candidate): bigint {
  return occupants.reduce((sum, { cidr }) => sum + cidr.size, 0n);
}

/** Sizes are powers of two, so the largest first into the smallest block that takes it finds a place if there is one. */
function fitsElsewhere({ block, occupants }: Candidate, free: readonly FreeCount[]): boolean {
  const counts = new Map(free.map(({ length, count }) => [length, count]));
  const add = (length: number, more: number): unknown => counts.set(length, (counts.get(length) ?? 0) + more);
  const inside = freeBlocks(
    [block],
    occupants.map(({ cidr }) => cidr),
  );
  for (const { length } of inside) add(length, -1);
  for (const { cidr } of [...occupants].sort((a, b) => a.cidr.length - b.cidr.length)) {
    let from = cidr.length;
    while (from >= 0 && (counts.get(from) ?? 0) === 0) from -= 1;
    if (from < 0) return false;
    add(from, -1);
    for (let half = from + 1; half <= cidr.length; half += 1) add(half, 1);
  }
  return true;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
