import { Cidr } from './cidr.js';
import { CidrSet } from './cidr-set.js';
import { countAvailable, freeBlocks, largestFreeLength } from './free-blocks.js';
import { type FitStrategy, highest, lowest } from './fit.js';

export interface Piece {
  readonly parent: number;
  readonly block: Cidr;
}

/**
 * The free space of a pool while many blocks are taken from it in one go. Gives exactly what `fit` over
 * `freeBlocks` gives each time, without building the list again: pieces are kept by length, each list in order.
 */
export class FreeSpace {
  readonly #parents: readonly Cidr[];
  readonly #pieces = new Map<number, Piece[]>();

  constructor(parents: readonly Cidr[], taken: Iterable<Cidr>) {
    this.#parents = parents;
    for (const block of freeBlocks(parents, taken)) this.#insert({ parent: this.#parentOf(block), block });
  }

  /** The space of these free blocks, each the largest there is and inside one of the parents. */
  static ofFree(parents: readonly Cidr[], free: Iterable<Cidr>): FreeSpace {
    const space = new FreeSpace(parents, parents);
    for (const block of free) space.#insert({ parent: space.#parentOf(block), block });
    return space;
  }

  /** Takes a block of `length`; undefined, and nothing changed, when none is left. */
  take(length: number, strategy: FitStrategy = 'FIRST_FIT'): Cidr | undefined {
    const piece = this.#choose(length, strategy);
    if (!piece) return undefined;
    const cidr = strategy === 'LAST_FIT' ? highest(piece.block, length) : lowest(piece.block, length);
    this.#split(piece, cidr);
    return cidr;
  }

  /** Takes exactly this block; false, and nothing changed, when a part of it is not free. */
  takeExactly(cidr: Cidr): boolean {
    const piece = this.#pieceAround(cidr);
    if (piece) this.#split(piece, cidr);
    return piece !== undefined;
  }

  /** Whether all of the block is free. */
  holds(cidr: Cidr): boolean {
    return this.#pieceAround(cidr) !== undefined;
  }

  /** Takes whatever of the range is free. */
  cut(cidr: Cidr): void {
    const around = this.#pieceAround(cidr);
    if (around) return this.#split(around, cidr);
    const parent = this.#parentOf(cidr);
    for (const [length, pieces] of this.#pieces) {
      if (length <= cidr.length) continue;
      const first = position(pieces, { parent, block: cidr });
      let end = first;
      while (pieces[end]?.parent === parent && cidr.contains(pieces[end]?.block ?? cidr)) end += 1;
      pieces.splice(first, end - first);
    }
  }

  /** The free blocks that are left, in the order of `freeBlocks`. */
  get blocks(): readonly Cidr[] {
    return this.placed.map(({ block }) => block);
  }

  /** The same with the position of the parent that each lies in. */
  get placed(): readonly Piece[] {
    return [...this.#pieces.values()].flat().sort(inOrder);
  }

  get largestFreeLength(): number | undefined {
    return largestFreeLength(this.blocks);
  }

  countAvailable(length: number): bigint {
    return countAvailable(this.blocks, length);
  }

  #choose(length: number, strategy: FitStrategy): Piece | undefined {
    let chosen: Piece | undefined;
    for (const pieces of this.#pieces.values()) {
      const candidate = pieces.find(({ block }) => length <= block.bits);
      if (!candidate || candidate.block.length > length) continue;
      const piece = strategy === 'LAST_FIT' ? lastWith(pieces, length) : candidate;
      if (piece && (!chosen || prefers(strategy, piece, chosen))) chosen = piece;
    }
    return chosen;
  }

  #pieceAround(cidr: Cidr): Piece | undefined {
    const parent = this.#parentOf(cidr);
    const shortest = this.#parents[parent]?.length ?? Infinity;
    for (let length = cidr.length; length >= shortest; length -= 1) {
      const sought = { parent, block: Cidr.around(cidr.firstAddress, length) };
      const pieces = this.#pieces.get(length) ?? [];
      const found = pieces[position(pieces, sought)];
      if (found?.block.equals(sought.block)) return found;
    }
    return undefined;
  }

  #split(piece: Piece, cidr: Cidr): void {
    const pieces = this.#pieces.get(piece.block.length) ?? [];
    pieces.splice(position(pieces, piece), 1);
    for (const block of CidrSet.of([cidr]).complementIn(piece.block)) this.#insert({ parent: piece.parent, block });
  }

  #insert(piece: Piece): void {
    const pieces = this.#pieces.get(piece.block.length);
    if (pieces) pieces.splice(position(pieces, piece), 0, piece);
    else this.#pieces.set(piece.block.length, [piece]);
  }

  #parentOf(block: Cidr): number {
    return this.#parents.findIndex((parent) => parent.contains(block));
  }
}

function lastWith(pieces: readonly Piece[], length: number): Piece | undefined {
  return pieces.findLast(({ block }) => length <= block.bits);
}

function prefers(strategy: FitStrategy, piece: Piece, chosen: Piece): boolean {
  if (strategy === 'BEST_FIT') return piece.block.length > chosen.block.length;
  return strategy === 'FIRST_FIT' ? inOrder(piece, chosen) < 0 : inOrder(piece, chosen) > 0;
}

function inOrder(a: Piece, b: Piece): number {
  return a.parent === b.parent ? a.block.compare(b.block) : a.parent - b.parent;
}

/** Where the piece is, or belongs, in an ordered list. */
function position(pieces: readonly Piece[], piece: Piece): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = pieces[middle];
    if (other && inOrder(other, piece) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
