import { type ArmCall, type Bucket, bucketsOf, feedsOf, type RateHeaders } from '@podspan/azure';
import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';

export type Taken =
  /** `probes`: buckets that were blocked and wait for this call's answer. */
  { readonly taken: true; readonly probes: readonly string[] } | { readonly taken: false; readonly waitSeconds: number };

interface TakeRow {
  readonly known: number;
  readonly open: boolean | null;
  readonly wait: number | null;
  readonly probes: readonly string[] | null;
}

/** Above this many left, Azure's own count is of no interest. */
const SCARCE = 20;
/** How long others wait for a probe whose caller died. */
const PROBE_SECONDS = 30;
const LEAST_WAIT_SECONDS = 0.01;

/** Azure's token buckets in the database, so that all workers together stay below its limits. Durations are real seconds. */
export class Buckets {
  readonly #db: EngineTransaction;
  readonly #speed: number;
  /** What Azure said is left, told to the row with the next take. */
  readonly #left = new Map<string, number>();

  constructor(db: EngineTransaction, speed: number) {
    this.#db = db;
    this.#speed = speed;
  }

  /** One token of every bucket the call falls into, or none of any. */
  async take(call: ArmCall): Promise<Taken> {
    const buckets = bucketsOf(call);
    if (buckets.length === 0) return { taken: true, probes: [] };
    const row = await this.#tryTake(buckets);
    if (row.known < buckets.length) {
      await this.#fill(buckets);
      return this.take(call);
    }
    if (row.open) return { taken: true, probes: row.probes ?? [] };
    return { taken: false, waitSeconds: Math.max(LEAST_WAIT_SECONDS, row.wait ?? 0) };
  }

  async #tryTake(buckets: readonly Bucket[]): Promise<TakeRow> {
    const keys = buckets.map(({ key }) => key);
    const ceilings = buckets.map(({ key, shape }) => Math.min(shape.burst, this.#left.get(key) ?? shape.burst));
    const rates = buckets.map(({ shape }) => shape.refillPerSecond * this.#speed);
    for (const key of keys) this.#left.delete(key);
    const { rows } = await sql<TakeRow>`
      with want as (
        select * from unnest(${keys}::text[], ${ceilings}::float8[], ${rates}::float8[]) as w (key, ceiling, rate)
      ), held as (
        select b.key, b.probing, w.rate, extract(epoch from b.blocked_until - clock_timestamp())::float8 as blocked,
          least(w.ceiling, b.tokens + extract(epoch from clock_timestamp() - b.refilled_at)::float8 * w.rate) as tokens
        from bucket b join want w using (key) order by b.key for update of b
      ), verdict as (
        select count(*)::int as known, bool_and(coalesce(blocked <= 0, true) and (probing or tokens >= 1)) as open,
          max(greatest(coalesce(blocked, 0), case when probing then 0 else (1 - tokens) / rate end)) as wait
        from held
      ), taken as (
        update bucket b set tokens = h.tokens - 1, refilled_at = clock_timestamp(),
          blocked_until = case when h.probing then clock_timestamp() + make_interval(secs => ${PROBE_SECONDS / this.#speed}) end
        from held h, verdict v where b.key = h.key and v.open and v.known = ${keys.length}
        returning b.key, h.probing
      )
      select v.*, (select array_agg(key) from taken where probing) as probes from verdict v`.execute(this.#db);
    return rows[0] ?? { known: 0, open: false, wait: null, probes: null };
  }

  async #fill(buckets: readonly Bucket[]): Promise<void> {
    await sql`
      insert into bucket (key, tokens)
      select * from unnest(${buckets.map(({ key }) => key)}::text[], ${buckets.map(({ shape }) => shape.burst)}::float8[])
      on conflict do nothing`.execute(this.#db);
  }

  /** Azure said 429: nobody calls for `seconds`, then one call goes first. The other buckets of the call stay open. */
  async block(call: ArmCall, code: string, seconds: number): Promise<void> {
    const [arm, own] = bucketsOf(call);
    const bucket = code === 'SubscriptionRequestsThrottled' ? arm : (own ?? arm);
    if (!bucket) return;
    await sql`
      insert into bucket as b (key, tokens, blocked_until, probing)
      values (${bucket.key}, 0, clock_timestamp() + make_interval(secs => ${seconds}), true)
      on conflict (key) do update set tokens = 0, refilled_at = clock_timestamp(), probing = true,
        blocked_until = greatest(b.blocked_until, excluded.blocked_until)`.execute(this.#db);
  }

  /** The probe was answered: open for all again. */
  async reopen(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await sql`
      update bucket set probing = false, blocked_until = null, refilled_at = clock_timestamp()
      where key = any(${[...keys]}::text[])`.execute(this.#db);
  }

  /** Feeds what an answer of Azure says is left. */
  observe(answer: RateHeaders): void {
    for (const { bucket, remaining } of feedsOf(answer)) {
      if (remaining !== undefined && remaining <= SCARCE) this.#left.set(bucket.key, remaining);
    }
  }
}
