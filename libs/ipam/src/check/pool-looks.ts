import { sql } from 'kysely';
import type { Breach, Look } from './invariant.js';

const pools: Look = {
  invariants: {
    pools_overlap: 'pools with the same parent, and root pools of one space, never overlap',
    pool_outside_parent: 'a pool lies in its parent, in the same address space',
    pool_cycle: 'no pool is below itself',
    pool_without_range: 'every pool has a range',
  },
  breaches: sql<Breach>`
    select 'pools_overlap' as invariant, name as subject, format('%s overlaps %s of pool %s', cidr, before, other) as message from (
      select p.name, c.cidr, lag(c.cidr) over w as before, lag(p.name) over w as other
      from pool_cidr c join pool p on p.id = c.pool_id window w as (partition by p.space_id, p.parent_id order by c.cidr, p.id)
    ) sweep where before >>= cidr
    union all
    select 'pools_overlap', p.name, format('%s is compared with the wrong pools (scope %s)', c.cidr, c.scope_no)
    from pool_cidr c join pool p on p.id = c.pool_id join address_space s on s.id = p.space_id left join pool q on q.id = p.parent_id
    where c.scope_no <> coalesce(q.no, -s.no::bigint)
    union all
    select 'pool_outside_parent', p.name, format('%s is in no range of pool %s', c.cidr, q.name)
    from pool_cidr c join pool p on p.id = c.pool_id join pool q on q.id = p.parent_id
    where p.space_id <> q.space_id or not exists (select from pool_cidr r where r.pool_id = q.id and r.cidr >>= c.cidr)
    union all
    select 'pool_cycle', name, 'its parents lead back to it' from (
      with recursive up as (
        select id, name, parent_id, 1 as depth from pool where parent_id is not null
        union all select up.id, up.name, q.parent_id, up.depth + 1 from up join pool q on q.id = up.parent_id where up.parent_id <> up.id and up.depth < 1000
      ) select distinct name from up where parent_id = id or depth = 1000
    ) cycles
    union all
    select 'pool_without_range', p.name, 'it has no range' from pool p where not exists (select from pool_cidr c where c.pool_id = p.id)`,
};

const plans: Look = {
  invariants: {
    plan_block_missing: 'every block of a planned cluster is held for it',
    plan_block_leaked: 'what is held for a plan belongs to a cluster that the plan still holds',
    plan_state: 'a plan is active as long as one of its clusters is',
  },
  breaches: sql<Breach>`
    select 'plan_block_missing' as invariant, l.name || ' ' || c.name as subject, format('%s %s is held by no allocation of the plan', w.what, w.cidr) as message
    from planned_cluster c join address_plan l on l.id = c.plan_id cross join lateral (
      select 'pod range' as what, c.pod_cidr as cidr
      union all select 'gateway subnet', c.gateway_subnet where c.gateway_subnet is not null
      union all select 'node subnet', (n ->> 'cidr')::cidr from jsonb_array_elements(c.answer -> 'nodeSubnets') n
      union all select 'API server subnet', (c.answer ->> 'apiServerSubnet')::cidr where c.answer ->> 'apiServerSubnet' is not null
    ) w
    where c.status = 'ACTIVE' and not exists (
      select from allocation a where a.plan_id = c.plan_id and a.owner_kind = 'CLUSTER' and a.owner_id = c.name
        and a.status in ('RESERVED', 'ACTIVE') and a.cidr >>= w.cidr)
    union all
    select 'plan_block_leaked', coalesce(l.name, a.plan_id::text), format('%s (allocation %s) is held for %s, which the plan does not hold', a.held, a.id, a.owner_id)
    from allocation a left join address_plan l on l.id = a.plan_id
    where a.plan_id is not null and a.status in ('RESERVED', 'ACTIVE')
      and not exists (select from planned_cluster c where c.plan_id = a.plan_id and c.name = a.owner_id and c.status = 'ACTIVE')
    union all
    select 'plan_state', l.name, format('it is %s and %s of its clusters are active', l.status, count(c.name) filter (where c.status = 'ACTIVE'))
    from address_plan l left join planned_cluster c on c.plan_id = l.id group by l.id, l.name, l.status
    having (l.status = 'ACTIVE') <> (count(c.name) filter (where c.status = 'ACTIVE') > 0)`,
};

export const poolLooks: readonly Look[] = [pools, plans];
