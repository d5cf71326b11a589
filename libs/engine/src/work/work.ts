import { sql } from 'kysely';
import type { EngineTransaction, Json, RunState, Step, StepContext, StepState } from '../contracts.js';
import type { AnyProgram } from '../options.js';
import type { Parts } from '../parts.js';
import { type Lease, type OpenOperation, StaleLease } from '../store/leases.js';
import { partsOf, type QuickStep } from '../store/quick-moves.js';
import { moveRun, moveStep, readOutputs, type RunAt, type StepAt, stepChange, type StepPatch, tellStep } from '../store/transitions.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a stored run's input has the type its program gave it
export type AnyStep = Step<any>;
export type CancelMode = 'ABORT' | 'FINISH' | null;

/** One run in the hands of this process, from taking the lease to giving it back. */
export class Work {
  readonly parts: Parts;
  readonly lease: Lease;
  readonly program: AnyProgram;
  position: number;
  stepState: StepState;
  waitingFor: string | null;
  operation: OpenOperation | null;
  /** Of the current step, once it is computed. */
  lockKey: string | undefined;
  /** Whether the lock of the current step has gone to the next run. */
  turnPassed = false;
  troubles: number;
  troubledSeconds: number;
  #runState: RunState;
  #outputs: Readonly<Record<string, Json>> | undefined;
  #next: string | undefined;
  /** Milliseconds after which this process visits the run again. */
  #againMs: number | undefined;

  constructor(parts: Parts, lease: Lease, program: AnyProgram) {
    this.parts = parts;
    this.lease = lease;
    this.program = program;
    this.position = lease.position;
    this.stepState = lease.step.state;
    this.waitingFor = lease.step.waitingFor;
    this.operation = lease.operation;
    this.troubles = lease.step.troubles;
    this.troubledSeconds = lease.step.troubledSeconds ?? 0;
    this.#runState = lease.runState;
    this.#outputs = lease.outputs ?? undefined;
  }

  get step(): AnyStep {
    const step = this.program.steps[this.position];
    if (!step) throw new Error(`program ${this.program.name}@${this.program.version} has no step ${this.position}`);
    return step;
  }

  get isLastStep(): boolean {
    return this.position === this.program.steps.length - 1;
  }

  async context(): Promise<StepContext<Json>> {
    this.#outputs ??= await readOutputs(this.parts.db, this.lease.runId);
    return { runId: this.lease.runId, subject: this.lease.subject, input: this.lease.input, outputs: this.#outputs };
  }

  get knowsOutputs(): boolean {
    return this.#outputs !== undefined;
  }

  /**
   * One transaction that holds only while the lease is ours; it is told whether somebody wants the run canceled. It prolongs the
   * lease, so that whoever waits to take over sees that something has changed.
   * @throws StaleLease when another process has taken over
   */
  async change<T>(write: (trx: EngineTransaction, cancelMode: CancelMode) => Promise<T>): Promise<T> {
    this.#next = undefined;
    const result = await this.parts.db.transaction().execute(async (trx: EngineTransaction) => {
      const { rows } = await sql<{ cancel_mode: CancelMode }>`/* keep */
        update run set lease_until = clock_timestamp() + make_interval(secs => ${this.parts.tuning.leaseSeconds})
        where id = ${this.lease.runId} and fence = ${this.lease.fence} returning cancel_mode`.execute(trx);
      const row = rows[0];
      if (!row) throw new StaleLease(this.lease.runId);
      return write(trx, row.cancel_mode);
    });
    if (this.#next !== undefined) this.parts.visit(this.#next, 0);
    return result;
  }

  /** Whose turn it is with a lock that the transaction under way sets free: it need not wait for its alarm. */
  handOverTo(runId: string | undefined): void {
    this.#next = runId;
  }

  /** The run was given back, or is being given back by the transaction under way. */
  visitAgainIn(milliseconds: number): void {
    this.#againMs = milliseconds;
  }

  get againMs(): number | undefined {
    return this.#againMs;
  }

  /** Moves the current step, and the run out of PENDING with its first step. */
  async move(trx: EngineTransaction, patch: StepPatch): Promise<void> {
    if (this.#runState === 'PENDING') await this.moveRun(trx, 'RUNNING');
    await moveStep(trx, this.parts, this.stepAt(), patch);
    this.moved(patch);
  }

  /** The current step is stored as `patch` has it. */
  moved({ to, waitingFor, note, attempts }: StepPatch): void {
    if (note !== undefined) this.parts.meter.noted(note);
    this.stepState = to;
    this.waitingFor = waitingFor ?? null;
    if (this.#runState === 'PENDING') this.#runState = 'RUNNING';
    if (to !== 'RUNNING' || attempts === 1) return;
    this.troubles = 0;
    this.troubledSeconds = 0;
  }

  /** The code with which Azure refused the current step the last time, if nothing has got on since. */
  get refusedWith(): string | undefined {
    return this.troubles > 0 && this.position === this.lease.position ? this.lease.step.failure?.code : undefined;
  }

  /** What a move of the current step as one statement needs, where that is possible. */
  quick(patch: StepPatch): QuickStep | undefined {
    const begins = this.#runState === 'PENDING';
    if (begins && this.parts.listeners.some((listener) => listener.onRun && !listener.endsOnly)) return undefined;
    const at = this.stepAt();
    const change = stepChange(at, patch);
    const parts = partsOf(this.parts.listeners, change);
    return parts && { at, fence: this.lease.fence, leaseSeconds: this.parts.tuning.leaseSeconds, begins, change, parts };
  }

  async moveRun(trx: EngineTransaction, to: RunState, failure?: Parameters<typeof moveRun>[4]): Promise<void> {
    await moveRun(trx, this.parts, this.runAt(), to, failure);
    this.#runState = to;
  }

  /** A remark about the current step, whose state stays. */
  async note(trx: EngineTransaction, note: string): Promise<void> {
    const { runId, program, name, title, from } = this.stepAt();
    this.parts.meter.noted(note);
    await tellStep(trx, this.parts, { runId, program, step: name, title, from, to: from, note });
  }

  async goToNextStep(trx: EngineTransaction): Promise<void> {
    await sql`update run set position = position + 1 where id = ${this.lease.runId}`.execute(trx);
  }

  /** The current step is settled and stored; go on with the next. `before`: outputs of the steps before, if they were read. */
  advance(output: Json | undefined, before: Readonly<Record<string, Json>> | undefined = this.#outputs): void {
    this.#outputs = before && (output === undefined ? before : { ...before, [this.step.name]: output });
    if (this.#runState === 'PENDING') this.#runState = 'RUNNING';
    this.position += 1;
    this.stepState = 'PENDING';
    this.waitingFor = null;
    this.operation = null;
    this.lockKey = undefined;
    this.turnPassed = false;
    this.troubles = 0;
    this.troubledSeconds = 0;
  }

  private stepAt(): StepAt {
    const { name, title } = this.step;
    return { runId: this.lease.runId, program: this.program.name, ordinal: this.position, name, title, from: this.stepState };
  }

  private runAt(): RunAt {
    return { runId: this.lease.runId, program: this.program.name, subject: this.lease.subject, from: this.#runState };
  }
}
