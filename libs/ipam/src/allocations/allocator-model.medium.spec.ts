import { Cidr, CidrSet, fit } from '@podspan/cidr';
import { type FreshDatabase, freshDatabase } from '@podspan/platform/testing';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strategy } from '../domain/pool.js';
import type { IpamTables } from '../postgres/db.js';
import { ipamMigrations, ipamSchema } from '../postgres/migrations.js';

let fresh: FreshDatabase<IpamTables>;
beforeAll(async () => {
  fresh = await freshDatabase<IpamTables>(ipamMigrations, ipamSchema);
});
afterAll(() => fresh.destroy());

const strategy = fc.constantFrom<Strategy>('FIRST_FIT', 'BEST_FIT', 'LAST_FIT');
/** Lengths below the pool's own, and which of the blocks held so far is meant. */
const move = fc.oneof(
  fc.record({ do: fc.constant('take' as const), length: fc.integer({ min: 0, max: 6 }), strategy, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('carve' as const), length: fc.integer({ min: 0, max: 6 }), at: fc.nat(63) }),
  fc.record({ do: fc.constant('give' as const), which: fc.nat(50) }),
);

/** Held blocks of one range, and nothing else: what is free is computed anew each time. */
class Model {
  readonly held: Cidr[] = [];
  constructor(readonly range: Cidr) {}

  free(): readonly Cidr[] {
    return CidrSet.of(this.held).complementIn(this.range).blocks;
  }
  take(length: number, how: Strategy): string | null {
    const block = fit(this.free(), length, how);
    if (block) this.held.push(block);
    return block ? String(block) : null;
  }
}

async function pool(range: Cidr): Promise<string> {
  const { rows } = await sql<{
    id: string;
  }>`with s as (insert into address_space (id, name) values (gen_random_uuid(), gen_random_uuid()::text) returning id, no),
      p as (insert into pool (id, name, space_id, reuse) select gen_random_uuid(), id::text, id, 'EXCLUSIVE' from s returning id)
    insert into pool_cidr (pool_id, position, cidr, scope_no) select p.id, 0, ${String(range)}::cidr, -s.no from p, s returning pool_id as id`.execute(
    fresh.db,
  );
  const id = rows[0]?.id ?? '';
  await sql`select give_block(${id}::uuid, ${String(range)}::cidr)`.execute(fresh.db);
  return id;
}

describe.each(['10.20.0.0/22', '2001:db8:40::/58'])('the free list of %s', (text) => {
  const range = Cidr.parse(text);

  it('gives what a naive allocator gives, and is what it leaves free', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 14 }), async (moves) => {
        const model = new Model(range);
        const id = await pool(range);
        for (const step of moves) {
          if (step.do === 'take') {
            const length = range.length + step.length;
            const wanted = Array.from({ length: step.count }, () => model.take(length, step.strategy)).filter((block) => block !== null);
            const { rows } = await sql<{
              taken: string[];
            }>`select taken::text[] from take_free(${id}::uuid, ${range.family}, ${range.length}, ${length},
              ${step.strategy}, ${step.count}, false, 0, '0.0.0.0/0')`.execute(fresh.db);
            expect(rows[0]?.taken).toEqual(wanted);
          } else if (step.do === 'carve') {
            const length = range.length + step.length;
            const block = [...range.subnets(length)][step.at % 2 ** step.length];
            if (!block || model.held.some((held) => held.overlaps(block))) continue;
            model.held.push(block);
            const { rows } = await sql<{ whole: boolean }>`select carve_block(${id}::uuid, ${String(block)}::cidr) as whole`.execute(
              fresh.db,
            );
            expect(rows).toEqual([{ whole: true }]);
          } else if (model.held.length > 0) {
            const [block] = model.held.splice(step.which % model.held.length, 1);
            await sql`select give_block(${id}::uuid, ${String(block)}::cidr)`.execute(fresh.db);
          }
          const { rows } = await sql<{ cidr: string }>`select cidr from free_block where pool_id = ${id}::uuid order by cidr`.execute(
            fresh.db,
          );
          expect(rows.map(({ cidr }) => cidr)).toEqual(model.free().map(String));
        }
      }),
      { numRuns: 25 },
    );
  });
});
