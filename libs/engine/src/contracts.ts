import type { Kysely, RawBuilder, Transaction } from 'kysely';

/** JSON as it is stored: what goes in comes out alike. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A run's life. Terminal states are SUCCEEDED, FAILED and CANCELED. */
export type RunState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';
export type StepState = 'PENDING' | 'RUNNING' | 'WAITING' | 'SUCCEEDED' | 'SKIPPED' | 'FAILED' | 'CANCELED';

/** Who must act on a failure, and whether trying the same thing again can help. */
export interface FailureView {
  readonly code: string;
  readonly message: string;
  readonly httpStatus?: number;
  readonly target?: string;
  /** Azure's nested details, as they came. */
  readonly details?: Json;
  readonly requestIds?: Readonly<Record<string, string>>;
  readonly retryable: boolean;
  readonly mustAct: 'NOBODY' | 'USER' | 'OPERATOR';
}

/** What a step knows: the frozen input of its run and what earlier steps put out. */
export interface StepContext<I> {
  readonly runId: string;
  /** The name people know the run by: a cluster, an ingress gateway. */
  readonly subject: string;
  readonly input: I;
  /** Outputs of the settled steps by step name. For an ARM step: the resource as read back. */
  readonly outputs: Readonly<Record<string, Json>>;
}

/** One resource to bring about, to change, or to remove, by exactly one accepted write. */
export interface ArmEffect {
  readonly method: 'PUT' | 'DELETE' | 'POST';
  /** With POST: what is done to the resource, such as `upgradeNodeImageVersion`. `compare` says whether it is done already. */
  readonly action?: string;
  /** Full ARM id, `/subscriptions/...`. Names are decided before the first call, so a repeat meets the same resource. */
  readonly resourceId: string;
  readonly apiVersion: string;
  /** The body to PUT. The engine adds the ownership tags (`podspan-run`, `podspan-spec-hash`) where the type takes tags. */
  readonly body?: Json;
  /**
   * Pure, in place of `body`: makes the body from what exists, so that nothing others have set is lost (QUO-34). The resource must
   * exist, and `compare` says when it is as wanted.
   */
  readonly change?: (existing: Json) => Json;
  /**
   * Pure. Compares what exists with what is wanted. `equal`: nothing to do. `update`: PUT with If-Match.
   * `foreign`: somebody else's, stop with `name_taken`. Defaults to: ours by tag -> equal, else foreign.
   */
  readonly compare?: (existing: Json) => 'equal' | 'update' | 'foreign';
  /** Whether more than one run may want the same resource (a resource group, a VNet): existing is then equal, not foreign. */
  readonly shared?: boolean;
  /**
   * The name is made of everything that is wanted (a role assignment's GUID): what exists under it can only be the same, so it is
   * sent without a look.
   */
  readonly namedByContent?: boolean;
  /** With `change`: the resource stays another's, so it is sent with the tags that the body has and not marked as ours. */
  readonly keepsTags?: boolean;
}

export interface ArmStep<I> {
  readonly kind: 'arm';
  readonly name: string;
  /** Shown to people: `node subnet`. */
  readonly title: string;
  /** Only one operation with this key is under way at a time: the VNet's id, the identity's id. */
  readonly lockKey?: (context: StepContext<I>) => string;
  /** Pure. `undefined` skips the step. */
  readonly effect: (context: StepContext<I>) => ArmEffect | undefined;
}

/** Work that is not one ARM write: a call to another service, a check. Must be idempotent: it may run twice. */
export interface TaskStep<I> {
  readonly kind: 'task';
  readonly name: string;
  readonly title: string;
  readonly run: (context: StepContext<I>) => Promise<TaskOutcome>;
}

export type TaskOutcome =
  | { readonly state: 'DONE'; readonly output?: Json }
  /** There was nothing to do. */
  | { readonly state: 'SKIPPED' }
  | { readonly state: 'WAIT'; readonly seconds: number; readonly reason: string }
  | { readonly state: 'FAILED'; readonly failure: FailureView };

export type Step<I> = ArmStep<I> | TaskStep<I>;

/** A fixed list of steps, run in order. `version` is stored with each run, so a new release can finish an old run. */
export interface Program<I> {
  readonly name: string;
  readonly version: number;
  readonly steps: readonly Step<I>[];
}

export interface NewRun {
  /** UUIDv7, chosen by the caller. A second start with the same id is a no-op. */
  readonly id: string;
  readonly program: string;
  readonly subject: string;
  readonly input: Json;
  /** For the throttle buckets. */
  readonly subscriptionId: string;
  readonly region: string;
  /** The W3C trace the run belongs to; by default the one under way. */
  readonly traceparent?: string | undefined;
}

/** Told inside the transaction that changes the state, so what the listener writes commits or falls with it. */
export interface RunListener {
  onStep?(trx: EngineTransaction, change: StepChange): Promise<void>;
  /**
   * Exactly what `onStep` would write, as parts of the engine's own statement: it spares the transaction. Each part reads from
   * the relation named `changed`, which has one row if the change happens and none otherwise.
   */
  stepParts?(change: StepChange): readonly SqlPart[];
  onRun?(trx: EngineTransaction, change: RunChange): Promise<void>;
  /** `onRun` is for runs that end: then the first move of a run, too, needs no transaction. */
  readonly endsOnly?: boolean;
  /** The queue had lost its jobs (Redis was flushed or replaced) and `alarms` of them were set again. */
  onQueueRebuilt?(trx: EngineTransaction, alarms: number): Promise<void>;
}

/** One member of a WITH clause. `name` begins with the feature's name, so that no two meet. */
export interface SqlPart {
  readonly name: string;
  readonly statement: RawBuilder<unknown>;
}

export interface StepChange {
  readonly runId: string;
  readonly program: string;
  readonly step: string;
  readonly title: string;
  readonly from: StepState;
  readonly to: StepState;
  readonly waitingFor?: string;
  readonly failure?: FailureView;
  /** Such as `operation.adopted`, `operation.stale_fence`. */
  readonly note?: string;
}

export interface RunChange {
  readonly runId: string;
  readonly program: string;
  readonly subject: string;
  readonly from: RunState;
  readonly to: RunState;
  readonly outputs: Readonly<Record<string, Json>>;
  readonly failure?: FailureView;
}

/** The service's own transaction; the engine's tables live in the same schema. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each service has its own Database type; the engine touches only its own tables
export type EngineTransaction = Transaction<any> | Kysely<any>;

/** A job of the feature's own, run through the same outbox and queue: fleet's `dispatch`. It may ring twice or late. */
export interface JobHandler {
  readonly name: string;
  handle(subjectId: string): Promise<void>;
}

export interface RunView {
  readonly id: string;
  readonly program: string;
  readonly subject: string;
  readonly state: RunState;
  readonly steps: readonly StepView[];
  readonly failure?: FailureView;
  readonly outputs: Readonly<Record<string, Json>>;
}

export interface StepView {
  readonly name: string;
  readonly title: string;
  readonly state: StepState;
  readonly waitingFor?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly attempts: number;
  readonly failure?: FailureView;
  readonly operations: readonly OperationView[];
}

export interface OperationView {
  readonly id: string;
  readonly method: string;
  readonly resourceId: string;
  readonly clientRequestId: string;
  readonly httpStatus?: number;
  readonly state: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** What features call. All writes take the caller's transaction: the run starts if and only if that commits. */
export interface Engine {
  start(trx: EngineTransaction, run: NewRun): Promise<void>;
  /** Not started steps are canceled; what is in flight is finished (`FINISH`) or aborted (`ABORT`). */
  cancel(trx: EngineTransaction, runId: string, mode: 'ABORT' | 'FINISH'): Promise<void>;
  /** A failed or canceled run goes on from its first step that did not succeed, with the same frozen input. */
  retry(trx: EngineTransaction, runId: string): Promise<void>;
  view(runIds: readonly string[]): Promise<readonly RunView[]>;
  /** Rings a feature's job through the outbox once the transaction commits. */
  ring(trx: EngineTransaction, job: string, subjectId: string, delayMs?: number): Promise<void>;
}
