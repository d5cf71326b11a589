/** Of so many operations of a kind the durations are remembered, and from so few on they are believed. */
const KEPT = 200;
const ENOUGH = 10;
/** Sooner than this share of them nothing is expected to end. */
const EARLIEST = 0.03;
const MOST = 0.8;
/** What was seen includes the wait for the question that found the end. */
const SEEN_LATE = 0.9;

/** How long operations of a kind have taken in this process. It only decides when to ask, never what is true. */
export class Experience {
  readonly #seconds = new Map<string, number[]>();

  /** Real seconds from the write to the answer that it had ended. */
  record(kind: string, seconds: number): void {
    const seen = this.#seconds.get(kind) ?? [];
    this.#seconds.set(kind, [...seen.slice(1 - KEPT), seconds]);
  }

  /** Real seconds before which hardly any of them ended. */
  earliest(kind: string): number | undefined {
    return this.#after(kind, EARLIEST);
  }

  /** Real seconds in which most of them ended. */
  usual(kind: string): number | undefined {
    return this.#after(kind, MOST);
  }

  #after(kind: string, share: number): number | undefined {
    const seen = this.#seconds.get(kind);
    if (seen === undefined || seen.length < ENOUGH) return undefined;
    const sorted = seen.toSorted((a, b) => a - b);
    return (sorted[Math.floor(sorted.length * share)] ?? 0) * SEEN_LATE;
  }
}
