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

/**
 * Rows that are older than the column held_since say only when their transaction began, which may have waited for the one that gave
 * the block back: they are looked at from so much later on, more than any transaction lasts.
 */
const LONGEST_TRANSACTION = sql`interval '10 minutes'`;

/**
 * Exact by the clock of the database, which is read while a block is written: it is found free only after whoever gave it back has
 * committed. Only a clock that is set back by a minute could tell of overlaps of a minute that never were.
 *
 * Two holds of one range are neighbours in the order of time. Of two ranges one holds the other, so each hold is compared with
 * the times at which any of the ranges around it was held, as one set of times for each range: a block that changed hands ten
 * thousand times costs no more than ten thousand blocks. A range that grew was held until it was held as part of the wider one.
 */
const overlap: Look = {
  invariants: { history_overlap: 'at no past moment did two exclusive blocks of an address space overlap' },
  breaches: sql<Breach>`with held_state as (
      select allocation_id as id, (state ->> 'space_no')::int as space_no, held, (state ->> 'held_since')::timestamptz as held_since, valid_from,
        coalesce(held_until, valid_to) as until
      from allocation_history where (state ->> 'exclusive')::boolean and state ->> 'status' in ('RESERVED', 'ACTIVE', 'QUARANTINED')
      union all
      select id, space_no, held, held_since, updated_at, 'infinity' from allocation where exclusive and holding
    ),
    hold as materialized (
      select * from (
        select id, space_no, held, since, least(until, lead(since) over (partition by id order by since, until)) as until
        from (
          select id, space_no, held, coalesce(held_since, valid_from + ${LONGEST_TRANSACTION}) as since, max(until) as until from held_state group by 1, 2, 3, 4
        ) of_range
      ) of_id where since < until
    ),
    length as (select distinct family(held) as family, masklen(held) as length from hold),
    times as (select space_no, held, range_agg(tstzrange(since, until)) as times from hold group by space_no, held)
    select 'history_overlap' as invariant, id::text as subject,
      format('%s was held by allocation %s too, until %s', held, other, before) as message
    from (
      select id, held, since, lag(id) over w as other, max(until) over (w rows between unbounded preceding and 1 preceding) as before
      from hold window w as (partition by space_no, held order by since, id)
    ) sweep where before > since
    union all
    -- The ranges around each hold before their times: joined freely, every hold was compared with every range of its space.
    select 'history_overlap', h.id::text, format('%s was held while %s around it was', h.held, t.held)
    from (
      select h.*, set_masklen(h.held, l.length) as around from hold h join length l on l.family = family(h.held) and l.length < masklen(h.held) offset 0
    ) h
    join times t on t.space_no = h.space_no and t.held = h.around
    where t.times && tstzrange(h.since, h.until)`,
};

export const historyLooks: readonly Look[] = [past, overlap];
