import { newId } from '@podspan/platform';
import { freshDatabase, type FreshDatabase } from '@podspan/platform/testing';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineTransaction } from '../contracts.js';
import { engineMigrations } from '../migrations.js';
import type { Parts } from '../parts.js';
import { until } from '../testing/until.js';
import { takeLease } from './leases.js';

describe(takeLease, () => {
  let fresh: FreshDatabase<unknown>;
  beforeAll(async () => {
    fresh = await freshDatabase<unknown>(engineMigrations, 'leases');
  });
  afterAll(() => fresh.destroy());

  const take = (runId: string) => takeLease({ db: fresh.db, owner: 'other', tuning: { leaseSeconds: 10 } } as unknown as Parts, runId);

  /** A run whose holder was frozen for so long that its lease ran out. */
  async function frozenRun(): Promise<string> {
    const id = newId();
    await sql`insert into run (id, program, program_version, subject, input, subscription_id, region, state, fence, lease_owner, lease_until)
      values (${id}, 'create', 1, 'aks', '{}', 's', 'r', 'RUNNING', 1, 'frozen', clock_timestamp() - interval '1 second')`.execute(
      fresh.db,
    );
    await sql`insert into step (run_id, ordinal, name, title) values (${id}, 0, 'group', 'group')`.execute(fresh.db);
    return id;
  }

  function storeOperation(trx: EngineTransaction, runId: string): Promise<unknown> {
    return sql`insert into operation (id, run_id, ordinal, method, resource_id, api_version, subscription_id, region, provider, client_request_id, state)
      values (${newId()}, ${runId}, 0, 'PUT', '/x', '1', 's', 'r', 'p', ${newId()}, 'INTENT')`.execute(trx);
  }

  /** The holder wakes and commits something just while another process waits for the run's row. */
  async function whileHolderCommits(runId: string, change: RawBuilder<unknown>): ReturnType<typeof take> {
    let taking: ReturnType<typeof take> | undefined;
    await fresh.db.transaction().execute(async (trx) => {
      await change.execute(trx);
      await storeOperation(trx, runId);
      taking = take(runId);
      await until('it waits for the row', async () => {
        const { rows } = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
          fresh.db,
        );
        return rows.length === 1;
      });
    });
    return taking;
  }

  it('takes a run over whose holder is gone, with what it has under way', async () => {
    const id = await frozenRun();
    await storeOperation(fresh.db, id);
    expect(await take(id)).toMatchObject({ fence: '2', takenOver: true, operation: { state: 'INTENT' } });
  });

  it.each([
    ['stored an intent, which is a sign of life', sql`lease_until = clock_timestamp() + interval '10 seconds'`],
    ['gave the run back', sql`lease_owner = null, lease_until = null, due_at = clock_timestamp()`],
  ])('leaves it to a holder that %s meanwhile: it would not see the operation', async (_, set) => {
    const id = await frozenRun();
    expect(await whileHolderCommits(id, sql`update run set ${set} where id = ${id}`)).toBeUndefined();
    await sql`update run set lease_until = clock_timestamp() - interval '1 second' where id = ${id} and lease_until is not null`.execute(
      fresh.db,
    );
    expect(await take(id)).toMatchObject({ fence: '2', operation: { state: 'INTENT' } });
  });
});
