import { type ArmCall, type Bucket, bucketsOf, feedsOf, type RateHeaders } from '@podspan/azure';
import { type RawBuilder, sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';

export type Taken =
  /** `probes`: buckets that were blocked and wait for this call's answer. */
  { readonly taken: true; readonly probes: readonly string[] } | { readonly taken: false; readonly waitSeconds: number };

interface Grant {
  readonly key: string;
  readonly granted: number;
  readonly probing: boolean;
}

interface TakeRow {
  readonly open: boolean;
  readonly wait: number | null;
  readonly grants: readonly Grant[];
}

/** Above this many left, Azure's own count is of no interest. */
const SCARCE = 50;
/** How long others wait for a probe whose caller died. */
const PROBE_SECONDS = 30;
const LEAST_WAIT_SECONDS = 0.01;
/** A process takes this share of what a bucket holds at once, and asks the database again only when it has spent it. */
const SHARE = 10;
const LARGEST_SHARE = 20;
/** What is not spent by then is lost, so that an idle process keeps nothing from the others. Most buckets are asked every few seconds. */
const KEEP_MS = 60_000;
/** Told to the other processes when a bucket closes: what they hold of it is void. */
const CLOSED = 'closed ';

/**
 * Azure's token buckets in the database, so that all workers together stay below its limits. Durations are real seconds.
 * What a process holds was taken from the row before, so nobody spends what is not there.
 */
export class Buckets {
  readonly #db: EngineTransaction;
  readonly #speed: number;
  readonly #channel: string;
  /** What Azure said is left, told to the row with the next take. */
  readonly #left = new Map<string, number>();
  readonly #held = new Map<string, { tokens: number; until: number }>();

  constructor(db: EngineTransaction, speed: number, channel: string) {
    this.#db = db;
    this.#speed = speed;
    this.#channel = channel;
  }

  /** One token of every bucket the call falls into, or none of any. */
  async take(call: ArmCall): Promise<Taken> {
    const buckets = bucketsOf(call);
    const missing = buckets.filter(({ key }) => this.#heldOf(key) < 1);
    if (missing.length > 0) {
      const row = await this.#takeFromRows(missing);
      if (!row.open) return { taken: false, waitSeconds: Math.max(LEAST_WAIT_SECONDS, row.wait ?? 0) };
      // Another process made the row in the same moment.
      if (row.grants.length < missing.length) return this.take(call);
      for (const { key, granted } of row.grants) this.#hold(key, granted);
      this.#spend(buckets);
      return { taken: true, probes: row.grants.flatMap(({ key, probing }) => (probing ? [key] : [])) };
    }
    this.#spend(buckets);
    return { taken: true, probes: [] };
  }

  #heldOf(key: string): number {
    const held = this.#held.get(key);
    if (held === undefined) return 0;
    if (held.tokens >= 1 && held.until > performance.now()) return held.tokens;
    this.#held.delete(key);
    return 0;
  }

  #hold(key: string, tokens: number): void {
    this.#held.set(key, { tokens, until: performance.now() + KEEP_MS });
  }

  #spend(buckets: readonly Bucket[]): void {
    for (const { key } of buckets) {
      const held = this.#held.get(key);
      if (held && --held.tokens < 1) this.#held.delete(key);
    }
  }

  async #takeFromRows(buckets: readonly Bucket[]): Promise<TakeRow> {
    const keys = buckets.map(({ key }) => key);
    const ceilings = buckets.map(({ key, shape }) => Math.min(shape.burst, this.#left.get(key) ?? shape.burst));
    const rates = buckets.map(({ shape }) => shape.refillPerSecond * this.#speed);
    for (const key of keys) this.#left.delete(key);
    const share = (tokens: RawBuilder<unknown>) => sql`greatest(1, least(${LARGEST_SHARE}, floor(${tokens} / ${SHARE})))::float8`;
    const { rows } = await sql<TakeRow>`/* keep */
      with want as (
        select * from unnest(${keys}::text[], ${ceilings}::float8[], ${rates}::float8[]) as w (key, ceiling, rate)
      ), held as (
        select b.key, b.probing, w.rate, extract(epoch from b.blocked_until - clock_timestamp())::float8 as blocked,
          least(w.ceiling, b.tokens + extract(epoch from clock_timestamp() - b.refilled_at)::float8 * w.rate) as tokens
        from bucket b join want w using (key) order by b.key for update of b
      ), verdict as (
        select coalesce(bool_and(coalesce(blocked <= 0, true) and (probing or tokens >= 1)), true) as open,
          max(greatest(coalesce(blocked, 0), case when probing then 0 else (1 - tokens) / rate end)) as wait
        from held
      ), taken as (
        update bucket b set tokens = h.tokens - case when h.probing then 1 else ${share(sql`h.tokens`)} end, refilled_at = clock_timestamp(),
          blocked_until = case when h.probing then clock_timestamp() + make_interval(secs => ${PROBE_SECONDS / this.#speed}) end
        from held h, verdict v where b.key = h.key and v.open
        returning b.key, case when h.probing then 1 else ${share(sql`h.tokens`)} end as granted, h.probing
      ), made as (
        insert into bucket (key, tokens)
        select w.key, w.ceiling - ${share(sql`w.ceiling`)} from want w, verdict v
        where v.open and w.ceiling >= 1 and not exists (select 1 from held h where h.key = w.key)
        on conflict do nothing returning key
      )
      select v.*, (select coalesce(json_agg(g), '[]') from (
        select key, granted, probing from taken
        union all select made.key, ${share(sql`w.ceiling`)}, false from made join want w using (key)) g) as grants
      from verdict v`.execute(this.#db);
    return rows[0] ?? { open: false, wait: null, grants: [] };
  }

  /** Azure said 429: nobody calls for `seconds`, then one call goes first. The other buckets of the call stay open. */
  async block(call: ArmCall, code: string, seconds: number): Promise<void> {
    const [arm, own] = bucketsOf(call);
    const bucket = code === 'SubscriptionRequestsThrottled' ? arm : (own ?? arm);
    if (!bucket) return;
    this.forget(bucket.key);
    await sql`
      with closed as (
        insert into bucket as b (key, tokens, blocked_until, probing)
        values (${bucket.key}, 0, clock_timestamp() + make_interval(secs => ${seconds}), true)
        on conflict (key) do update set tokens = 0, refilled_at = clock_timestamp(), probing = true,
          blocked_until = greatest(b.blocked_until, excluded.blocked_until)
        returning key
      )
      select pg_notify(${this.#channel}, ${CLOSED} || key) from closed`.execute(this.#db);
  }

  /** What is held of the bucket is void. */
  forget(key: string): void {
    this.#held.delete(key);
  }

  /** Hears what other processes tell about buckets; says whether it was about one. */
  hear(message: string | undefined): boolean {
    if (!message?.startsWith(CLOSED)) return false;
    this.forget(message.slice(CLOSED.length));
    return true;
  }

  /** The probe was answered: open for all again. */
  async reopen(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await sql`
      update bucket set probing = false, blocked_until = null, refilled_at = clock_timestamp()
      where key = any(${[...keys]}::text[])`.execute(this.#db);
  }

  /** Forgets rows that nobody has taken from for so long that they are full again: a new row starts full. */
  async prune(): Promise<void> {
    for (const key of this.#held.keys()) this.#heldOf(key);
    await sql`
      delete from bucket where refilled_at < clock_timestamp() - interval '1 hour'
        and coalesce(blocked_until < clock_timestamp(), true)`.execute(this.#db);
  }

  /** Feeds what an answer of Azure says is left. */
  observe(answer: RateHeaders): void {
    for (const { bucket, remaining } of feedsOf(answer)) {
      if (remaining === undefined || remaining > SCARCE) continue;
      this.#left.set(bucket.key, remaining);
      const held = this.#held.get(bucket.key);
      if (held) held.tokens = Math.min(held.tokens, remaining);
    }
  }
}
