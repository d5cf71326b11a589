import { asDomainError } from '@podspan/platform';
import { DomainError } from '@podspan/errors';
import { RecentCallers } from './recent-callers.js';

/** Beyond this a caller is asked to come again: a queue that only grows answers nobody in time. */
export const MOST_WAITING = 5000;
const MOST_IN_A_CALL = 256;
/** Two transactions keep the database busy while the answers of one are sent; more would share its cores. */
const MOST_AT_ONCE = 2;
/** How long the first one waits for others at most, when others are about. */
const LONGEST_WAIT_MS = 2;

/** Somebody waiting for an answer; undefined sends them the general way, untouched. */
export interface Waiting<Answer> {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharedCallsOptions<Ticket> {
  /** What waits here, in the plural. */
  readonly of: string;
  /** The first of those that wait that may share a call, in their order. */
  readonly pick: (waiting: readonly Ticket[], most: number) => { readonly tickets: readonly Ticket[]; readonly rest: Ticket[] };
  /** Answers each, sends it back by `add`, or throws before it has answered any. */
  readonly run: (tickets: readonly Ticket[]) => Promise<void>;
}

/** Those that wait share one call to the database, so a busy pool costs one commit for many. Each keeps its own answer. */
export class SharedCalls<Ticket extends Waiting<never>> {
  readonly #callers = new RecentCallers();
  #waiting: Ticket[] = [];
  #running = 0;
  #inCalls = 0;
  #scheduled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SharedCallsOptions<Ticket>) {}

  /** Others are under way besides the call that asks. */
  get areOthers(): boolean {
    return this.#running > 1 || this.#waiting.length > 0;
  }

  /** @throws DomainError 429 `too_many_requests` when too many wait already */
  refuseIfFull(): void {
    if (this.#waiting.length < MOST_WAITING) return;
    throw new DomainError('throttled', 'too_many_requests', `${MOST_WAITING} ${this.options.of} are waiting already; nothing was done`, {
      retryAfterSeconds: 1,
    });
  }

  add(ticket: Ticket): void {
    this.#waiting.push(ticket);
    this.#schedule();
  }

  /** Now if enough wait, after what else came in with this turn of the event loop; else when more have come or the time is up. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= MOST_AT_ONCE || this.#waiting.length === 0) return;
    if (!this.#callers.areEnough(this.#waiting.length, this.#inCalls)) {
      this.#timer ??= setTimeout(() => this.#start(), LONGEST_WAIT_MS);
      return;
    }
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#running >= MOST_AT_ONCE || this.#waiting.length === 0) return;
    this.#callers.callStarts(this.#waiting.length, this.#inCalls);
    const { tickets, rest } = this.options.pick(this.#waiting, Math.min(MOST_IN_A_CALL, this.#callers.share()));
    this.#waiting = rest;
    this.#running += 1;
    this.#inCalls += tickets.length;
    void this.#run(tickets).finally(() => {
      this.#running -= 1;
      this.#inCalls -= tickets.length;
      this.#schedule();
    });
    this.#schedule();
  }

  /** Never throws: every ticket is answered, sent back to the queue or sent the general way. */
  async #run(tickets: readonly Ticket[]): Promise<void> {
    try {
      await this.options.run(tickets);
    } catch (error) {
      if (asDomainError(error)) for (const { reject } of tickets) reject(error);
      // One of them broke it, or the database chose this call to give way: alone, each gets the answer that is its own.
      else if (tickets.length > 1) for (const half of halves(tickets)) await this.#run(half);
      else for (const { resolve } of tickets) resolve(undefined);
    }
  }
}

function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = list.length >> 1;
  return [list.slice(0, middle), list.slice(middle)];
}
