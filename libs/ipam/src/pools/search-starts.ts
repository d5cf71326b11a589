import { Injectable } from '@nestjs/common';

/** A place in a pool: the number of its range and an address block in it. */
export interface Place {
  readonly position: number;
  readonly cidr: string;
}

interface Start extends Place {
  readonly until: number;
  /** Blocks were given back since: the place is no longer the first. */
  readonly passed: boolean;
}

const FRESH_FOR_MS = 1000;
/** A search from the front that takes long is made rarely enough to cost a twentieth of the time. */
const REST = 20;
const MOST_PLACES = 10_000;

/**
 * Where a first-fit search of this process last found something: nothing that can hold the length is free before it.
 * Rows of free blocks that were taken stay in front until they are vacuumed, which a long transaction prevents; a search
 * that begins behind them does not slow down. Other processes give blocks back too, so a place is known for a second.
 */
@Injectable()
export class SearchStarts {
  readonly #starts = new Map<string, Start>();

  /** @param contended several requests of the pool are under way, so nobody can tell which block is the first */
  of(poolId: string, family: number, length: number, contended: boolean): Place | undefined {
    const start = this.#starts.get(keyOf(poolId, family, length));
    if (!start || start.until < Date.now() || (start.passed && !contended)) return undefined;
    return start;
  }

  /** @param elapsedMs how long the search took that began at the front; undefined when it began at a known place */
  learn(poolId: string, family: number, length: number, place: Place, elapsedMs: number | undefined): void {
    const key = keyOf(poolId, family, length);
    const known = this.#starts.get(key);
    if (elapsedMs === undefined && !known) return;
    const until = elapsedMs === undefined ? (known?.until ?? 0) : Date.now() + Math.max(FRESH_FOR_MS, REST * elapsedMs);
    if (this.#starts.size >= MOST_PLACES) this.#starts.clear();
    this.#starts.set(key, { ...place, until, passed: elapsedMs === undefined && (known?.passed ?? false) });
  }

  /** Blocks were given back somewhere in the pool. */
  gaveBack(poolId: string): void {
    for (const [key, start] of this.#starts) if (key.startsWith(poolId)) this.#starts.set(key, { ...start, passed: true });
  }
}

function keyOf(poolId: string, family: number, length: number): string {
  return `${poolId} ${family}/${length}`;
}
