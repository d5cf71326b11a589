import { Cidr } from '@podspan/cidr';

export interface Ranged<T> {
  readonly cidr: Cidr;
  readonly value: T;
}

/** Many ranges, asked which of them overlap a given one. Blocks either nest or are apart, which is what makes it quick. */
export class RangeIndex<T> {
  readonly #items: readonly Ranged<T>[];
  /** Of each item the position of the smallest item before it that holds it; -1 for none. */
  readonly #outer: Int32Array;

  constructor(items: readonly Ranged<T>[]) {
    this.#items = [...items].sort((a, b) => Cidr.compare(a.cidr, b.cidr));
    this.#outer = new Int32Array(this.#items.length).fill(-1);
    const open: number[] = [];
    this.#items.forEach(({ cidr }, position) => {
      const around = open.findLastIndex((outer) => this.#at(outer)?.cidr.contains(cidr) === true);
      open.length = around + 1;
      this.#outer[position] = open.at(-1) ?? -1;
      open.push(position);
    });
  }

  /** In no promised order. */
  *overlapping(cidr: Cidr): Generator<Ranged<T>, void, undefined> {
    const start = this.#firstFrom(cidr);
    for (let position = start; ; position += 1) {
      const item = this.#at(position);
      if (!item || !cidr.contains(item.cidr)) break;
      yield item;
    }
    for (let position = start - 1; position >= 0; position = this.#outer[position] ?? -1) {
      const item = this.#at(position);
      if (item?.cidr.contains(cidr)) yield item;
    }
  }

  /** Every two items that overlap, once. */
  *pairs(): Generator<readonly [Ranged<T>, Ranged<T>], void, undefined> {
    for (let position = 0; position < this.#items.length; position += 1) {
      const item = this.#at(position);
      for (let outer = this.#outer[position] ?? -1; outer >= 0; outer = this.#outer[outer] ?? -1) {
        const around = this.#at(outer);
        if (item && around) yield [around, item];
      }
    }
  }

  #at(position: number | undefined): Ranged<T> | undefined {
    return position === undefined ? undefined : this.#items[position];
  }

  /** The position of the first item that is not before the range. */
  #firstFrom(cidr: Cidr): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#at(middle);
      if (item && Cidr.compare(item.cidr, cidr) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
