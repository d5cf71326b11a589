import type { Parts } from '../parts.js';
import { hasOutbox, takeOutbox } from '../store/outbox.js';
import type { AlarmQueue } from './alarm-queue.js';
import { listen, type Listening } from './listen.js';
import { within } from './within.js';

const BATCH = 200;
const TICK_MS = 1000;
/** Commits come in bursts; waiting this long hands a burst over at once. */
const GATHER_MS = 4;
const ADD_TIMEOUT_MS = 5000;

/**
 * Carries committed outbox rows into the queue: woken by NOTIFY, and by a tick in case one was missed. A crash between
 * adding and committing adds twice, which the job id absorbs.
 */
export class Relay {
  readonly #parts: Parts;
  readonly #queue: AlarmQueue;
  readonly #databaseUrl: string;
  #listening: Listening | undefined;
  #tick: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  /** False from the first add that failed to the next that succeeds. */
  queueReachable = true;

  constructor(parts: Parts, queue: AlarmQueue, databaseUrl: string) {
    this.#parts = parts;
    this.#queue = queue;
    this.#databaseUrl = databaseUrl;
  }

  start(): void {
    this.#listening = listen(this.#databaseUrl, this.#parts.channel, (message) => {
      if (!this.#parts.buckets.hear(message)) this.#wake();
    });
    this.#tick = setInterval(() => this.#wake(), TICK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#tick);
    await this.#listening?.stop();
    await this.#draining;
  }

  #wake(): void {
    this.#again = true;
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#stopped) {
      await new Promise((gathered) => setTimeout(gathered, GATHER_MS));
      this.#again = false;
      try {
        const moved = await this.#move();
        if (moved === BATCH) this.#again = true;
        if (moved > 0) this.queueReachable = true;
      } catch (error) {
        this.queueReachable = false;
        this.#parts.log.warn({ err: error }, 'alarms could not be handed to the queue; they wait in the outbox');
        return;
      }
    }
  }

  async #move(): Promise<number> {
    // Most ticks find nothing, and a look is cheaper than a transaction.
    if (!(await hasOutbox(this.#parts.db))) return 0;
    return this.#parts.db.transaction().execute(async (trx) => {
      const rows = await takeOutbox(trx, BATCH);
      if (rows.length === 0) return 0;
      // A queue that does not answer must not hold the transaction open.
      await within(ADD_TIMEOUT_MS, 'adding to the queue', this.#queue.add(rows));
      await this.#parts.tuning.at('relay-added', rows[0]?.subject ?? '');
      return rows.length;
    });
  }
}
