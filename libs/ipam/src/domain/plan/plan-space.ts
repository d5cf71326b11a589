import { type Cidr, fit, type FitStrategy } from '@podspan/cidr';
import { RangeIndex } from '../range-index.js';

interface Region {
  readonly within: readonly Cidr[];
  /** Free and inside `within`, in the pool's order. */
  blocks: Cidr[];
  /** Those whose ranges overlap this one's, when two networks do: what is taken here is gone there. */
  readonly neighbours: Region[];
}

/** The free blocks of one pool while a plan is made in memory, seen by region so that a take looks at its region alone. */
export class PlanSpace {
  readonly #regions = new Map<string, Region>();
  /** The clusters of a network ask with the same list, whose text need not be made again. */
  readonly #byList = new WeakMap<readonly Cidr[], Region>();
  readonly #free: RangeIndex<number>;
  readonly #taken: Cidr[] = [];

  /** @param free the pool's free blocks, in its order */
  constructor(
    free: readonly Cidr[],
    private readonly strategy: FitStrategy,
  ) {
    this.#free = new RangeIndex(free.map((cidr, value) => ({ cidr, value })));
  }

  /** A block of `length` inside `within`; undefined, and nothing changed, when there is none. */
  take(length: number, within: readonly Cidr[], family: 4 | 6 = 4): Cidr | undefined {
    const region = this.#region(within);
    const candidates = region.blocks.every((block) => block.family === family)
      ? region.blocks
      : region.blocks.filter((block) => block.family === family);
    const found = fit(candidates, length, this.strategy);
    if (found) this.#remove(found, region);
    return found;
  }

  /** Exactly this block; false, and nothing changed, when a part of it is not free. */
  takeExactly(cidr: Cidr, within: readonly Cidr[]): boolean {
    const region = this.#region(within);
    const whole = region.blocks.some((block) => block.contains(cidr));
    if (whole) this.#remove(cidr, region);
    return whole;
  }

  #region(within: readonly Cidr[]): Region {
    const known = this.#byList.get(within) ?? this.#regionOf(within);
    this.#byList.set(within, known);
    return known;
  }

  #regionOf(within: readonly Cidr[]): Region {
    const key = within.join();
    const known = this.#regions.get(key);
    if (known) return known;
    const neighbours = [...this.#regions.values()].filter((other) =>
      other.within.some((range) => within.some((own) => own.overlaps(range))),
    );
    const region: Region = { within, blocks: this.#freeIn(within), neighbours };
    for (const neighbour of neighbours) neighbour.neighbours.push(region);
    // What was taken before this region was asked for can lie in it only where another region does.
    if (neighbours.length > 0) for (const cidr of this.#taken) cut(region, cidr);
    this.#regions.set(key, region);
    return region;
  }

  #freeIn(within: readonly Cidr[]): Cidr[] {
    const found = within.flatMap((range) =>
      [...this.#free.overlapping(range)].map(({ cidr, value }) => ({ cidr: range.contains(cidr) ? cidr : range, value })),
    );
    return found.sort((a, b) => a.value - b.value || a.cidr.compare(b.cidr)).map(({ cidr }) => cidr);
  }

  #remove(taken: Cidr, from: Region): void {
    this.#taken.push(taken);
    for (const region of [from, ...from.neighbours]) cut(region, taken);
  }
}

/** Takes the range out of the region's blocks. */
function cut(region: Region, taken: Cidr): void {
  for (let position = region.blocks.length - 1; position >= 0; position -= 1) {
    const block = region.blocks[position];
    if (block?.overlaps(taken)) region.blocks.splice(position, 1, ...left(block, taken));
  }
}

/** What is left of a block without one that overlaps it: the halves on the way down to what is taken, in order. */
function left(block: Cidr, taken: Cidr): readonly Cidr[] {
  const before: Cidr[] = [];
  const after: Cidr[] = [];
  for (let around = block; around.length < taken.length;) {
    const halves = around.halves();
    if (!halves) break;
    const [lower, upper] = halves;
    if (lower.contains(taken)) {
      after.push(upper);
      around = lower;
    } else {
      before.push(lower);
      around = upper;
    }
  }
  return [...before, ...after.reverse()];
}
