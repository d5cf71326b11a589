import { Injectable } from '@nestjs/common';
import type { Actor } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, instant, instantOrNull, rowsOf } from '../postgres/db.js';
import { byKey, visible } from '../topology/spaces.repository.js';
import type { BrokenRule, ClusterMode, DiscoveredRangeQuery, DiscoveredRangeView, RangeKind } from './discovery-schemas.js';

/** A discovered range that came, changed or went. */
export interface ChangedRange {
  readonly id: string;
  readonly spaceId: string;
  readonly cidr: string;
}

interface RangeRow {
  readonly id: string;
  readonly space_name: string;
  readonly network_name: string | null;
  readonly cidr: string;
  readonly kind: RangeKind;
  readonly name: string | null;
  readonly cluster: string | null;
  readonly mode: ClusterMode | null;
  readonly routed: boolean;
  readonly resource_id: string | null;
  readonly scope: string;
  readonly vnet_id: string | null;
  readonly source: string;
  readonly violations: readonly BrokenRule[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly first_seen_at: Date;
  readonly seen_at: Date;
  readonly stale_since: Date | null;
  readonly ended_at: Date | null;
}

@Injectable()
export class DiscoveredRangesRepository {
  page(db: Db, actor: Actor, query: DiscoveredRangeQuery, after: string | undefined): Promise<readonly RangeRow[]> {
    return rowsOf(
      db,
      sql<RangeRow>`select d.*, s.name as space_name, n.name as network_name
        from discovered_range d join address_space s on s.id = d.space_id left join network n on n.id = d.network_id
        where ${visible(actor)} and ${sql.join(filters(query), sql` and `)} and (${after ?? null}::uuid is null or d.id > ${after ?? null})
        order by d.id limit ${query.limit + 1}`,
    );
  }

  /** Live ranges of networks, by which the free space of pools changes when a network does. */
  ofNetworks(db: Db, networkIds: readonly string[]): Promise<readonly ChangedRange[]> {
    return rowsOf(
      db,
      sql<ChangedRange>`select id, space_id as "spaceId", cidr::text from discovered_range
        where network_id = any(${[...networkIds]}::uuid[]) and ended_at is null`,
    );
  }

  /** Ranges that were seen before anybody knew their network, by its resource id: its prefixes, its subnets and the clusters in those. */
  async adopt(db: Db, networkIds: readonly string[]): Promise<void> {
    if (networkIds.length === 0) return;
    await sql`update discovered_range d set network_id = n.id from network n
      where n.id = any(${[...networkIds]}::uuid[]) and d.network_id is null and d.ended_at is null and d.space_id = n.space_id
        and lower(n.resource_id) = lower(coalesce(d.vnet_id, case when d.kind = 'VIRTUAL_NETWORK' then d.resource_id end,
          regexp_replace(d.facts -> 'nodeSubnets' ->> 0, '/subnets/.*$', '', 'i')))`.execute(db);
  }

  /** Opens and closes the conflicts of these ranges with blocks held. */
  async settle(db: Db, ids: readonly string[], actor: string): Promise<void> {
    if (ids.length > 0) await sql`select settle_discovered(${[...ids]}::uuid[], '{}', ${actor})`.execute(db);
  }
}

function filters(query: DiscoveredRangeQuery): ReturnType<typeof sql>[] {
  const found = [stateFilter(query.state)];
  const add = (value: string | undefined, condition: (value: string) => ReturnType<typeof sql>): void => {
    if (value !== undefined) found.push(condition(value));
  };
  add(query.contains, (value) => sql`d.cidr >>= ${value}::inet`);
  add(query.within, (value) => sql`d.cidr <<= ${value}::inet`);
  add(query.overlaps, (value) => sql`d.cidr && ${value}::inet`);
  add(query.addressSpace, (value) => sql`d.space_id = (select id from address_space where ${byKey(value)})`);
  add(query.network, (value) => sql`d.network_id = (select id from network where ${byKey(value)})`);
  add(query.kind, (value) => sql`d.kind = ${value}`);
  add(query.cluster, (value) => sql`d.cluster = ${value}`);
  add(query.scope, (value) => sql`d.scope = ${value}`);
  if (query.grandfathered !== undefined) found.push(sql`(d.violations <> '[]') = ${query.grandfathered}`);
  return found;
}

function stateFilter(state: DiscoveredRangeQuery['state']): ReturnType<typeof sql> {
  if (state === 'ENDED') return sql`d.ended_at is not null`;
  if (state === 'STALE') return sql`d.ended_at is null and d.stale_since is not null`;
  return state === 'LIVE' ? sql`d.ended_at is null and d.stale_since is null` : sql`d.ended_at is null`;
}

export function discoveredRangeView(row: RangeRow, now: Date): DiscoveredRangeView {
  return {
    id: row.id,
    addressSpace: row.space_name,
    cidr: row.cidr,
    kind: row.kind,
    name: row.name,
    network: row.network_name,
    cluster: row.cluster,
    mode: row.mode,
    routed: row.routed,
    resourceId: row.resource_id,
    scope: row.scope,
    source: row.source,
    state: row.ended_at ? 'ENDED' : row.stale_since ? 'STALE' : 'LIVE',
    grandfathered: row.violations.length > 0,
    violations: [...row.violations],
    facts: row.facts,
    since: instant(row.first_seen_at),
    checkedAt: instant(row.seen_at),
    ageSeconds: ageInSeconds(row.seen_at, now),
    endedAt: instantOrNull(row.ended_at),
  };
}

/** With what an import needs beside, to be the same again. */
export type DiscoveredRangeExport = DiscoveredRangeView & { readonly subscriptionId: string | null; readonly vnetId: string | null };

export function discoveredRangeExport(row: RangeRow, now: Date): DiscoveredRangeExport {
  return { ...discoveredRangeView(row, now), subscriptionId: subscriptionOf(row.scope), vnetId: row.vnet_id };
}

/** Of the scope of what was seen in Azure; null of what came from elsewhere. */
export function subscriptionOf(scope: string | null): string | null {
  return scope?.startsWith('azure:') === true ? scope.slice('azure:'.length) : null;
}

export function ageInSeconds(seen: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - seen.getTime()) / 1000));
}
