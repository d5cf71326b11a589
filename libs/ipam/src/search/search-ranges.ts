import { Inject, Injectable } from '@nestjs/common';
import { Address, Cidr } from '@podspan/cidr';
import { DomainError, InvalidRequest } from '@podspan/errors';
import { type Actor, decodeCursor, type Page, pageFrom } from '@podspan/platform';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
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
  /** In address order, where the next blocks of the page are. */
  readonly windows: readonly Window[];
}

interface Window {
  readonly block: Cidr;
  readonly larger: readonly Cidr[];
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
    const after = decodeCursor(query.cursor, ['range', 'text', 'text']);
    const search: Search = {
      actor,
      condition: RangeCondition.of(query),
      after,
      space: query.addressSpace,
      limit: query.limit + 1,
      windows: [],
    };
    const sources = new Set(query.kind === undefined ? Object.values(SOURCES) : [SOURCES[query.kind]]);
    const windows = sources.has(allocations) ? await this.#windows(search) : [];
    const branches = [...sources].map((source) => sql`(${source({ ...search, windows })})`);
    const rows = await rowsOf(
      this.db,
      sql<HitRow>`select * from (${sql.join(branches, sql` union all `)}) hits (kind, id, name, cidr, "growthBlock", "addressSpace", pool, status, key)
        where ${query.kind ?? null}::text is null or kind = ${query.kind ?? null} order by key, kind, id limit ${search.limit}`,
    );
    return pageFrom(rows, query.limit, ({ key, kind, id }) => [key, kind, id], hitOf);
  }

  /**
   * The index over held blocks knows no order, so the range is walked in windows until they hold a page: a window with
   * many blocks is cut smaller before it is read, the next one after a sparse one is larger.
   */
  async #windows(search: Search): Promise<readonly Window[]> {
    const { range, mode } = search.condition;
    if (mode === 'contains') return [];
    const windows: Window[] = [];
    let position = search.after ? startOf(search.after[0], range) : range.first;
    let length = range.length;
    for (let found = 0; position <= range.last && found < search.limit;) {
      const block = blockAt(range, position, length);
      if (block.length < block.bits && (await this.#isCrowded(block))) {
        length = Math.min(block.bits, block.length + 3);
        continue;
      }
      const window = { block, larger: largerAt(range, block) };
      found += await this.#hits(window, search);
      windows.push(window);
      position = block.last + 1n;
      length = Math.max(range.length, block.length - 3);
    }
    return windows;
  }

  async #isCrowded(window: Cidr): Promise<boolean> {
    const row = await rowOf(
      this.db,
      sql<{
        rows: number;
      }>`select count(*)::int as rows from (select from allocation where held <<= ${String(window)}::cidr limit ${CROWD}) a`,
    );
    return (row?.rows ?? 0) === CROWD;
  }

  async #hits(window: Window, search: Search): Promise<number> {
    const row = await rowOf(
      this.db,
      sql<{ hits: number }>`select count(*)::int as hits from (
          select from allocation a join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
          where (a.held <<= ${String(window.block)}::cidr or a.held = any(${window.larger.map(String)}::cidr[])) and ${heldHit(search)}
          limit ${search.limit}
        ) found`,
    );
    return row?.hits ?? 0;
  }
}

/** Where the walk goes on after a hit; one that begins before the range has everything of it still to come. */
function startOf(key: string, range: Cidr): bigint {
  const { family, first } = Cidr.parse(key);
  if (family !== range.family) return family < range.family ? range.first : range.last + 1n;
  return first < range.first ? range.first : first;
}

/** The largest block that begins at the position, no larger than `length` says and not beyond the range. */
function blockAt(range: Cidr, position: bigint, length: number): Cidr {
  let shortest = length;
  while (shortest < range.bits && position % (1n << BigInt(range.bits - shortest)) !== 0n) shortest += 1;
  return Cidr.at(range.family, position, shortest);
}

/** A window with this many blocks is cut smaller. */
const CROWD = 2000;

const cidrOf = (alias: string): RawBuilder<unknown> => sql.ref(`${alias}.cidr`);

function hitOf({ kind, id, name, cidr, growthBlock, addressSpace, pool, status }: HitRow): SearchHitView {
  return { kind, id, name, cidr, growthBlock, addressSpace, pool, status };
}

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

/** The blocks inside, of as many windows as fill a page; and those around. */
function allocations(search: Search): RawBuilder<HitRow> {
  const { condition, windows } = search;
  const around = condition.mode === 'contains' ? sql`>>=` : sql`>>`;
  const inside = sql`unnest(${windows.map(({ block }) => String(block))}::cidr[]) w(cidr) join allocation a on a.held <<= w.cidr`;
  const larger = sql`a.held = any(${windows.flatMap((window) => window.larger.map(String))}::cidr[])`;
  return sql<HitRow>`(${held(search, inside, sql`true`)}) union all (${held(search, sql`allocation a`, larger)}) union all
    (${held(search, sql`allocation a`, sql`a.held ${around} ${String(condition.range)}::cidr`)})`;
}

function held(search: Search, source: RawBuilder<unknown>, where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select ${hitKind(search)} as kind, a.id::text, a.owner_kind || '/' || a.owner_id || ' ' || a.purpose, a.cidr, nullif(a.held, a.cidr),
      s.name, p.name, a.status, a.held as key
    from ${source} join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
    where ${where} and ${heldHit(search)} order by key, kind, a.id::text limit ${search.limit}`;
}

function hitKind({ condition }: Search): RawBuilder<unknown> {
  return sql`case when ${condition.on(sql`a.cidr`)} then 'ALLOCATION' else 'GROWTH_BLOCK' end`;
}

/** A block whose growth reaches beyond the range asked for lies within it all the same. */
function heldHit(search: Search): RawBuilder<boolean> {
  const { mode, range } = search.condition;
  const enclosed = mode === 'within' ? sql`a.cidr <<= ${String(range)}::cidr` : sql`true`;
  return sql<boolean>`a.holding and ${enclosed} and ${seen(search)} and ${beyond(search, sql`a.held`, hitKind(search), sql`a.id::text`)}`;
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

/** The larger blocks of the range that begin where the window does: they come before what the window holds. */
function largerAt(range: Cidr, window: Cidr): readonly Cidr[] {
  const blocks: Cidr[] = [];
  for (let length = range.length; length < window.length; length += 1) {
    const block = Cidr.around(window.firstAddress, length);
    if (block.first === window.first) blocks.push(block);
  }
  return blocks;
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
