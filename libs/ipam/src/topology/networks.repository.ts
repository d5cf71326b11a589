import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { type Actor, isId, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { NetworkKind } from '../domain/network-graph.js';
import { tableAt } from '../history/as-of.js';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, nameTaken, visible } from './spaces.repository.js';
import type { NetworkBody, NetworkPatch } from './topology-schemas.js';

export interface NetworkRow {
  readonly id: string;
  readonly name: string;
  readonly space_id: string;
  readonly space_name: string;
  readonly kind: NetworkKind;
  /** Whether Podspan was told of it or has only seen it in Azure. */
  readonly origin: 'DECLARED' | 'SEEN';
  readonly region: string | null;
  readonly subscription_id: string | null;
  readonly resource_id: string | null;
  /** In the order they were given. */
  readonly prefixes: readonly string[];
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface NetworksPage {
  readonly after: string | undefined;
  readonly limit: number;
  /** RFC 3339 */
  readonly at?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

const selectNetwork = (at?: string): RawBuilder<unknown> => sql`
  select n.*, s.name as space_name,
    array(select p.cidr::text from ${tableAt('network_prefix', at)} p where p.network_id = n.id order by p.position) as prefixes
  from ${tableAt('network', at)} n join ${tableAt('address_space', at)} s on s.id = n.space_id`;

@Injectable()
export class NetworksRepository {
  find(db: Db, key: string): Promise<NetworkRow | undefined> {
    return rowOf(db, sql<NetworkRow>`${selectNetwork()} where n.id = (select id from network where ${byKey(key)})`);
  }

  /** Those of the ids and names that exist. */
  named(db: Db, keys: readonly string[]): Promise<readonly NetworkRow[]> {
    return rowsOf(
      db,
      sql<NetworkRow>`${selectNetwork()} where n.name = any(${[...keys]}::text[]) or n.id = any(${keys.filter(isId)}::uuid[]) order by n.id`,
    );
  }

  async get(db: Db, key: string): Promise<NetworkRow> {
    const network = await this.find(db, key);
    if (!network) throw new NotFound('network', key);
    return network;
  }

  /** @param at as they were at a moment, RFC 3339 */
  all(db: Db, at?: string): Promise<readonly NetworkRow[]> {
    return rowsOf(db, sql<NetworkRow>`${selectNetwork(at)} order by n.name`);
  }

  /** With `keys`, names or ids, only those. */
  page(db: Db, actor: Actor, { after, limit, at, keys }: NetworksPage): Promise<readonly NetworkRow[]> {
    const named = keys === undefined ? sql`true` : sql`(n.name = any(${[...keys]}::text[]) or n.id = any(${keys.filter(isId)}::uuid[]))`;
    return rowsOf(
      db,
      sql<NetworkRow>`${selectNetwork(at)}
        where ${visible(actor)} and ${named} and (${after ?? null}::uuid is null or n.id > ${after ?? null}) order by n.id limit ${limit + 1}`,
    );
  }

  /** @throws Conflict `name_taken` */
  async insert(db: Db, spaceId: string, body: NetworkBody): Promise<string> {
    const row = await rowOf(
      db,
      sql<{ id: string }>`insert into network (id, name, space_id, kind, region, subscription_id, resource_id)
        values (${newId()}, ${body.name}, ${spaceId}, ${body.kind}, ${body.region ?? null}, ${body.subscriptionId ?? null}, ${body.resourceId ?? null})
        on conflict (name) do nothing returning id`,
    );
    if (!row) throw nameTaken('network', body.name);
    await this.#setPrefixes(db, row.id, body.prefixes);
    return row.id;
  }

  /** Many at once, answered in the order of their ids. @throws Conflict `name_taken` */
  async insertAll(db: Db, networks: readonly { readonly body: NetworkBody; readonly spaceId: string }[]): Promise<readonly NetworkRow[]> {
    const rows = networks.map(({ body, spaceId }) => ({
      id: newId(),
      name: body.name,
      space_id: spaceId,
      kind: body.kind,
      region: body.region,
      subscription_id: body.subscriptionId,
      resource_id: body.resourceId,
      prefixes: body.prefixes,
    }));
    const added = await rowsOf(
      db,
      sql<{ name: string }>`insert into network (id, name, space_id, kind, region, subscription_id, resource_id)
        select id, name, space_id, kind, region, subscription_id, resource_id from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as r(id uuid, name text, space_id uuid, kind text, region text, subscription_id text, resource_id text)
        on conflict (name) do nothing returning name`,
    );
    const names = new Set(added.map(({ name }) => name));
    const missing = rows.find(({ name }) => !names.has(name));
    if (missing) throw nameTaken('network', missing.name);
    await sql`insert into network_prefix (network_id, position, cidr)
      select r.id, p.position, p.cidr::cidr from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, prefixes jsonb)
      cross join lateral jsonb_array_elements_text(r.prefixes) with ordinality as p(cidr, position)`.execute(db);
    return this.named(
      db,
      rows.map(({ id }) => id),
    );
  }

  /** @param origin whose word the prefixes are from now on */
  async update(db: Db, row: NetworkRow, patch: NetworkPatch, origin: NetworkRow['origin'] = row.origin): Promise<void> {
    const value = (given: string | null | undefined, current: string | null): string | null => (given === undefined ? current : given);
    await sql`update network set
      region = ${value(patch.region, row.region)},
      subscription_id = ${value(patch.subscriptionId, row.subscription_id)},
      resource_id = ${value(patch.resourceId, row.resource_id)},
      origin = ${origin},
      updated_at = now()
      where id = ${row.id}`.execute(db);
    if (patch.prefixes) await this.#setPrefixes(db, row.id, patch.prefixes);
  }

  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from network where id = ${id}`.execute(db);
  }

  async uses(
    db: Db,
    id: string,
  ): Promise<{ readonly links: number; readonly pools: number; readonly clusters: number; readonly allocations: number }> {
    const row = await rowOf(
      db,
      sql<{ links: number; pools: number; clusters: number; allocations: number }>`select
        (select count(*)::int from link where from_id = ${id} or to_id = ${id}) as links,
        (select count(*)::int from pool where network_id = ${id}) as pools,
        (select count(*)::int from planned_cluster where network_id = ${id} and status = 'ACTIVE') as clusters,
        (select count(*)::int from allocation where network_id = ${id} and holding) as allocations`,
    );
    return row ?? { links: 0, pools: 0, clusters: 0, allocations: 0 };
  }

  async forgetHistory(db: Db, id: string): Promise<void> {
    await sql`update allocation set network_id = null where network_id = ${id} and not holding`.execute(db);
    await sql`delete from planned_cluster where network_id = ${id} and status = 'RELEASED'`.execute(db);
  }

  async #setPrefixes(db: Db, id: string, prefixes: readonly string[]): Promise<void> {
    await sql`delete from network_prefix where network_id = ${id}`.execute(db);
    await sql`insert into network_prefix (network_id, position, cidr)
      select ${id}, position, cidr from unnest(${[...prefixes]}::cidr[]) with ordinality as p(cidr, position)`.execute(db);
  }
}
