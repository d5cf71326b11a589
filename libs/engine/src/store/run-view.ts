import { sql } from 'kysely';
import type { EngineTransaction, FailureView, Json, OperationView, RunState, RunView, StepState, StepView } from '../contracts.js';

interface RunRow {
  readonly id: string;
  readonly program: string;
  readonly subject: string;
  readonly state: RunState;
  readonly failure: FailureView | null;
}

interface StepRow {
  readonly run_id: string;
  readonly ordinal: number;
  readonly name: string;
  readonly title: string;
  readonly state: StepState;
  readonly waiting_for: string | null;
  readonly attempts: number;
  readonly failure: FailureView | null;
  readonly output: Json | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

interface OperationRow {
  readonly run_id: string;
  readonly ordinal: number;
  readonly id: string;
  readonly method: string;
  readonly resource_id: string;
  readonly client_request_id: string;
  readonly http_status: number | null;
  readonly state: string;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

/** Runs as people see them, in the order of the ids given; ids that do not exist are left out. */
export async function viewRuns(db: EngineTransaction, runIds: readonly string[]): Promise<readonly RunView[]> {
  if (runIds.length === 0) return [];
  const ids = sql`${[...runIds]}::uuid[]`;
  const [runs, steps, operations] = await Promise.all([
    sql<RunRow>`select id, program, subject, state, failure from run where id = any(${ids})`.execute(db),
    sql<StepRow>`select * from step where run_id = any(${ids}) order by run_id, ordinal`.execute(db),
    sql<OperationRow>`
      select run_id, ordinal, id, method, resource_id, client_request_id, http_status, state, started_at, ended_at
      from operation where run_id = any(${ids}) order by id`.execute(db),
  ]);
  const found = new Map(runs.rows.map((row) => [row.id, row]));
  const stepsOf = byRun(steps.rows);
  const operationsOf = byRun(operations.rows);
  return runIds.flatMap((id) => {
    const row = found.get(id);
    return row ? [asRun(row, stepsOf.get(id) ?? [], operationsOf.get(id) ?? [])] : [];
  });
}

function byRun<Row extends { readonly run_id: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.run_id);
    if (group) group.push(row);
    else groups.set(row.run_id, [row]);
  }
  return groups;
}

function asRun(row: RunRow, steps: readonly StepRow[], operations: readonly OperationRow[]): RunView {
  const settled = steps.filter(({ state, output }) => state === 'SUCCEEDED' && output !== null);
  return {
    id: row.id,
    program: row.program,
    subject: row.subject,
    state: row.state,
    steps: steps.map((step) => asStep(step, operations.filter(({ ordinal }) => ordinal === step.ordinal))),
    outputs: Object.fromEntries(settled.map(({ name, output }) => [name, output])),
    ...(row.failure === null ? {} : { failure: row.failure }),
  };
}

function asStep(row: StepRow, operations: readonly OperationRow[]): StepView {
  return {
    name: row.name,
    title: row.title,
    state: row.state,
    attempts: row.attempts,
    operations: operations.map(asOperation),
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

function between({ started_at, ended_at }: { readonly started_at: Date | null; readonly ended_at: Date | null }): { startedAt?: string; endedAt?: string } {
  return {
    ...(started_at === null ? {} : { startedAt: started_at.toISOString() }),
    ...(ended_at === null ? {} : { endedAt: ended_at.toISOString() }),
  };
}
