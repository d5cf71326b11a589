import { sql } from 'kysely';
import { conflictsOf } from '../domain/conflicts.js';
import { type Db, rowsOf } from '../postgres/db.js';
import type { EstateRepository } from '../topology/estate.repository.js';
import { type Breach, type CountedBreach, type Look, MOST_EXAMPLES } from './invariant.js';

export const conflictInvariants = {
  conflict_missing: 'every clash of the estate, computed from nothing, is an open conflict',
  conflict_stale: 'every open conflict is a clash of the estate, computed from nothing',
} as const;

/** Blocks over discovered ranges; the database computes them. */
export const discoveredConflicts: Look = {
  invariants: conflictInvariants,
  breaches: sql<Breach>`
    select case when c.key is null then 'conflict_missing' else 'conflict_stale' end as invariant, coalesce(w.key, c.key) as subject,
      coalesce(c.message, format('%s overlaps %s of %s', w.held, w.cidr, w.name)) as message
    from discovered_clash w full join (select key, message from conflict where resolved_at is null and discovered_id is not null) c on c.key = w.key
    where w.key is null or c.key is null`,
};

/** Clashes of networks, clusters and meshes. Bounded by the estate, which fits in memory wherever a network is added to it. */
export async function topologyConflictBreaches(db: Db, estate: EstateRepository): Promise<readonly CountedBreach[]> {
  const clashes = new Map(conflictsOf(await estate.estate(db)).map((clash) => [clash.key, clash.message]));
  const rows = await rowsOf(
    db,
    sql<{
      key: string;
      message: string;
    }>`select key, message from conflict where resolved_at is null and discovered_id is null order by key`,
  );
  const open = new Map(rows.map(({ key, message }) => [key, message]));
  return [...breachesOf('conflict_missing', clashes, open), ...breachesOf('conflict_stale', open, clashes)];
}

function breachesOf(invariant: string, has: ReadonlyMap<string, string>, lacks: ReadonlyMap<string, string>): readonly CountedBreach[] {
  const found = [...has].filter(([key]) => !lacks.has(key));
  return found.slice(0, MOST_EXAMPLES).map(([subject, message]) => ({ invariant, subject, message, total: String(found.length) }));
}
