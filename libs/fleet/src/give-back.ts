import { sql } from 'kysely';
import type { Db } from './database.js';

/**
 * Notes the addresses of items that will never be made as to be given back, and frees their clusters' names: in the transaction
 * that ends the items. The job {@link releaseJob} then tells ipam as often as it takes.
 */
export async function giveBack(trx: Db, rolloutId: string, itemIds: readonly string[]): Promise<void> {
  await sql`
    insert into address_release (plan, cluster)
    select r.address_plan, i.cluster from item i join rollout r on r.id = i.rollout_id
    where i.rollout_id = ${rolloutId} and i.id = any(${itemIds}::uuid[])
    on conflict do nothing
  `.execute(trx);
  await sql`delete from cluster using item i where i.cluster = cluster.name and i.id = any(${itemIds}::uuid[]) and cluster.state <> 'READY'`.execute(
    trx,
  );
}
