import { sql } from 'kysely';
import type { Breach, Look } from './invariant.js';

/**
 * Ranges either contain one another or lie apart, and a container sorts before what it contains: where any two of a list overlap,
 * two neighbours do. One sort therefore finds every overlap.
 */
const overlaps: Look = {
  invariants: {
    allocations_overlap: 'no two exclusive blocks of an address space overlap',
    mesh_ranges_overlap: 'no two pod ranges of a mesh overlap (NET-22)',
    unique_range_shared: 'a block that is held for one owner alone is in no block that others share',
  },
  breaches: sql<Breach>`
    select 'allocations_overlap' as invariant, id::text as subject, format('%s overlaps %s of allocation %s', held, before, other) as message from (
      select id, held, lag(held) over w as before, lag(id) over w as other
      from allocation where exclusive and holding window w as (partition by space_no order by held, id)
    ) sweep where before >>= held
    union all
    select 'mesh_ranges_overlap', id::text, format('%s overlaps %s of allocation %s in the mesh %s', held, before, other, mesh) from (
      select a.id, a.held, m.name as mesh, lag(a.held) over w as before, lag(a.id) over w as other
      from allocation a join mesh m on m.no = a.mesh_no where a.holding window w as (partition by a.mesh_no order by a.held, a.id)
    ) sweep where before >>= held
    union all
    select 'unique_range_shared', id::text, format('%s overlaps %s of allocation %s', held, before, other) from (
      select a.id, a.held, a.exclusive, lag(a.held) over w as before, lag(a.id) over w as other, lag(a.exclusive) over w as other_exclusive
      from allocation a join pool p on p.id = a.pool_id and p.reuse = 'REUSABLE' where a.holding
      window w as (partition by a.pool_id order by a.held, a.exclusive desc, a.id)
    ) sweep where before >>= held and exclusive <> other_exclusive`,
};

const places: Look = {
  invariants: {
    allocation_outside_pool: 'every block lies in one range of its pool',
    allocation_space_mismatch: 'a block is in the address space of its pool, and exclusive where its pool is',
    owner_twice: 'an owner holds one live block of a pool for a purpose',
    mesh_mismatch: 'the pod range of a member is under the rule of its mesh, unless an admin forced it, and of no other',
  },
  breaches: sql<Breach>`
    select 'allocation_outside_pool' as invariant, a.id::text as subject,
      format('%s is in no range of pool %s', a.held, coalesce(p.name, a.pool_id || ', which does not exist')) as message
    from allocation a left join pool p on p.id = a.pool_id
    where a.holding and not exists (select from pool_cidr c where c.pool_id = a.pool_id and c.cidr >>= a.held)
    union all
    select 'allocation_space_mismatch', a.id::text, format('%s of pool %s: space number %s and exclusive %s, its pool %s and %s',
      a.held, p.name, a.space_no, a.exclusive, s.no, p.reuse)
    from allocation a join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
    where a.holding and (a.space_no <> s.no or (p.reuse = 'EXCLUSIVE' and not a.exclusive))
    union all
    select 'owner_twice', pool_id || ' ' || owner_kind || '/' || owner_id || ' ' || purpose, count(*) || ' live blocks: ' || string_agg(held::text, ', ')
    from allocation where status in ('RESERVED', 'ACTIVE') group by pool_id, owner_kind, owner_id, purpose having count(*) > 1
    union all
    select 'mesh_mismatch', a.id::text, format('%s of %s is under mesh %s, the cluster in %s', a.held, a.owner_id, coalesce(r.name, 'none'), coalesce(m.name, 'none'))
    from allocation a left join mesh_member b on b.cluster = a.owner_id left join mesh m on m.id = b.mesh_id left join mesh r on r.no = a.mesh_no
    where a.status in ('RESERVED', 'ACTIVE') and (a.mesh_no is not null or m.no is not null) and a.owner_kind = 'CLUSTER' and a.purpose = 'POD_CIDR'
      and a.mesh_no is distinct from m.no and not (a.mesh_no is null and b.forced)`,
};

const states: Look = {
  invariants: {
    allocation_state: 'a reservation has an end, a quarantine too, what is active has none, and what ended says when',
    allocation_columns: 'what indexes go by (holding, live, due_at) is what the state says',
    not_ended: 'what ran out is ended before anybody else holds its range',
  },
  breaches: sql<Breach>`
    select 'allocation_state' as invariant, id::text as subject,
      format('%s is %s, expires %s, available %s, ended %s', held, status, coalesce(expires_at::text, 'never'), coalesce(available_at::text, 'never'), coalesce(ended_at::text, 'never')) as message
    from allocation
    where (status = 'RESERVED' and expires_at is null) or (status = 'ACTIVE' and expires_at is not null)
      or (status = 'QUARANTINED' and available_at is null) or ((status in ('RELEASED', 'EXPIRED')) <> (ended_at is not null))
    union all
    select 'allocation_columns', id::text, format('%s is %s, yet holding is %s, live %s and due_at %s', held, status, holding, coalesce(live::text, 'null'), coalesce(due_at::text, 'never'))
    from allocation
    where holding <> (status in ('RESERVED', 'ACTIVE', 'QUARANTINED')) or live is distinct from (case when status in ('RESERVED', 'ACTIVE') then true end)
      or due_at is distinct from (case when status in ('RESERVED', 'ACTIVE') then expires_at when status = 'QUARANTINED' then available_at end)
    union all
    select 'not_ended', a.id::text, format('%s ran out at %s and is in the free list of pool %s', a.held, a.due_at, p.name)
    from allocation a join pool p on p.id = a.pool_id join free_block f on f.pool_id = a.pool_id and f.cidr = a.held
    where a.due_at <= now() and a.exclusive`,
};

export const blockLooks: readonly Look[] = [overlaps, places, states];
