import { Inject, Injectable } from '@nestjs/common';
import { Address, Cidr } from '@podspan/cidr';
import { AmbiguousRequest, DomainError, InvalidRequest } from '@podspan/errors';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Db, rowsOf } from '../postgres/db.js';
import { visible } from '../topology/spaces.repository.js';
import type { SearchHitView, SearchQuery } from './search-schemas.js';

/** Everything that holds, lies in or touches a range: pools, live allocations, networks, discovered ranges. */
@Injectable()
export class SearchRanges {
  constructor(@Inject(Kysely) private readonly db: Db) {}

  /** @throws AmbiguousRequest unless exactly one of contains, within and overlaps is given */
  async execute(actor: Actor, query: SearchQuery): Promise<{ items: SearchHitView[]; nextCursor: null }> {
    const [operator, range] = conditionOf(query);
    const on = (column: string): ReturnType<typeof sql> => sql`${sql.ref(column)} ${sql.raw(operator)} ${range}::inet`;
    const items = await rowsOf(
      this.db,
      sql<SearchHitView>`select kind, id, name, cidr, "addressSpace", pool, status from (
          select 'POOL' as kind, p.id::text, p.name, c.cidr, s.name as "addressSpace", null as pool, null as status
          from pool_cidr c join pool p on p.id = c.pool_id join address_space s on s.id = p.space_id where ${on('c.cidr')} and ${visible(actor)}
          union all
          select 'NETWORK', n.id::text, n.name, x.cidr, s.name, null, n.kind
          from network_prefix x join network n on n.id = x.network_id join address_space s on s.id = n.space_id where ${on('x.cidr')} and ${visible(actor)}
          union all
          select 'DISCOVERED', d.id::text, coalesce(d.name, d.resource_id, d.source), d.cidr, s.name, null, d.kind
          from discovered_range d join address_space s on s.id = d.space_id where ${on('d.cidr')} and d.ended_at is null and ${visible(actor)}
          union all
          (select 'ALLOCATION', a.id::text, a.owner_kind || '/' || a.owner_id || ' ' || a.purpose, a.cidr, s.name, p.name, a.status
          from allocation a join pool p on p.id = a.pool_id join address_space s on s.id = p.space_id
          where ${on('a.held')} and a.holding and ${visible(actor)} limit ${query.limit})
        ) hits order by cidr, kind, id limit ${query.limit}`,
    );
    return { items: [...items], nextCursor: null };
  }
}

function conditionOf(query: SearchQuery): readonly [string, string] {
  const given = Object.entries({ contains: query.contains, within: query.within, overlaps: query.overlaps }).filter(
    ([, value]) => value !== undefined,
  );
  const [only] = given;
  if (!only || given.length > 1) throw new AmbiguousRequest('send exactly one of contains, within and overlaps');
  const [name, value = ''] = only;
  if (name === 'contains') return ['>>=', readPlace(value, 'contains')];
  return [name === 'within' ? '<<=' : '&&', String(Cidr.parse(value))];
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
