import { Cidr, CidrSet, fit, type FitStrategy } from '@podspan/cidr';

interface Region {
  readonly within: readonly Cidr[];
  blocks: readonly Cidr[];
}

/** The free blocks of one pool while a plan is made in memory, seen by region so that a take looks at its region alone. */
export class PlanSpace {
  readonly #regions = new Map<string, Region>();

  /** @param free the pool's free blocks, in its order */
  constructor(
    private readonly free: readonly Cidr[],
    private readonly strategy: FitStrategy,
  ) {}

  /** A block of `length` inside `within`; undefined, and nothing changed, when there is none. */
  take(length: number, within: readonly Cidr[], family: 4 | 6 = 4): Cidr | undefined {
    const region = this.#region(within);
    const found = fit(
      region.blocks.filter((block) => block.family === family),
      length,
      this.strategy,
    );
    if (found) this.#remove(found);
    return found;
  }

  /** Exactly this block; false, and nothing changed, when a part of it is not free. */
  takeExactly(cidr: Cidr, within: readonly Cidr[]): boolean {
    const whole = this.#region(within).blocks.some((block) => block.contains(cidr));
    if (whole) this.#remove(cidr);
    return whole;
  }

  #region(within: readonly Cidr[]): Region {
    const key = within.join();
    const known = this.#regions.get(key);
    if (known) return known;
    const inside = CidrSet.of(within);
    const taken = CidrSet.of(this.#taken);
    const region = { within, blocks: this.free.flatMap((block) => inside.intersect(CidrSet.of([block])).subtract(taken).blocks) };
    this.#regions.set(key, region);
    return region;
  }

  readonly #taken: Cidr[] = [];

  /** Regions may overlap, when two networks do: a block is gone from all of them. */
  #remove(taken: Cidr): void {
    this.#taken.push(taken);
    const hole = CidrSet.of([taken]);
    for (const region of this.#regions.values()) {
      if (!region.within.some((range) => range.overlaps(taken))) continue;
      region.blocks = region.blocks.flatMap((block) => (block.overlaps(taken) ? hole.complementIn(block).blocks : [block]));
    }
  }
}
