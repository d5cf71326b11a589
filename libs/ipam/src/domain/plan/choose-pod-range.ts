import { Cidr, CidrSet } from '@podspan/cidr';
import type { Forbidden } from './forbidden-ranges.js';

export interface PodRangeSearch {
  /** The pool's blocks that may be given out, in its order; a block lies inside one CIDR of the pool. */
  readonly open: readonly Cidr[];
  readonly length: number;
  /** An explicit factor must be held; without one, twice the range is held if it is free. */
  readonly growthFactor?: number | undefined;
  readonly forbidden: readonly Forbidden[];
}

export interface RefusedCandidate {
  readonly cidr: string;
  readonly rule: string;
  readonly code: string;
  readonly path: readonly string[];
  readonly conflictsWith: string;
  readonly message: string;
}

export interface PodRange {
  readonly podCidr: Cidr;
  /** With the block held back for growth; the range itself when nothing is held back. */
  readonly held: Cidr;
  readonly growthMissing?: RefusedCandidate | 'POOL_EDGE';
  readonly refused: readonly RefusedCandidate[];
}

const MOST_REFUSED = 20;

/** The lowest block that touches nothing forbidden, in the pool's order, and the candidates before it that do. */
export function choosePodRange({
  open,
  length,
  growthFactor,
  forbidden,
}: PodRangeSearch): PodRange | { readonly refused: readonly RefusedCandidate[] } {
  const heldLength = length - extraBits(growthFactor);
  const holes = CidrSet.of(forbidden.map(({ cidr }) => cidr));
  const refused: RefusedCandidate[] = [];
  for (const block of open) {
    if (heldLength < block.length || length > block.bits) continue;
    const found = holes.complementIn(block).blocks.find((free) => free.length <= heldLength);
    const end = found ? found.first : block.last + 1n;
    refused.push(...refusedBefore(block, end, heldLength, forbidden));
    if (!found) continue;
    const held = Cidr.at(found.family, found.first, heldLength);
    const podCidr = Cidr.at(held.family, held.first, length);
    const shown = refused.slice(0, MOST_REFUSED);
    return growthFactor === undefined ? { ...defaultGrowth(podCidr, block, forbidden), refused: shown } : { podCidr, held, refused: shown };
  }
  return { refused: refused.slice(0, MOST_REFUSED) };
}

/** A range that is given, with the block held back around it; undefined when an explicit factor does not fit. */
export function growAround(
  podCidr: Cidr,
  block: Cidr,
  growthFactor: number | undefined,
  forbidden: readonly Forbidden[],
): PodRange | undefined {
  if (growthFactor === undefined) return { ...defaultGrowth(podCidr, block, forbidden), refused: [] };
  const held = podCidr.enclosing(extraBits(growthFactor));
  if (!held || !block.contains(held) || forbidden.some(({ cidr }) => cidr.overlaps(held))) return undefined;
  return { podCidr, held, refused: [] };
}

function extraBits(growthFactor: number | undefined): number {
  return growthFactor === undefined ? 0 : Math.max(0, Math.ceil(Math.log2(growthFactor)));
}

function defaultGrowth(podCidr: Cidr, block: Cidr, forbidden: readonly Forbidden[]): Omit<PodRange, 'refused'> {
  const enclosing = podCidr.enclosing();
  if (!enclosing || !block.contains(enclosing)) return { podCidr, held: podCidr, growthMissing: 'POOL_EDGE' };
  const clash = forbidden.find(({ cidr }) => cidr.overlaps(enclosing));
  return clash ? { podCidr, held: podCidr, growthMissing: candidate(enclosing, clash) } : { podCidr, held: enclosing };
}

/** One refused candidate per forbidden range that lies before `end`. */
function refusedBefore(block: Cidr, end: bigint, length: number, forbidden: readonly Forbidden[]): readonly RefusedCandidate[] {
  return forbidden
    .filter(({ cidr }) => cidr.overlaps(block) && (cidr.first > block.first ? cidr.first : block.first) < end)
    .sort((a, b) => a.cidr.compare(b.cidr))
    .map((clash) => {
      const start = clash.cidr.contains(block) || clash.cidr.first < block.first ? block.firstAddress : clash.cidr.firstAddress;
      return candidate(Cidr.around(start, Math.max(length, block.length)), clash);
    });
}

function candidate(cidr: Cidr, { cidr: conflict, rule, code, path, why }: Forbidden): RefusedCandidate {
  return { cidr: String(cidr), rule, code, path, conflictsWith: String(conflict), message: `${cidr} overlaps ${why}` };
}
