/**
 * The moves on the free list of a pool. The caller holds the pool's row lock.
 * - take_block: finds a free block by strategy and takes a block of the length from it; null when none is large enough.
 * - take_blocks: the same for many, in the order given, in one call.
 * - carve_block: takes exactly this range; true when all of it was free. Parts that were not free stay as they are.
 * - give_block: puts a range back and joins it with its free buddies, never beyond one CIDR of the pool.
 */
export const freeBlocks = `
create function upper_half(block cidr) returns cidr language sql immutable strict
  return network(set_masklen(broadcast(block), masklen(block) + 1));

create function buddy_of(block cidr) returns cidr language sql immutable strict
  return case
    when set_masklen(set_masklen(block, masklen(block) - 1), masklen(block)) = block
      then upper_half(set_masklen(block, masklen(block) - 1))
    else set_masklen(set_masklen(block, masklen(block) - 1), masklen(block))
  end;

-- Splits the free block down to wanted and leaves the other halves free.
create function split_block(p_pool uuid, p_position smallint, p_free cidr, p_wanted cidr) returns void language plpgsql as $$
declare
  current cidr := p_free;
  lower cidr;
begin
  delete from free_block where pool_id = p_pool and cidr = p_free;
  while masklen(current) < masklen(p_wanted) loop
    lower := set_masklen(current, masklen(current) + 1);
    if lower >>= p_wanted then
      insert into free_block (pool_id, position, cidr) values (p_pool, p_position, upper_half(current));
      current := lower;
    else
      insert into free_block (pool_id, position, cidr) values (p_pool, p_position, lower);
      current := upper_half(current);
    end if;
  end loop;
end $$;

create function take_block(p_pool uuid, p_family int, p_shortest int, p_length int, p_strategy text) returns cidr language plpgsql as $$
declare
  found_block cidr;
  found_position smallint;
  wanted cidr;
begin
  -- One index probe per length: small fragments in front are never walked through.
  if p_strategy = 'LAST_FIT' then
    select f.cidr, f.position into found_block, found_position
    from generate_series(p_shortest, p_length) as l(length)
    cross join lateral (
      select b.cidr, b.position from free_block b
      where b.pool_id = p_pool and b.family = p_family and b.length = l.length
      order by b.position desc, b.cidr desc limit 1
    ) f
    order by f.position desc, f.cidr desc limit 1;
  elsif p_strategy = 'BEST_FIT' then
    select f.cidr, f.position into found_block, found_position
    from generate_series(p_shortest, p_length) as l(length)
    cross join lateral (
      select b.cidr, b.position from free_block b
      where b.pool_id = p_pool and b.family = p_family and b.length = l.length
      order by b.position, b.cidr limit 1
    ) f
    order by l.length desc limit 1;
  else
    select f.cidr, f.position into found_block, found_position
    from generate_series(p_shortest, p_length) as l(length)
    cross join lateral (
      select b.cidr, b.position from free_block b
      where b.pool_id = p_pool and b.family = p_family and b.length = l.length
      order by b.position, b.cidr limit 1
    ) f
    order by f.position, f.cidr limit 1;
  end if;
  if found_block is null then return null; end if;
  if p_strategy = 'LAST_FIT' then
    wanted := network(set_masklen(broadcast(found_block), p_length));
  else
    wanted := set_masklen(found_block, p_length);
  end if;
  perform split_block(p_pool, found_position, found_block, wanted);
  return wanted;
end $$;

create function take_blocks(p_pools uuid[], p_families int[], p_shortest int[], p_lengths int[], p_strategies text[])
returns cidr[] language plpgsql as $$
declare
  taken cidr[] := '{}';
begin
  for i in 1 .. coalesce(array_length(p_pools, 1), 0) loop
    taken := array_append(taken, take_block(p_pools[i], p_families[i], p_shortest[i], p_lengths[i], p_strategies[i]));
  end loop;
  return taken;
end $$;

create function carve_block(p_pool uuid, p_block cidr) returns boolean language plpgsql as $$
declare
  found_block cidr;
  found_position smallint;
begin
  select b.cidr, b.position into found_block, found_position
  from generate_series(0, masklen(p_block)) as l(length)
  join free_block b on b.pool_id = p_pool and b.cidr = set_masklen(p_block, l.length)
  limit 1;
  if found_block is not null then
    perform split_block(p_pool, found_position, found_block, p_block);
    return true;
  end if;
  delete from free_block b
  where b.pool_id = p_pool and b.cidr >= p_block and b.cidr <= set_masklen(broadcast(p_block), case family(p_block) when 4 then 32 else 128 end)::cidr
    and b.cidr << p_block;
  return false;
end $$;

create function give_block(p_pool uuid, p_block cidr) returns void language plpgsql as $$
declare
  root cidr;
  root_position smallint;
  current cidr := p_block;
begin
  select c.cidr, c.position into root, root_position
  from pool_cidr c where c.pool_id = p_pool and c.cidr >>= p_block;
  if root is null then return; end if;
  while masklen(current) > masklen(root) loop
    delete from free_block where pool_id = p_pool and cidr = buddy_of(current);
    exit when not found;
    current := set_masklen(current, masklen(current) - 1);
  end loop;
  insert into free_block (pool_id, position, cidr) values (p_pool, root_position, current);
end $$;
`;
