/**
 * A pool that is used by many is full of holes of the length that is asked for: taking each by a statement, and asking what is left
 * of each by another, cost 25 us a hole. take_free takes all that hold what is missing in one statement, and asks what is left of the
 * last one alone.
 */
export const fragmentsTogether = `
create or replace function take_free(p_pool uuid, p_family int, p_shortest int, p_length int, p_strategy text, p_count int, p_wait boolean,
  p_from_position int, p_from cidr, out taken cidr[], out last_position smallint) language plpgsql
  set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set plan_cache_mode = force_generic_plan as $$
declare
  from_top constant boolean := p_strategy = 'LAST_FIT';
  smallest_first constant boolean := p_strategy = 'BEST_FIT';
  candidates cidr[];
  first cidr;
  found cidr[];
  spots smallint[];
  current cidr;
  missing int := p_count;
  slack int := 0;
  passed_over boolean := false;
  turn int;
  enough int;
  room int;
begin
  taken := '{}';
  for attempt in 1 .. 8 loop
    -- One index probe per length: small fragments in front are never walked through.
    if from_top then
      select array_agg(c.cidr) into candidates from (
        select f.cidr, f.position from generate_series(p_shortest, p_length) as l(length) cross join lateral (
          select b.cidr, b.position from free_block b where b.pool_id = p_pool and b.family = p_family and b.length = l.length
          order by b.position desc, b.cidr desc limit missing + slack
        ) f order by f.position desc, f.cidr desc limit missing + slack
      ) c;
    elsif attempt = 1 and not smallest_first then
      -- The first free blocks behind the start, a few dozens at most: thousands of smaller ones may lie in front.
      select array_agg(c.cidr) into candidates from (
        select b.cidr, b.position from (
          select f.cidr, f.position, f.family, f.length from free_block f where f.pool_id = p_pool and f.cidr >= p_from order by f.cidr limit missing + 40
        ) b where b.position = p_from_position and b.family = p_family and b.length between p_shortest and p_length limit missing
      ) c;
      continue when candidates is null;
    else
      select array_agg(c.cidr) into candidates from (
        select f.cidr, f.position from generate_series(p_shortest, p_length) as l(length) cross join lateral (
          select b.cidr, b.position from free_block b where b.pool_id = p_pool and b.family = p_family and b.length = l.length
            and (b.position, b.cidr) >= (p_from_position::smallint, p_from)
          order by b.position, b.cidr limit missing + slack
        ) f order by case when smallest_first then -l.length end, f.position, f.cidr limit missing + slack
      ) c;
    end if;
    exit when candidates is null;
    -- Whoever finds the first one locked looks anywhere among the next ones, or everybody would wait for the same again.
    turn := case when passed_over then floor(random() * cardinality(candidates))::int else 0 end;
    if turn > 0 then candidates := candidates[turn + 1:] || candidates[:turn]; end if;
    first := candidates[1];
    loop
      -- As many of them as hold what is missing, some dozens in one statement: all but the last are used up, so their order is kept,
      -- which costs the square of their number.
      enough := 0;
      room := 0;
      while enough < cardinality(candidates) and enough < 64 and room < missing loop
        enough := enough + 1;
        room := room + case when p_length - masklen(candidates[enough]) < 20 then least(missing, 1 << (p_length - masklen(candidates[enough]))) else missing end;
      end loop;
      with gone as (
        delete from free_block where ctid = any(array(
          select b.ctid from free_block b where b.pool_id = p_pool and b.cidr = any(candidates[1:enough]) for update skip locked)) returning cidr, position
      ) select array_agg(g.cidr order by array_position(candidates, g.cidr)), array_agg(g.position order by array_position(candidates, g.cidr))
        into found, spots from gone g;
      passed_over := passed_over or cardinality(found) is distinct from enough;
      for i in 1 .. coalesce(cardinality(found), 0) loop
        last_position := spots[i];
        current := case when from_top then network(set_masklen(broadcast(found[i]), p_length)) else set_masklen(found[i], p_length) end;
        loop
          taken := array_append(taken, current);
          missing := missing - 1;
          exit when current = case when from_top then set_masklen(found[i], p_length) else network(set_masklen(broadcast(found[i]), p_length)) end;
          if missing = 0 then
            -- What is left of the block on the far side of the last one taken.
            insert into free_block (pool_id, position, cidr, family, length)
            select p_pool, last_position, half.other, p_family, l.length from generate_series(masklen(found[i]) + 1, p_length) as l(length)
            cross join lateral (select set_masklen(current, l.length) as own, set_masklen(current, l.length - 1) as both_halves) h
            cross join lateral (select set_masklen(h.both_halves, l.length) = h.own as is_lower) side
            cross join lateral (select case when from_top then set_masklen(h.both_halves, l.length) else upper_half(h.both_halves) end as other) half
            where side.is_lower <> from_top;
            exit;
          end if;
          current := case when from_top then set_masklen((host(current)::inet - 1), p_length)::cidr
            else set_masklen(set_masklen(broadcast(current) + 1, p_length)::cidr, p_length) end;
        end loop;
      end loop;
      exit when missing = 0 or enough = cardinality(candidates);
      candidates := candidates[enough + 1:];
    end loop;
    exit when missing = 0;
    if cardinality(taken) = 0 and attempt > 2 then
      exit when not p_wait;
      perform from free_block b where b.pool_id = p_pool and b.cidr = first for update;
    end if;
    slack := slack * 4 + 16;
  end loop;
end $$;
`;
