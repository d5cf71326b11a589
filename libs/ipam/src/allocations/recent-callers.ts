/** Fewer than this are not worth a call of their own. */
const LEAST_SHARE = 8;
/** A call that finds fewer callers than there were lets the number sink by this share. */
const KEPT = 0.9;

/**
 * How many callers a lane had at once lately. Those that were answered come back as a rule, so a call is worth its cost
 * when half of them wait: the other half is then on its way through the service, and neither waits for the other.
 */
export class RecentCallers {
  #most = 0;
  /** Those who were answered and have not come back yet: without them a lane would think that it has half as many callers. */
  #away = 0;

  came(): void {
    this.#away = Math.max(0, this.#away - 1);
  }

  answered(count: number): void {
    this.#away += count;
  }

  /** Whether those that wait are worth a call; `inCalls`: those whose call is under way. */
  areEnough(waiting: number, inCalls: number): boolean {
    this.#most = Math.max(this.#most, waiting + inCalls + this.#away);
    return waiting >= this.#most / 2;
  }

  /**
   * How many of those that wait share the next call: half of all callers, so that those who come back together do not stay together
   * for good, with the database idle while they are answered and the service idle while they are served.
   */
  share(): number {
    return Math.max(LEAST_SHARE, Math.ceil(this.#most / 2));
  }

  /** A call starts now, whoever waits. */
  callStarts(waiting: number, inCalls: number): void {
    this.#away *= KEPT;
    this.#most = Math.max(this.#most * KEPT, waiting + inCalls + this.#away);
  }
}
