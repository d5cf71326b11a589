import { sql } from 'kysely';
import type { EngineTransaction, FailureView, Json, RunState, StepChange, StepState } from '../contracts.js';
import type { Parts } from '../parts.js';

/** The step whose state changes, as this process knows it. */
export interface StepAt {
  readonly runId: string;
  readonly program: string;
  readonly ordinal: number;
  readonly name: string;
  readonly title: string;
  readonly from: StepState;
}

export interface StepPatch {
  readonly to: StepState;
  readonly waitingFor?: string;
  readonly failure?: FailureView;
  readonly output?: Json;
  readonly note?: string;
  /** Counts as an attempt, or takes back one that Azure refused to look at. */
  readonly attempts?: 1 | -1;
  /** Nothing got on: counts toward the total deadline. Everything else clears it. */
  readonly trouble?: boolean;
}

const ended: ReadonlySet<string> = new Set(['SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED']);

export async function moveStep(trx: EngineTransaction, parts: Parts, step: StepAt, patch: StepPatch): Promise<void> {
  const over = ended.has(patch.to);
  const trouble = patch.trouble ?? false;
  // A lock or a full bucket is no trouble, and no relief either: the deadline goes on counting.
  const keeps = patch.to === 'WAITING' && !trouble;
  await sql`
    update step set state = ${patch.to}, waiting_for = ${patch.waitingFor ?? null},
      attempts = attempts + ${patch.attempts ?? 0},
      troubles = case when ${trouble} then troubles + 1 when ${keeps} then troubles else 0 end,
      troubled_since = case when ${trouble} then coalesce(troubled_since, clock_timestamp()) when ${keeps} then troubled_since end,
      output = coalesce(${json(patch.output)}::jsonb, output),
      failure = ${json(patch.failure)}::jsonb,
      started_at = coalesce(started_at, clock_timestamp()),
      ended_at = case when ${over} then clock_timestamp() end
    where run_id = ${step.runId} and ordinal = ${step.ordinal}`.execute(trx);
  await tellStep(trx, parts, stepChange(step, patch));
}

/** What listeners are told. */
export function stepChange(step: StepAt, patch: StepPatch): StepChange {
  return {
    runId: step.runId,
    program: step.program,
    step: step.name,
    title: step.title,
    from: step.from,
    to: patch.to,
    ...(patch.waitingFor === undefined ? {} : { waitingFor: patch.waitingFor }),
    ...(patch.failure === undefined ? {} : { failure: patch.failure }),
    ...(patch.note === undefined ? {} : { note: patch.note }),
  };
}

export async function tellStep(trx: EngineTransaction, parts: Pick<Parts, 'listeners'>, change: StepChange): Promise<void> {
  for (const listener of parts.listeners) await listener.onStep?.(trx, change);
}

export interface RunAt {
  readonly runId: string;
  readonly program: string;
  readonly subject: string;
  readonly from: RunState;
}

export async function moveRun(
  trx: EngineTransaction,
  parts: Pick<Parts, 'listeners'>,
  run: RunAt,
  to: RunState,
  failure?: FailureView,
): Promise<void> {
  const over = ended.has(to);
  // Whatever is still open of a run that has ended is nobody's, and must not keep a lock.
  await sql`
    with orphans as (
      update operation set state = 'SUPERSEDED', ended_at = clock_timestamp()
      where ${over} and run_id = ${run.runId} and state in ('INTENT', 'RUNNING')
    )
    update run set state = ${to}, failure = ${json(failure)}::jsonb,
      ended_at = case when ${over} then clock_timestamp() end,
      lease_owner = case when not ${over} then lease_owner end,
      lease_until = case when not ${over} then lease_until end,
      waiting_lock = null, waiting_lock_at = null
    where id = ${run.runId}`.execute(trx);
  if (!parts.listeners.some((listener) => 'onRun' in listener)) return;
  const outputs = over ? await outputsOf(trx, run.runId) : {};
  for (const listener of parts.listeners) {
    await listener.onRun?.(trx, {
      runId: run.runId,
      program: run.program,
      subject: run.subject,
      from: run.from,
      to,
      outputs,
      ...(failure === undefined ? {} : { failure }),
    });
  }
}

/** Steps that did not start, or were stopped: they end CANCELED, in order, each told to the listeners. */
export async function cancelSteps(trx: EngineTransaction, parts: Pick<Parts, 'listeners'>, runId: string, program: string): Promise<void> {
  const { rows } = await sql<{ name: string; title: string; before: StepState }>`
    with open as (select run_id, ordinal, state from step where run_id = ${runId} and state in ('PENDING', 'RUNNING', 'WAITING') for update),
    closed as (
      update step set state = 'CANCELED', waiting_for = null, troubled_since = null, troubles = 0, ended_at = clock_timestamp()
      from open where step.run_id = open.run_id and step.ordinal = open.ordinal
      returning step.ordinal, step.name, step.title, open.state as before
    )
    select name, title, before from closed order by ordinal`.execute(trx);
  for (const { name, title, before } of rows)
    await tellStep(trx, parts, { runId, program, step: name, title, from: before, to: 'CANCELED' });
}

export async function outputsOf(trx: EngineTransaction, runId: string): Promise<Record<string, Json>> {
  const { rows } = await sql<{ outputs: Record<string, Json> | null }>`
    select jsonb_object_agg(name, output) filter (where output is not null) as outputs from step
    where run_id = ${runId} and state = 'SUCCEEDED'`.execute(trx);
  return rows[0]?.outputs ?? {};
}

export function json(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
