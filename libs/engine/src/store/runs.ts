import { Conflict, NotFound } from '@podspan/errors';
import { traceparentNow } from '@podspan/platform';
import { sql } from 'kysely';
import type { EngineTransaction, NewRun, RunState } from '../contracts.js';
import type { AnyProgram } from '../options.js';
import type { Parts } from '../parts.js';
import { ringRun } from './outbox.js';
import { cancelSteps, moveRun } from './transitions.js';

type Telling = Pick<Parts, 'listeners' | 'channel'>;

/** Stores the run with all its steps, frozen. A second start with the same id changes nothing. */
export async function startRun(trx: EngineTransaction, parts: Telling, program: AnyProgram, run: NewRun): Promise<void> {
  const steps = program.steps.map(({ name, title }, ordinal) => ({ ordinal, name, title }));
  const { rows } = await sql`
    with started as (
      insert into run (id, program, program_version, subject, input, subscription_id, region, state, traceparent)
      values (${run.id}, ${program.name}, ${program.version}, ${run.subject}, ${JSON.stringify(run.input)}::jsonb,
        ${run.subscriptionId.toLowerCase()}, ${run.region.toLowerCase()}, 'PENDING', ${run.traceparent ?? traceparentNow() ?? null})
      on conflict (id) do nothing returning id
    )
    insert into step (run_id, ordinal, name, title)
    select started.id, s.ordinal, s.name, s.title
    from started, jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as s (ordinal int, name text, title text)
    returning 1`.execute(trx);
  if (rows.length > 0) await ringRun(trx, parts.channel, run.id, '0', 'act');
}

interface StoredRun {
  readonly id: string;
  readonly program: string;
  readonly subject: string;
  readonly state: RunState;
  readonly held: boolean;
  readonly busy: boolean;
  readonly cancel_mode: 'ABORT' | 'FINISH' | null;
}

async function lockRun(trx: EngineTransaction, runId: string): Promise<StoredRun> {
  const { rows } = await sql<StoredRun>`
    select id, program, subject, state, cancel_mode, coalesce(lease_until > clock_timestamp(), false) as held,
      exists (select 1 from operation o where o.run_id = run.id and o.state in ('INTENT', 'RUNNING')) as busy
    from run where id = ${runId} for update`.execute(trx);
  const run = rows[0];
  if (!run) throw new NotFound('run', runId);
  return run;
}

/**
 * Ends a run that has nothing in flight within the caller's transaction, so that what the caller gives back was never
 * used; otherwise tells the worker, which aborts or finishes what is in flight first.
 * @throws NotFound
 */
export async function cancelRun(trx: EngineTransaction, parts: Telling, runId: string, mode: 'ABORT' | 'FINISH'): Promise<void> {
  const run = await lockRun(trx, runId);
  if (run.state !== 'PENDING' && run.state !== 'RUNNING') return;
  if (!run.held && !run.busy) {
    await cancelSteps(trx, parts, runId, run.program);
    await sql`update run set fence = fence + 1, cancel_mode = ${mode} where id = ${runId}`.execute(trx);
    await moveRun(trx, parts, { runId, program: run.program, subject: run.subject, from: run.state }, 'CANCELED');
    return;
  }
  if (run.cancel_mode === 'ABORT') return;
  await sql`update run set cancel_mode = ${mode} where id = ${runId}`.execute(trx);
  if (!run.held) await ringNow(trx, parts, runId);
}

/**
 * A failed or canceled run goes on from its first step that did not succeed. A live run is left alone.
 * @throws NotFound
 * @throws Conflict `run_succeeded`
 */
export async function retryRun(trx: EngineTransaction, parts: Telling, runId: string): Promise<void> {
  const run = await lockRun(trx, runId);
  if (run.state === 'SUCCEEDED') throw new Conflict('run_succeeded', `the run of ${run.subject} has succeeded; there is nothing to retry`);
  if (run.state === 'PENDING' || run.state === 'RUNNING') return;
  await sql`
    update step set state = 'PENDING', failure = null, waiting_for = null, troubled_since = null, troubles = 0, ended_at = null
    where run_id = ${runId} and state in ('FAILED', 'CANCELED', 'WAITING', 'RUNNING')`.execute(trx);
  await sql`
    update run set cancel_mode = null, position = (select min(ordinal) from step where run_id = run.id and state = 'PENDING')
    where id = ${runId}`.execute(trx);
  await moveRun(trx, parts, { runId, program: run.program, subject: run.subject, from: run.state }, 'RUNNING');
  await ringNow(trx, parts, runId);
}

/** Due at once, under a new fence, so that no older alarm with the same job id can swallow the ring. */
async function ringNow(trx: EngineTransaction, parts: Telling, runId: string): Promise<void> {
  const { rows } = await sql<{ fence: string }>`
    update run set due_at = clock_timestamp(), fence = fence + 1, lease_owner = null, lease_until = null
    where id = ${runId} returning fence::text`.execute(trx);
  for (const { fence } of rows) await ringRun(trx, parts.channel, runId, fence, 'act');
}
