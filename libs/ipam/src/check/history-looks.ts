import { sql } from 'kysely';
import type { Breach, Look } from './invariant.js';

/** The tables whose past is kept, and the members that name a row. */
const kept: Readonly<Record<string, string>> = {
  address_space: 'id',
  network: 'id',
  network_prefix: 'network_id,cidr',
  link: 'id',
  mesh: 'id',
  mesh_member: 'cluster',
  pool: 'id',
  pool_cidr: 'pool_id,position',
  discovered_range: 'id',
};

const living = sql.join(
  Object.entries(kept).map(
    ([table, members]) => sql`select ${table}::text as kind, row_key(to_jsonb(r), ${members}) as id from ${sql.table(table)} r`,
  ),
  sql` union all `,
);

const past: Look = {
  invariants: {
    history_torn: 'the past of an allocation has no gap and leads to what it is now',
    version_torn: 'the past of the topology has no overlap, and its last state is open exactly while the thing is there',
  },
  breaches: sql<Breach>`
    select 'history_torn' as invariant, allocation_id::text as subject, format('a state from %s follows one until %s', valid_from, before) as message from (
      select allocation_id, valid_from, lag(valid_to) over (partition by allocation_id order by valid_from) as before from allocation_history
    ) sweep where before < valid_from
    union all
    select 'history_torn', a.id::text, format('its past ends at %s, its present begins at %s', h.until, a.updated_at)
    from (select allocation_id, max(valid_to) as until from allocation_history group by allocation_id) h join allocation a on a.id = h.allocation_id
    where h.until < a.updated_at
    union all
    select 'version_torn', kind || ' ' || id, format('a state from %s overlaps one until %s', valid_from, before) from (
      select kind, id, valid_from, lag(valid_to) over (partition by kind, id order by valid_from) as before from topology_version
    ) sweep where before > valid_from
    union all
    select 'version_torn', coalesce(l.kind, v.kind) || ' ' || coalesce(l.id, v.id), case when v.id is null then 'it is there and has no open state' else 'it is gone and has an open state' end
    from (${living}) l full join (select kind, id from topology_version where valid_to = 'infinity') v on v.kind = l.kind and v.id = l.id
    where l.id is null or v.id is null`,
};

export const historyLooks: readonly Look[] = [past];
