import { sql } from 'kysely';
import type { Breach, Look } from './invariant.js';

/**
 * The ranges of every pool laid out in order: free blocks, and the largest of what is held, given to child pools, seen or in use
 * elsewhere. They tile the pool exactly: nothing twice, no gap. `first` and `last` are addresses; a range that covers a pool's counts
 * as the pool's. Blocks held in REUSABLE pools keep nobody away unless they are one owner's alone.
 */
const laidOut = sql`
  root as (
    select c.pool_id, c.position, c.cidr, p.name, p.reuse = 'EXCLUSIVE' as exclusive, p.space_id, p.network_id,
      case family(c.cidr) when 4 then 32 else 128 end as bits
    from pool_cidr c join pool p on p.id = c.pool_id
  ),
  taken as (
    select r.pool_id, r.position, a.held as cidr, 'allocation ' || a.id as what
    from allocation a join root r on r.pool_id = a.pool_id and r.cidr >>= a.held where a.holding and (a.exclusive or r.exclusive)
    union all
    select r.pool_id, r.position, c.cidr, 'pool ' || p.name
    from pool p join pool_cidr c on c.pool_id = p.id join root r on r.pool_id = p.parent_id and r.cidr >>= c.cidr
    union all
    select r.pool_id, r.position, case when o.cidr >>= r.cidr then r.cidr else o.cidr end, 'discovered ' || o.name
    from root r join occupying_range o on o.space_id = r.space_id and o.cidr && r.cidr
    where not (o.kind = 'VIRTUAL_NETWORK' and o.network_id is not null and o.network_id is not distinct from r.network_id)
      and (r.exclusive or (o.kind in ('VIRTUAL_NETWORK', 'SUBNET', 'OTHER') and o.unplaced))
    union all
    select r.pool_id, r.position, case when x.cidr >>= r.cidr then r.cidr else x.cidr end, 'network ' || n.name
    from root r join network n on n.space_id = r.space_id and n.kind <> 'VIRTUAL_NETWORK' and n.id is distinct from r.network_id
    join network_prefix x on x.network_id = n.id and x.cidr && r.cidr where r.exclusive
  ),
  bounded as (
    select t.*, set_masklen(broadcast(t.cidr)::inet, case family(t.cidr) when 4 then 32 else 128 end) as last from taken t
  ),
  largest as (
    select pool_id, position, cidr, what from (
      select b.*, max(last) over (partition by pool_id, position order by cidr, what rows between unbounded preceding and 1 preceding) as reached from bounded b
    ) sweep where reached is null or reached < last
  ),
  block as (
    select pool_id, position, cidr, what, false as free from largest
    union all
    select r.pool_id, r.position, f.cidr, 'free ' || f.cidr, true from free_block f join root r on r.pool_id = f.pool_id and r.cidr >>= f.cidr
  ),
  laid as (
    select r.name, r.cidr as root, r.bits, b.cidr, b.what, b.free,
      set_masklen(network(b.cidr)::inet, r.bits) as first, set_masklen(broadcast(b.cidr)::inet, r.bits) as last,
      set_masklen(network(r.cidr)::inet, r.bits) as root_first, set_masklen(broadcast(r.cidr)::inet, r.bits) as root_last,
      r.pool_id, r.position
    from root r left join block b on b.pool_id = r.pool_id and b.position = r.position
  ),
  swept as (
    select l.*, max(last) over w as reached, lag(what) over o as before, lag(free) over o as before_free, lag(cidr) over o as before_cidr,
      lead(cidr) over o is null as is_last
    from laid l
    window o as (partition by pool_id, position order by cidr, free desc),
      w as (partition by pool_id, position order by cidr, free desc rows between unbounded preceding and 1 preceding)
  )`;

const tiling: Look = {
  invariants: {
    free_block_taken: 'no free block overlaps what is held, given to a child pool, seen or in use elsewhere',
    free_blocks_overlap: 'no two free blocks of a pool overlap',
    free_blocks_unjoined: 'two halves of one range are not both free: they are the range',
    free_space_lost: 'what nobody holds is free: free blocks and the rest are the pool, without a gap',
  },
  breaches: sql<Breach>`with ${laidOut}
    select case when free and before_free then 'free_blocks_overlap' else 'free_block_taken' end as invariant, name as subject,
      format('%s overlaps %s', what, before) as message
    from swept where reached >= first and (free or before_free)
    union all
    select 'free_blocks_unjoined', name, format('%s and %s are the halves of %s', before_cidr, cidr, set_masklen(cidr, masklen(cidr) - 1))
    from swept where free and before_free and masklen(cidr) = masklen(before_cidr) and masklen(cidr) > masklen(root)
      and set_masklen(cidr, masklen(cidr) - 1) = set_masklen(before_cidr, masklen(cidr) - 1) and cidr <> before_cidr
    union all
    select 'free_space_lost', name, format('%s to %s of %s is neither free nor taken', host(coalesce(reached + 1, root_first)), host(first - 1), root)
    from swept where cidr is not null and coalesce(reached < first and reached + 1 <> first, root_first <> first)
    union all
    select 'free_space_lost', name, format('%s to %s of %s is neither free nor taken', host(coalesce(greatest(reached, last) + 1, root_first)), host(root_last), root)
    from swept where is_last and (cidr is null or greatest(reached, last) < root_last)`,
};

const placing: Look = {
  invariants: { free_block_outside_pool: 'every free block lies in the range of its pool whose place it names' },
  breaches: sql<Breach>`
    select 'free_block_outside_pool' as invariant, coalesce(p.name, f.pool_id::text) as subject, format('%s at place %s', f.cidr, f.position) as message
    from free_block f left join pool p on p.id = f.pool_id
    where not exists (select from pool_cidr c where c.pool_id = f.pool_id and c.position = f.position and c.cidr >>= f.cidr)`,
};

export const freeListLooks: readonly Look[] = [tiling, placing];
