import { type Cidr, CidrSet, type FitStrategy, FreeSpace } from '@podspan/cidr';
import type { FreeBlock, FreeListChange } from './free-list.js';

/** What a block must be besides free. */
export interface Conditions {
  readonly family: 4 | 6;
  readonly within?: readonly Cidr[] | undefined;
  readonly avoid: readonly Cidr[];
}

/** Views cost a look at every block that is taken; a batch with more kinds of conditions makes some anew. */
const MOST_VIEWS = 64;

interface View {
  readonly family: 4 | 6;
  readonly space: FreeSpace;
}

/**
 * The free list of a pool while many blocks are taken from it in memory. Each kind of conditions looks at a list of its own: what
 * is free, inside `within`, without `avoid`, as the largest blocks. What one takes is gone from all of them.
 */
export class BatchSpace {
  readonly #free: ReadonlyMap<4 | 6, FreeSpace>;
  readonly #views = new Map<string, View>();

  /** @param free all free blocks of the pool; `position` is the place of their range among `cidrs` */
  constructor(
    private readonly cidrs: readonly Cidr[],
    private readonly free: readonly FreeBlock[],
  ) {
    this.#free = new Map(
      ([4, 6] as const).map((family) => [
        family,
        FreeSpace.ofFree(
          ofFamily(cidrs, family),
          ofFamily(
            free.map(({ cidr }) => cidr),
            family,
          ),
        ),
      ]),
    );
  }

  /** A block of the length; undefined, and nothing changed, when there is none. */
  take(length: number, strategy: FitStrategy, conditions: Conditions): Cidr | undefined {
    const isPlain = conditions.within === undefined && conditions.avoid.length === 0;
    const found = (isPlain ? this.#of(conditions.family) : this.#view(conditions)).take(length, strategy);
    if (found) this.#remove(found, isPlain);
    return found;
  }

  /** Exactly this block; false, and nothing changed, when a part of it is not free. */
  takeExactly(cidr: Cidr): boolean {
    const isWhole = this.#of(cidr.family).takeExactly(cidr);
    if (isWhole) this.#remove(cidr, true);
    return isWhole;
  }

  isFree(cidr: Cidr): boolean {
    return this.#of(cidr.family).holds(cidr);
  }

  /** What became of the free list. */
  get change(): FreeListChange {
    const left = [...this.#free].flatMap(([family, space]) => {
      const positions = this.cidrs.flatMap((cidr, position) => (cidr.family === family ? [position] : []));
      return space.placed.map(({ parent, block }): FreeBlock => ({ cidr: block, position: positions[parent] ?? 0 }));
    });
    const [before, after] = [new Map(this.free.map(keyed)), new Map(left.map(keyed))];
    return {
      gone: this.free.filter((block) => !after.has(keyOf(block))).map(({ cidr }) => cidr),
      made: left.filter((block) => !before.has(keyOf(block))),
    };
  }

  #remove(taken: Cidr, isGone: boolean): void {
    if (!isGone) this.#of(taken.family).cut(taken);
    for (const { family, space } of this.#views.values()) if (family === taken.family) space.cut(taken);
  }

  #of(family: 4 | 6): FreeSpace {
    return this.#free.get(family) ?? new FreeSpace([], []);
  }

  #view({ family, within, avoid }: Conditions): FreeSpace {
    const key = `${family} ${within?.join() ?? '*'} ${avoid.join()}`;
    const known = this.#views.get(key);
    if (known) return known.space;
    if (this.#views.size >= MOST_VIEWS) for (const oldest of [...this.#views.keys()].slice(0, 1)) this.#views.delete(oldest);
    const open = openBlocks(this.#of(family).blocks, within, avoid);
    const space = FreeSpace.ofFree(ofFamily(this.cidrs, family), open);
    this.#views.set(key, { family, space });
    return space;
  }
}

/** What of the free blocks lies inside `within`, where that is said, and outside `avoid`, as the largest blocks in the same order. */
export function openBlocks(free: readonly Cidr[], within: Iterable<Cidr> | undefined, avoid: readonly Cidr[]): readonly Cidr[] {
  const inside = within && CidrSet.of(within);
  const holes = CidrSet.of(avoid);
  return free.flatMap((block) => {
    if (inside && !inside.contains(block)) {
      if (!inside.overlaps(block)) return [];
      return inside.intersect(CidrSet.of([block])).subtract(holes).blocks;
    }
    return holes.overlaps(block) ? holes.complementIn(block).blocks : [block];
  });
}

function ofFamily(cidrs: readonly Cidr[], family: 4 | 6): readonly Cidr[] {
  return cidrs.filter((cidr) => cidr.family === family);
}

function keyOf({ cidr, position }: FreeBlock): string {
  return `${position} ${cidr}`;
}

function keyed(block: FreeBlock): readonly [string, FreeBlock] {
  return [keyOf(block), block];
}
