import { sql } from 'kysely';
import { CheckIpam } from '../../check/check-ipam.js';
import { rowsOf } from '../../postgres/db.js';
import type { IpamBench } from '../ipam-bench.js';
import type { NaiveEstate } from './naive-estate.js';

const judge = { subject: 'judge', role: 'admin', spaces: '*' } as const;

/** Throws unless the database keeps every invariant, and holds and has free exactly what the model does. */
export async function judged(bench: IpamBench, estate: NaiveEstate): Promise<void> {
  const { invariants } = await bench.resolve(CheckIpam).execute(judge);
  const broken = invariants.filter((invariant) => invariant.broken > 0).map(({ name, examples }) => ({ name, examples }));
  if (broken.length > 0) throw new Error(`broken: ${JSON.stringify(broken, undefined, 1)}`);
  const names = estate.pools.map(({ name }) => name);
  const [row] = await rowsOf(
    bench.fresh.db,
    sql<{ free: readonly string[]; held: readonly string[] }>`select
      (select coalesce(json_agg(p.name || ' ' || f.cidr order by array_position(${names}::text[], p.name), f.position, f.cidr), '[]')
        from free_block f join pool p on p.id = f.pool_id where p.name = any(${names}::text[])) as free,
      (select coalesce(json_agg(concat_ws(' ', p.name, a.id, a.held, a.status, a.owner_id, a.purpose) order by a.id), '[]')
        from allocation a join pool p on p.id = a.pool_id where a.holding and p.name = any(${names}::text[])) as held`,
  );
  const free = estate.pools.flatMap((pool) => pool.free().map((block) => `${pool.name} ${block}`));
  const held = estate.pools
    .flatMap((pool) =>
      pool.held.map((held) => ({ id: held.id, text: [pool.name, held.id, held.cidr, held.status, held.owner, held.purpose].join(' ') })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ text }) => text);
  sameList('free', row?.free ?? [], free);
  sameList('held', row?.held ?? [], held);
}

export function sameList(what: string, actual: readonly string[], expected: readonly string[]): void {
  const more = actual.filter((text) => !expected.includes(text));
  const less = expected.filter((text) => !actual.includes(text));
  if (more.length + less.length > 0 || actual.length !== expected.length)
    throw new Error(`${what}: the service has ${JSON.stringify(more)} and lacks ${JSON.stringify(less)} beside the model`);
}
