import { sql } from 'kysely';
import type { Db, ItemRow } from '../database.js';

/**
 * Admits the next item of a wave, if every limit leaves room, in one statement. Call it with the rollout's row locked: then what
 * it counts cannot change under it, and running items never exceed a limit, however many dispatchers there are.
 *
 * Limits: running items of the rollout, of the wave, of the item's subscription, region and network; the failure budgets of rollout
 * and wave; and the maintenance windows that are open.
 * STRICT counts every running item as a failure to come, so at most one more than the budget can fail; FAST counts failures only.
 */
export async function admitItem(
  trx: Db,
  rolloutId: string,
  wave: number,
  openWindows: readonly number[] = [],
): Promise<ItemRow | undefined> {
  const { rows } = await sql<ItemRow>`
    with active as (
      select wave, subscription_id, region, network,
        case when state = 'RUNNING' then 1 else 0 end as running,
        case when state = 'FAILED' and counted then 1 else 0 end as failed
      from item where rollout_id = ${rolloutId} and (state = 'RUNNING' or (state = 'FAILED' and counted))
    ), total as (
      select coalesce(sum(running), 0) as running, coalesce(sum(failed), 0) as failed,
        coalesce(sum(running) filter (where wave = ${wave}), 0) as wave_running,
        coalesce(sum(failed) filter (where wave = ${wave}), 0) as wave_failed
      from active
    ), next as (
      select i.id from item i, rollout r, wave w, total t
      where r.id = ${rolloutId} and w.rollout_id = r.id and w.index = ${wave}
        and i.rollout_id = r.id and i.wave = w.index and i.state = 'PENDING' and not i.held
        and t.running < r.max_concurrency
        and (w.max_concurrency is null or t.wave_running < w.max_concurrency)
        and (r.max_concurrency_per_subscription is null
          or (select coalesce(sum(running), 0) from active a where a.subscription_id = i.subscription_id) < r.max_concurrency_per_subscription)
        and (r.max_concurrency_per_region is null
          or (select coalesce(sum(running), 0) from active a where a.region = i.region and a.subscription_id = i.subscription_id) < r.max_concurrency_per_region)
        and (r.max_concurrency_per_network is null
          or (select coalesce(sum(running), 0) from active a where a.network = i.network and a.subscription_id = i.subscription_id) < r.max_concurrency_per_network)
        and (i.windows = '{}' or i.windows && ${[...openWindows]}::int[])
        and t.failed + case r.failure_mode when 'STRICT' then t.running else 0 end <= r.max_failures
        and (w.max_failures is null or t.wave_failed + case r.failure_mode when 'STRICT' then t.wave_running else 0 end <= w.max_failures)
      order by i.position limit 1
    )
    update item set state = 'RUNNING', started_at = clock_timestamp(), ended_at = null, cancel_sent = false, waiting_for = null
    from next where item.id = next.id
    returning item.*
  `.execute(trx);
  return rows[0];
}
