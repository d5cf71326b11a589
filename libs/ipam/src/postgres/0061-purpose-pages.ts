/**
 * A page of one purpose's allocations begins where the purpose does: one that is common only among the youngest read all rows before
 * them. The summary per 16 pages that finds a purpose tells the ids of those pages too, which costs a new row next to nothing.
 *
 * first_of_purpose: the first matches on disk say how far the page reaches at most, and what lies in between is sorted. Exact whatever
 * the order on disk, quick where it is about the order of the ids. The planner is not asked: it supposes that matches are everywhere.
 *
 * page_of_purpose: where pools are named, their own first rows are looked at before, since they may be few.
 */
export const purposePages = `
drop index allocation_purpose;
create index allocation_purpose on allocation using brin (purpose text_bloom_ops (n_distinct_per_range = 64), id)
  with (pages_per_range = 16, autosummarize = on);

create function first_of_purpose(p_purpose text, p_after uuid, p_pools uuid[], p_status text, p_count int) returns uuid[] language plpgsql stable
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
  set max_parallel_workers_per_gather = 0 set plan_cache_mode = force_custom_plan as $$
declare
  found uuid[];
begin
  select array_agg(f.id order by f.id) into found from (
    select a.id from allocation a where a.purpose = p_purpose and a.id > p_after and (p_pools is null or a.pool_id = any(p_pools))
      and a.holding and (p_status is null or a.status = p_status) limit p_count
  ) f;
  if cardinality(found) < p_count then return found; end if;
  return array(
    select a.id from allocation a where a.purpose = p_purpose and a.id > p_after and a.id <= found[p_count] and (p_pools is null or a.pool_id = any(p_pools))
      and a.holding and (p_status is null or a.status = p_status) order by a.id limit p_count);
end $$;

create function page_of_purpose(p_purpose text, p_after uuid, p_pools uuid[], p_status text, p_count int) returns uuid[] language plpgsql stable
set plan_cache_mode = force_custom_plan as $$
declare
  most constant int := 10000;
  walked int;
  found uuid[];
begin
  if p_pools is not null then
    select count(*), array_agg(w.id order by w.id) filter (where w.purpose = p_purpose) into walked, found from (
      select a.id, a.purpose from allocation a where a.id > p_after and a.pool_id = any(p_pools)
        and a.holding and (p_status is null or a.status = p_status) order by a.id limit most
    ) w;
    if walked < most or cardinality(found) >= p_count then return found[1:p_count]; end if;
  end if;
  return first_of_purpose(p_purpose, p_after, p_pools, p_status, p_count);
end $$;
`;
