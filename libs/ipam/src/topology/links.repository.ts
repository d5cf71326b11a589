import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { type Actor, newId } from '@podspan/platform';
import { type RawBuilder, sql } from 'kysely';
import type { LinkKind } from '../domain/network-graph.js';
import { tableAt } from '../history/as-of.js';
import { type Db, instant, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, visible } from './spaces.repository.js';
import type { LinkView } from './topology-schemas.js';

export interface NewLink {
  readonly from: { readonly id: string; readonly name: string };
  readonly to: { readonly id: string; readonly name: string };
  readonly kind: LinkKind;
}

export interface LinkRow {
  readonly id: string;
  readonly name: string;
  readonly from_name: string;
  readonly to_name: string;
  readonly kind: LinkKind;
  readonly forced: boolean;
  readonly created_at: Date;
  /** Whether Podspan was told of it or has only seen it in Azure, and where it was last seen: `azure:` and a subscription. */
  readonly origin: 'DECLARED' | 'SEEN';
  readonly seen_scope: string | null;
}

const selectLink = (at?: string): RawBuilder<unknown> => sql`
  select l.id, l.name, l.kind, l.forced, l.created_at, l.origin, (select g.scope from link_sighting g where g.link_id = l.id) as seen_scope, f.name as from_name, t.name as to_name
  from ${tableAt('link', at)} l join ${tableAt('network', at)} f on f.id = l.from_id join ${tableAt('network', at)} t on t.id = l.to_id`;

@Injectable()
export class LinksRepository {
  /** @param at as they were at a moment, RFC 3339 */
  all(db: Db, at?: string): Promise<readonly LinkRow[]> {
    return rowsOf(db, sql<LinkRow>`${selectLink(at)} order by l.id`);
  }

  async get(db: Db, key: string): Promise<LinkRow> {
    const link = await rowOf(db, sql<LinkRow>`${selectLink()} where l.id = (select id from link where ${byKey(key)})`);
    if (!link) throw new NotFound('link', key);
    return link;
  }

  between(db: Db, one: string, other: string, kind: LinkKind): Promise<LinkRow | undefined> {
    return rowOf(
      db,
      sql<LinkRow>`${selectLink()} where least(l.from_id, l.to_id) = least(${one}::uuid, ${other}::uuid)
        and greatest(l.from_id, l.to_id) = greatest(${one}::uuid, ${other}::uuid) and l.kind = ${kind}`,
    );
  }

  page(db: Db, actor: Actor, after: string | undefined, limit: number, at?: string): Promise<readonly LinkRow[]> {
    return rowsOf(
      db,
      sql<LinkRow>`${selectLink(at)} 
        where exists (select from ${tableAt('address_space', at)} s where s.id in (f.space_id, t.space_id) and ${visible(actor)}) and (${after ?? null}::uuid is null or l.id > ${after ?? null}) order by l.id limit ${limit + 1}`,
    );
  }

  async isVisible(db: Db, actor: Actor, id: string): Promise<boolean> {
    const row = await rowOf(
      db,
      sql<{
        seen: boolean;
      }>`select exists (select from link l join network n on n.id in (l.from_id, l.to_id) join address_space s on s.id = n.space_id
        where l.id = ${id} and ${visible(actor)}) as seen`,
    );
    return row?.seen ?? false;
  }

  async insert(
    db: Db,
    from: { id: string; name: string },
    to: { id: string; name: string },
    kind: LinkKind,
    forced: boolean,
  ): Promise<LinkRow> {
    const id = newId();
    const name = linkName(from.name, to.name, kind);
    await sql`insert into link (id, name, from_id, to_id, kind, forced) values (${id}, ${name}, ${from.id}, ${to.id}, ${kind}, ${forced})`.execute(
      db,
    );
    return this.get(db, id);
  }

  /** Of these links those that are there already: both ends sorted, and the kind. */
  async keysOf(db: Db, links: readonly NewLink[]): Promise<readonly string[]> {
    const rows = await rowsOf(
      db,
      sql<{ key: string }>`select least(l.from_id, l.to_id) || ' ' || greatest(l.from_id, l.to_id) || ' ' || l.kind as key
        from unnest(${links.map(({ from }) => from.id)}::uuid[], ${links.map(({ to }) => to.id)}::uuid[], ${links.map(({ kind }) => kind)}::text[])
          as k(from_id, to_id, kind)
        join link l on least(l.from_id, l.to_id) = least(k.from_id, k.to_id) and greatest(l.from_id, l.to_id) = greatest(k.from_id, k.to_id)
          and l.kind = k.kind`,
    );
    return rows.map(({ key }) => key);
  }

  /** Many at once, none of them forced, answered in the order given. */
  async insertAll(db: Db, links: readonly NewLink[]): Promise<readonly LinkRow[]> {
    const rows = links.map(({ from, to, kind }) => ({
      id: newId(),
      name: linkName(from.name, to.name, kind),
      from_id: from.id,
      to_id: to.id,
      kind,
    }));
    const added = await rowsOf(
      db,
      sql<{ id: string; created_at: Date }>`insert into link (id, name, from_id, to_id, kind)
        select id, name, from_id, to_id, kind from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as r(id uuid, name text, from_id uuid, to_id uuid, kind text)
        returning id, created_at`,
    );
    const createdAt = new Map(added.map(({ id, created_at: at }) => [id, at]));
    return rows.map(({ id, name, kind }, position) => ({
      id,
      name,
      kind,
      from_name: links[position]?.from.name ?? '',
      to_name: links[position]?.to.name ?? '',
      forced: false,
      created_at: createdAt.get(id) ?? new Date(0),
      origin: 'DECLARED',
      seen_scope: null,
    }));
  }

  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from link where id = ${id}`.execute(db);
  }
}

/** Links have no name of their own; this one lets scripts do without ids. */
export function linkName(from: string, to: string, kind: LinkKind): string {
  return `${from}--${to}--${kind.toLowerCase()}`;
}

export function linkView(row: LinkRow): LinkView {
  return {
    id: row.id,
    name: row.name,
    from: row.from_name,
    to: row.to_name,
    kind: row.kind,
    forced: row.forced,
    createdAt: instant(row.created_at),
  };
}
