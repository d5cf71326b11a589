import { sql } from 'kysely';
import type { Db } from '../database.js';

/**
 * Notes what was taken in ipam for items that will never be made as to be given back, and frees the names of clusters that do not
 * exist: in the transaction that ends the items. The job {@link releaseJob} then tells ipam as often as it takes.
 */
export async function giveBack(trx: Db, rolloutId: string, itemIds: readonly string[]): Promise<void> {
  await sql`
    insert into address_release (plan, cluster)
    select r.address_plan, i.cluster from item i join rollout r on r.id = i.rollout_id
    where i.rollout_id = ${rolloutId} and i.id = any(${itemIds}::uuid[]) and r.address_plan <> ''
    on conflict do nothing
  `.execute(trx);
  // One that was only to be changed stays, as it was.
  await sql`
    delete from cluster using item i, rollout r
    where i.cluster = cluster.name and i.id = any(${itemIds}::uuid[]) and r.id = i.rollout_id and r.action = 'CREATE' and cluster.state <> 'READY'
  `.execute(trx);
}
