import type { RateHeaders } from '@podspan/azure';
import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { type BucketVerb, bucketLimit } from '../domain/bucket-limits.js';

export interface BucketKey {
  readonly subscriptionId: string;
  readonly region: string;
  readonly provider: string;
  readonly verb: BucketVerb;
}

export type Taken =
  | { readonly taken: true; /** The first call after a block: say how it went. */ readonly probe: boolean }
  | { readonly taken: false; readonly waitSeconds: number };

/** Above this many left, Azure's own count is of no interest. */
const SCARCE = 20;
/** How long others wait for a probe whose caller died. */
const PROBE_SECONDS = 30;

/** Token buckets in the database, so that all workers together stay below Azure's limits. Durations are real seconds. */
export class Buckets {
  readonly #db: EngineTransaction;
  readonly #speed: number;
  /** What Azure said is left, told to the row with the next take. */
  readonly #left = new Map<string, number>();

  constructor(db: EngineTransaction, speed: number) {
    this.#db = db;
    this.#speed = speed;
  }

  async take(key: BucketKey): Promise<Taken> {
    const id = idOf(key);
    const { burst, perSecond } = bucketLimit(key.provider, key.verb);
    const rate = perSecond * this.#speed;
    const ceiling = this.#left.get(id) ?? burst;
    this.#left.delete(id);
    const refilled = sql`least(${ceiling}::float8, b.tokens + extract(epoch from clock_timestamp() - b.refilled_at)::float8 * ${rate}::float8)`;
    const { rows } = await sql<{ probing: boolean }>`
      insert into bucket as b (key, tokens) values (${id}, ${burst - 1})
      on conflict (key) do update set
        tokens = ${refilled} - 1, refilled_at = clock_timestamp(),
        blocked_until = case when b.probing then clock_timestamp() + make_interval(secs => ${PROBE_SECONDS / this.#speed}) end
      where coalesce(b.blocked_until <= clock_timestamp(), true) and (b.probing or ${refilled} >= 1)
      returning probing`.execute(this.#db);
    const row = rows[0];
    return row ? { taken: true, probe: row.probing } : { taken: false, waitSeconds: await this.#wait(id, rate) };
  }

  async #wait(id: string, rate: number): Promise<number> {
    const { rows } = await sql<{ wait: number }>`
      select greatest(extract(epoch from blocked_until - clock_timestamp()), (1 - tokens) / ${rate}::float8, 0.01)::float8 as wait
      from bucket where key = ${id}`.execute(this.#db);
    return rows[0]?.wait ?? 0.01;
  }

  /** Azure said 429: nobody calls for `seconds`, then one call goes first. */
  async block(key: BucketKey, seconds: number): Promise<void> {
    await sql`
      insert into bucket as b (key, tokens, blocked_until, probing)
      values (${idOf(key)}, 0, clock_timestamp() + make_interval(secs => ${seconds}), true)
      on conflict (key) do update set tokens = 0, refilled_at = clock_timestamp(), probing = true,
        blocked_until = greatest(b.blocked_until, excluded.blocked_until)`.execute(this.#db);
  }

  /** The probe was answered: open for all again. */
  async reopen(key: BucketKey): Promise<void> {
    await sql`update bucket set probing = false, blocked_until = null, refilled_at = clock_timestamp() where key = ${idOf(key)}`.execute(this.#db);
  }

  /** Feeds what an answer of Azure says is left. */
  observe(answer: RateHeaders): void {
    if (!answer.subscriptionId || !answer.region) return;
    const least = Math.min(...Object.values(answer.remaining), SCARCE + 1);
    if (least > SCARCE) return;
    const verb = answer.verb.toLowerCase() as BucketVerb;
    this.#left.set(idOf({ subscriptionId: answer.subscriptionId, region: answer.region, provider: answer.provider, verb }), least);
  }
}

function idOf({ subscriptionId, region, provider, verb }: BucketKey): string {
  return `${subscriptionId}/${region}/${provider}/${verb}`.toLowerCase();
}
