import { sql } from 'kysely';
import type { EngineTransaction, FailureView, Json, OperationView, RunState, RunView, StepState, StepView } from '../contracts.js';

interface RunRow {
  readonly id: string;
  readonly program: string;
  readonly subject: string;
  readonly state: RunState;
  readonly failure: FailureView | null;
  readonly steps: readonly StepRow[];
}

interface StepRow {
  readonly name: string;
  readonly title: string;
  readonly state: StepState;
  readonly waiting_for: string | null;
  readonly attempts: number;
  readonly failure: FailureView | null;
  readonly output: Json;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly operations: readonly OperationRow[] | null;
}

interface OperationRow {
  readonly id: string;
  readonly method: string;
  readonly resource_id: string;
  readonly client_request_id: string;
  readonly http_status: number | null;
  readonly state: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

/**
 * Runs as people see them, in the order of the ids given; ids that do not exist are left out. One statement, so that
 * runs, steps and operations are of the same moment.
 */
export async function viewRuns(db: EngineTransaction, runIds: readonly string[]): Promise<readonly RunView[]> {
  if (runIds.length === 0) return [];
  const { rows } = await sql<RunRow>`
    select r.id, r.program, r.subject, r.state, r.failure, coalesce(s.steps, '[]') as steps
    from run r
    left join lateral (
      select json_agg(json_build_object('name', s.name, 'title', s.title, 'state', s.state, 'waiting_for', s.waiting_for,
        'attempts', s.attempts, 'failure', s.failure, 'output', s.output, 'started_at', s.started_at, 'ended_at', s.ended_at,
        'operations', (
          select json_agg(json_build_object('id', o.id, 'method', o.method, 'resource_id', o.resource_id, 'state', o.state,
            'client_request_id', o.client_request_id, 'http_status', o.http_status, 'started_at', o.started_at, 'ended_at', o.ended_at) order by o.id)
          from operation o where o.run_id = s.run_id and o.ordinal = s.ordinal)
        ) order by s.ordinal) as steps
      from step s where s.run_id = r.id
    ) s on true
    where r.id = any(${[...runIds]}::uuid[])`.execute(db);
  const found = new Map(rows.map((row) => [row.id, row]));
  return runIds.flatMap((id) => {
    const row = found.get(id);
    return row ? [asRun(row)] : [];
  });
}

function asRun({ id, program, subject, state, failure, steps }: RunRow): RunView {
  const settled = steps.filter((step) => step.state === 'SUCCEEDED' && step.output !== null);
  return {
    id,
    program,
    subject,
    state,
    steps: steps.map(asStep),
    outputs: Object.fromEntries(settled.map(({ name, output }) => [name, output])),
    ...(failure === null ? {} : { failure }),
  };
}

function asStep(row: StepRow): StepView {
  return {
    name: row.name,
    title: row.title,
    state: row.state,
    attempts: row.attempts,
    operations: (row.operations ?? []).map(asOperation),
    ...(row.waiting_for === null ? {} : { waitingFor: row.waiting_for }),
    ...(row.failure === null ? {} : { failure: row.failure }),
    ...between(row),
  };
}

function asOperation(row: OperationRow): OperationView {
  return {
    id: row.id,
    method: row.method,
    resourceId: row.resource_id,
    clientRequestId: row.client_request_id,
    state: row.state,
    ...(row.http_status === null ? {} : { httpStatus: row.http_status }),
    ...between(row),
  };
}

function between({ started_at, ended_at }: { readonly started_at: string | null; readonly ended_at: string | null }): {
  startedAt?: string;
  endedAt?: string;
} {
  return {
    ...(started_at === null ? {} : { startedAt: new Date(started_at).toISOString() }),
    ...(ended_at === null ? {} : { endedAt: new Date(ended_at).toISOString() }),
  };
}
