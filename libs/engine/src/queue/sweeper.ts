import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import type { Parts } from '../parts.js';
import { rebuildAlarms, sweepBells, sweepLocks, sweepRuns } from '../store/sweep.js';
import type { AlarmQueue } from './alarm-queue.js';
import { within } from './within.js';

const GRACE_SECONDS = 5;
const PRUNE_MS = 600_000;
/** A queue whose connection broke may never answer; the next sweep asks again. */
const ASK_MS = 5000;

/** Every so often, and at the start: rings again what was lost, in the database and in the queue. */
export class Sweeper {
  readonly #parts: Parts;
  readonly #queue: AlarmQueue;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #pruneAt = 0;

  constructor(parts: Parts, queue: AlarmQueue) {
    this.#parts = parts;
    this.#queue = queue;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(), this.#parts.tuning.sweepSeconds * 1000);
    this.sweep();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  sweep(): void {
    this.#sweeping ??= this.#sweepOnce()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'a sweep failed; the next one will try again'))
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async #sweepOnce(): Promise<void> {
    const { db, channel, tuning } = this.#parts;
    const grace = Math.min(GRACE_SECONDS, tuning.sweepSeconds);
    await sweepRuns(db, channel, grace);
    await sweepBells(db, channel, grace);
    await sweepLocks(db, channel);
    await this.#checkQueue();
    await this.#prune();
  }

  async #prune(): Promise<void> {
    if (performance.now() < this.#pruneAt) return;
    this.#pruneAt = performance.now() + PRUNE_MS;
    await this.#parts.buckets.prune();
  }

  /** The marker is gone: Redis was flushed or replaced, and with it went every alarm that was not yet due. */
  async #checkQueue(): Promise<void> {
    const { db, log } = this.#parts;
    const known = await this.#marker(db);
    if (known !== undefined && (await within(ASK_MS, 'asking the queue', this.#queue.has(known)))) return;
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext(${`engine.rebuild.${this.#queue.name}`}))`.execute(trx);
      if ((await this.#marker(trx)) !== known) return;
      const marker = `marker-${newId()}`;
      await within(ASK_MS, 'marking the queue', this.#queue.placeMarker(marker));
      await sql`
        insert into queue_heartbeat (queue, marker) values (${this.#queue.name}, ${marker})
        on conflict (queue) do update set marker = excluded.marker, placed_at = clock_timestamp()`.execute(trx);
      if (known === undefined) return;
      const alarms = await rebuildAlarms(trx, this.#parts.channel);
      log.warn({ queue: this.#queue.name, alarms }, 'queue.rebuilt');
      this.#parts.meter.noted('queue.rebuilt');
      for (const listener of this.#parts.listeners) await listener.onQueueRebuilt?.(trx, alarms);
    });
  }

  async #marker(db: EngineTransaction): Promise<string | undefined> {
    const { rows } = await sql<{ marker: string }>`select marker from queue_heartbeat where queue = ${this.#queue.name}`.execute(db);
    return rows[0]?.marker;
  }
}
