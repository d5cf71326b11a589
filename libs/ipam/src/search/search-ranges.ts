import { Inject, Injectable } from '@nestjs/common';
import { Address, Cidr } from '@podspan/cidr';
import { DomainError, InvalidRequest } from '@podspan/errors';
import { type Actor, decodeCursor, type Page, pageFrom } from '@podspan/platform';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { type Db, rowsOf } from '../postgres/db.js';
import { byKey, visible } from '../topology/spaces.repository.js';
import { RangeCondition } from './range-condition.js';
import type { SearchHitKind, SearchHitView, SearchQuery } from './search-schemas.js';

interface Search {
  readonly actor: Actor;
  readonly condition: RangeCondition;
  /** Where the page before ended: the range in order, the kind and the id. */
  readonly after: readonly [key: string, kind: string, id: string] | undefined;
  readonly space: string | undefined;
  readonly limit: number;
}

type HitRow = SearchHitView & { readonly key: string };

const SOURCES: Readonly<Record<SearchHitKind, (search: Search) => RawBuilder<HitRow>>> = {
  POOL: pools,
  NETWORK: networks,
  DISCOVERED: discovered,
  ALLOCATION: allocations,
  GROWTH_BLOCK: allocations,
  CLUSTER: clusters,
};

/**
 * Everything that holds, lies in or touches a range, in address order: pools, held blocks with what is kept for their
 * growth, networks, ranges seen in use, and ranges of clusters that no pool gave. Each source is cut to a page by an
 * index before they are put together.
 */
@Injectable()
export class SearchRanges {
  constructor(@Inject(Kysely) private readonly db: Db) {}

  /** @throws AmbiguousRequest unless exactly one of contains, within and overlaps is given */
  async execute(actor: Actor, query: SearchQuery): Promise<Page<SearchHitView>> {
    const after = decodeCursor(query.cursor, 3)?.map(String);
    const search: Search = {
      actor,
      condition: RangeCondition.of(query),
      after: after && [readPlace(after[0] ?? '', 'cursor'), after[1] ?? '', after[2] ?? ''],
      space: query.addressSpace,
      limit: query.limit + 1,
    };
    const sources = new Set(query.kind === undefined ? Object.values(SOURCES) : [SOURCES[query.kind]]);
    const branches = [...sources].map((source) => sql`(${source(search)})`);
    const rows = await rowsOf(
      this.db,
      sql<HitRow>`select * from (${sql.join(branches, sql` union all `)}) hits (kind, id, name, cidr, "growthBlock", "addressSpace", pool, status, key)
        where ${query.kind ?? null}::text is null or kind = ${query.kind ?? null} order by key, kind, id limit ${search.limit}`,
    );
    return pageFrom(
      rows,
      query.limit,
      ({ key, kind, id }) => [key, kind, id],
      ({ key: _, ...hit }) => hit,
    );
  }
}

const cidrOf = (alias: string): RawBuilder<unknown> => sql.ref(`${alias}.cidr`);

function pools(search: Search): RawBuilder<HitRow> {
  return sql<HitRow>`select 'POOL', p.id::text, p.name, c.cidr, null::cidr, s.name, null, null, c.cidr
    from pool_cidr c join pool p on p.id = c.pool_id join address_space s on s.id = p.space_id
    where ${search.condition.on(cidrOf('c'))} and ${seen(search)} and ${beyond(search, cidrOf('c'), sql`'POOL'`, sql`p.id::text`)}
    order by c.cidr, p.id::text limit ${search.limit}`;
}

function networks(search: Search): RawBuilder<HitRow> {
  return sql<HitRow>`select 'NETWORK', n.id::text, n.name, x.cidr, null::cidr, s.name, null, n.kind, x.cidr
    from network_prefix x join network n on n.id = x.network_id join address_space s on s.id = n.space_id
    where ${search.condition.on(cidrOf('x'))} and ${seen(search)} and ${beyond(search, cidrOf('x'), sql`'NETWORK'`, sql`n.id::text`)}
    order by x.cidr, n.id::text limit ${search.limit}`;
}

function clusters(search: Search): RawBuilder<HitRow> {
  return sql<HitRow>`select 'CLUSTER', c.name, c.name || ' SERVICE_CIDR', c.service_cidr, null::cidr, s.name, null, c.status, c.service_cidr
    from planned_cluster c join address_space s on s.id = c.space_id
    where c.status = 'ACTIVE' and ${search.condition.on(sql`c.service_cidr`)} and ${seen(search)}
      and ${beyond(search, sql`c.service_cidr`, sql`'CLUSTER'`, sql`c.name`)}
      and not exists (select from allocation a where a.owner_id = c.name and a.owner_kind = 'CLUSTER' and a.purpose = 'SERVICE_CIDR' and a.holding)
    order by c.service_cidr, c.name limit ${search.limit}`;
}

function discovered(search: Search): RawBuilder<HitRow> {
  return eachStretch(
    search,
    cidrOf('d'),
    (
      condition,
    ) => sql`select 'DISCOVERED', d.id::text, coalesce(d.name, d.resource_id, d.source), d.cidr, null::cidr, s.name, null, d.kind, d.cidr
      from discovered_range d join address_space s on s.id = d.space_id
      where ${condition} and d.ended_at is null and ${seen(search)} and ${beyond(search, cidrOf('d'), sql`'DISCOVERED'`, sql`d.id::text`)}
      order by d.cidr, d.id limit ${search.limit}`,
  );
}

/** Pool by pool, since blocks are in order within their pool; only pools that touch the range are looked at. */
function allocations(search: Search): RawBuilder<HitRow> {
  const { condition, limit } = search;
  const range = String(condition.range);
  const kind = sql`case when ${condition.on(sql`a.cidr`)} then 'ALLOCATION' else 'GROWTH_BLOCK' end`;
  // A block whose growth reaches beyond the range asked for lies within it all the same.
  const enclosed = condition.mode === 'within' ? sql`a.cidr <<= ${range}::cidr` : sql`true`;
  const stretches = eachStretch(
    search,
    sql`a.held`,
    (stretch) => sql`select a.* from allocation a
      where a.pool_id = p.id and a.holding and ${stretch} and ${enclosed} and ${beyond(search, sql`a.held`, kind, sql`a.id::text`)}
      order by a.held, ${kind}, a.id::text limit ${limit}`,
  );
  return sql<HitRow>`select ${kind}, a.id::text, a.owner_kind || '/' || a.owner_id || ' ' || a.purpose, a.cidr, nullif(a.held, a.cidr), s.name, p.name, a.status, a.held
    from pool p join address_space s on s.id = p.space_id cross join lateral (${stretches}) a
    where ${seen(search)} and exists (select from pool_cidr c where c.pool_id = p.id and c.cidr && ${range}::cidr)
    order by a.held, 1, a.id::text limit ${limit}`;
}

/** The ranges inside and those around, each walked by itself: together they could not use the order of an index. */
function eachStretch(
  { condition }: Search,
  column: RawBuilder<unknown>,
  select: (condition: RawBuilder<boolean>) => RawBuilder<unknown>,
): RawBuilder<HitRow> {
  const stretches = [condition.inside(column), condition.around(column)].filter((stretch) => stretch !== undefined);
  return sql<HitRow>`${sql.join(
    stretches.map((stretch) => sql`(${select(stretch)})`),
    sql` union all `,
  )}`;
}

function seen({ actor, space }: Search): RawBuilder<boolean> {
  return space === undefined
    ? visible(actor)
    : sql<boolean>`${visible(actor)} and s.id = (select x.id from address_space x where ${byKey(space)})`;
}

/** After the last hit of the page before. The first member alone is what an index can use. */
function beyond({ after }: Search, key: RawBuilder<unknown>, kind: RawBuilder<unknown>, id: RawBuilder<unknown>): RawBuilder<boolean> {
  if (!after) return sql<boolean>`true`;
  const [lastKey, lastKind, lastId] = after;
  return sql<boolean>`${key} >= ${lastKey}::cidr and (${key}, ${kind}, ${id}) > (${lastKey}::cidr, ${lastKind}, ${lastId})`;
}

/** An address or a range, canonical. @throws InvalidRequest at `path` */
export function readPlace(text: string, path: string): string {
  try {
    return text.includes('/') ? String(Cidr.parse(text)) : String(Address.parse(text));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new InvalidRequest(error.problems.map((problem) => ({ ...problem, path })));
  }
}
