import type { JobHandler } from '@podspan/engine';
import { sql } from 'kysely';
import type { Db } from '../database.js';
import { releaseJob } from '../dispatch/jobs.js';
import type { Ipam } from '../ports/ipam.js';
import { isRangesName } from '../start/prepared-rollout.js';

/** How long a plan may be on its way before it counts as left over. Longer than the longest request. */
const inFlightMinutes = 5;

/** Gives addresses back to ipam. Repeating is harmless; a failure is thrown, and the engine rings again. */
export class ReleaseAddresses implements JobHandler {
  readonly name = releaseJob;

  constructor(
    private readonly db: Db,
    private readonly ipam: Ipam,
  ) {}

  async handle(): Promise<void> {
    const { rows } = await sql<{ plan: string; clusters: string[] }>`
      select plan, array_agg(cluster order by cluster) as clusters from address_release group by plan order by plan
    `.execute(this.db);
    for (const { plan, clusters } of rows) {
      await this.#release(plan, clusters);
      await sql`delete from address_release where plan = ${plan} and cluster = any(${clusters})`.execute(this.db);
    }
  }

  /** Releases plans whose rollout was never written: the process died between ipam's answer and its own commit. */
  async sweep(): Promise<number> {
    const { rows } = await sql<{ plan: string }>`
      select plan from plan_intent where created_at < clock_timestamp() - make_interval(mins => ${inFlightMinutes})
    `.execute(this.db);
    for (const { plan } of rows) await this.drop(plan);
    return rows.length;
  }

  #release(plan: string, clusters?: readonly string[]): Promise<void> {
    return isRangesName(plan) ? this.ipam.releasePodRanges(plan, clusters) : this.ipam.release(plan, clusters);
  }

  /** A lock keeps the intent from being released and used at the same time; a rollout that has it deletes it. */
  async drop(plan: string): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      const { rows } = await sql`select 1 from plan_intent where plan = ${plan} for update skip locked`.execute(trx);
      if (rows.length === 0) return;
      await this.#release(plan);
      await sql`delete from plan_intent where plan = ${plan}`.execute(trx);
    });
  }
}
