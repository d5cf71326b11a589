// Durable allocations as a share of what pgbench commits as single-row inserts, at the same client count on the same server.
import { readFileSync } from 'node:fs';
import { ipamModule } from '@podspan/ipam';
import { createDatabase } from '@podspan/platform';
import { NestFactory } from '@nestjs/core';
import { AllocationLane } from '../../libs/ipam/dist/allocations/allocation-lane.js';
import { drive, wish } from './ipam-load.mjs';
import { checkTiling, fill, makePool } from './ipam-pool.mjs';
import { commitFloor } from './pgbench.mjs';

const SECONDS = 2;
const ONE_CALL = { 1: 0.35, 8: 0.35, 32: 0.35 };
const COALESCED = { 32: 1, 256: 3 };

export async function run(ground, { rounds, log }) {
  const db = await ground.database();
  const pool = await makePool(db, 'commits');
  await fill(db, pool, 1000, 29);
  const { name, floor, script } = await commitFloor(db);
  const lane = await openLane(db);
  const shares = { one: { 1: [], 8: [], 32: [] }, coalesced: { 32: [], 256: [] } };
  for (let round = 0; round < rounds; round++) {
    for (const clients of [1, 8, 32, 256]) {
      const limit = await floor(clients, SECONDS);
      if (script && shares.one[clients]) shares.one[clients].push((await script(oneCall(pool), clients, SECONDS)) / limit);
      if (shares.coalesced[clients]) {
        const { perSecond } = await drive(clients, SECONDS, () => lane.take(pool.name));
        shares.coalesced[clients].push(perSecond / limit);
      }
      log(`round ${round + 1} of ${rounds}, ${clients} clients: floor ${Math.round(limit)}/s`);
    }
    await checkTiling(db, pool);
    await db.query('vacuum free_block');
  }
  await lane.close();
  const figure = (label, values, limit) => ({
    name: `${label}, share of ${name}'s single-row inserts`,
    unit: 'x',
    values,
    limit,
    atMost: false,
  });
  return [
    ...Object.entries(ONE_CALL).flatMap(([clients, limit]) =>
      script ? [figure(`one call per commit, ${clients} clients`, shares.one[clients], limit)] : [],
    ),
    ...Object.entries(COALESCED).map(([clients, limit]) => figure(`coalesced, ${clients} callers`, shares.coalesced[clients], limit)),
  ];
}

/** The service's own lane without HTTP in front. */
async function openLane(db) {
  const database = createDatabase({ url: db.url, schema: db.schema, maxConnections: 20 });
  const app = await NestFactory.createApplicationContext(ipamModule(database), { logger: false });
  const lane = app.get(AllocationLane);
  const call = { actor: { subject: 'bench', role: 'admin', spaces: '*' }, requestId: 'bench', dryRun: false, route: 'bench', bodyHash: '' };
  return {
    take: async (pool) => {
      if (!(await lane.take(call, pool, wish(29)))) throw new Error('the lane sent a plain request the general way');
    },
    close: async () => {
      await app.close();
      await database.destroy();
    },
  };
}

/**
 * The function as the service calls it for one request: ids in the order of time, and the search begins where the caller's last one
 * ended.
 */
function oneCall({ id, no, spaceNo }) {
  const view = readFileSync(new URL('./one-answer.json', import.meta.url), 'utf8')
    .trim()
    .slice(0, -1)
    .replaceAll("'", "''");
  return `\\set o random(1, 1000000000000)
select split_part(allocate_block('${id}', ${no}, ${spaceNo}, 1, 4, 8, 29, 'FIRST_FIT', 0, :place,
  (lpad(to_hex((extract(epoch from clock_timestamp()) * 1e6)::bigint), 16, '0') || lpad(to_hex(:o::bigint), 16, '0'))::uuid,
  'TEAM', 't' || :o, 'bench', null, null, '{}', null, null, null, 'bench', 'bench', '${view}'), ' ', 2) as place \\gset`;
}
