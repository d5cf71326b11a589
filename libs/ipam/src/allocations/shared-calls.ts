import { asDomainError } from '@podspan/platform';
import { DomainError } from '@podspan/errors';
import { RecentCallers } from './recent-callers.js';

/** Beyond this a caller is asked to come again: a queue that only grows answers nobody in time. */
export const MOST_WAITING = 5000;
const MOST_IN_A_CALL = 256;
/** Two transactions keep the database busy while the answers of one are sent; more would share its cores. */
const MOST_AT_ONCE = 2;
/** How long the first one waits for others, when others are about: as long as a call took of late, within these bounds. */
const WAIT_MS = { least: 2, most: 8 };

/** Somebody waiting for an answer; undefined sends them the general way, untouched. */
export interface Waiting<Answer> {
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharedCallsOptions<Ticket, Result> {
  /** What waits here, in the plural. */
  readonly of: string;
  /** The first of those that wait that may share a call, in their order. */
  readonly pick: (waiting: readonly Ticket[], most: number) => { readonly tickets: readonly Ticket[]; readonly rest: Ticket[] };
  /** What each came to, in their order. */
  readonly run: (tickets: readonly Ticket[]) => Promise<readonly Result[]>;
  /** Answers one, or sends it back by `add`. Never throws. */
  readonly settle: (ticket: Ticket, result: Result | undefined) => void;
}

/** Those that wait share one call to the database, so a busy pool costs one commit for many. Each keeps its own answer. */
export class SharedCalls<Ticket extends Waiting<never>, Result> {
  readonly #callers = new RecentCallers();
  #waiting: Ticket[] = [];
  #running = 0;
  #inCalls = 0;
  #scheduled = false;
  #callMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: SharedCallsOptions<Ticket, Result>) {}

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
    this.#callers.came();
    this.#schedule();
  }

  /** Now if enough wait, after what else came in with this turn of the event loop; else when more have come or the time is up. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= MOST_AT_ONCE || this.#waiting.length === 0) return;
    if (!this.#callers.areEnough(this.#waiting.length, this.#inCalls)) {
      this.#timer ??= setTimeout(() => this.#start(), Math.min(WAIT_MS.most, Math.max(WAIT_MS.least, this.#callMs)));
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
    const began = performance.now();
    void this.#run(tickets).then((settled) => {
      this.#callMs = performance.now() - began;
      this.#end(tickets.length, settled);
    });
    this.#schedule();
  }

  /** The next call, if enough wait for one, is sent before the answers of this one: making those takes as long as a small call. */
  #end(count: number, settled: readonly (readonly [Ticket, Result | undefined])[]): void {
    this.#running -= 1;
    this.#inCalls -= count;
    this.#callers.answered(count);
    if (this.#waiting.length > 0 && this.#callers.areEnough(this.#waiting.length, this.#inCalls)) this.#start();
    else this.#schedule();
    for (const [ticket, result] of settled) this.options.settle(ticket, result);
  }

  /** Never throws: who gets no result here is refused, or sent the general way. */
  async #run(tickets: readonly Ticket[]): Promise<readonly (readonly [Ticket, Result | undefined])[]> {
    try {
      const results = await this.options.run(tickets);
      return tickets.map((ticket, index) => [ticket, results[index]] as const);
    } catch (error) {
      if (asDomainError(error)) for (const { reject } of tickets) reject(error);
      // One of them broke it, or the database chose this call to give way: alone, each gets the answer that is its own.
      else if (tickets.length > 1) {
        const [first, second] = halves(tickets);
        return [...(await this.#run(first)), ...(await this.#run(second))];
      } else for (const { resolve } of tickets) resolve(undefined);
      return [];
    }
  }
}

function halves<T>(list: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = list.length >> 1;
  return [list.slice(0, middle), list.slice(middle)];
}
