import { failureMembers, type FailureView, type OperationView, type RunView } from '@podspan/engine';
import { Instant } from '@podspan/platform';
import { z } from 'zod';
import type { EventRow, ItemRow, RolloutRow, WaveCountRow } from '../database.js';
import { NumberOrPercent } from '../domain/cluster-spec.js';
import { type Waiting, waitKinds } from '../domain/decide.js';
import { actions, MaintenanceWindow, Strategy, WaveSpec } from '../domain/rollout-request.js';

const MustAct = z.enum(['NOBODY', 'USER', 'OPERATOR']).meta({ id: 'MustAct' });
export const ActionName = z.enum(actions).meta({ id: 'RolloutAction' });

export const RolloutCounts = z
  .object({ total: z.int(), pending: z.int(), running: z.int(), succeeded: z.int(), failed: z.int(), canceled: z.int(), skipped: z.int() })
  .meta({ id: 'RolloutCounts' });

export const WaveView = z
  .object({
    index: z.int(),
    name: z.string(),
    state: z.enum(['PENDING', 'RUNNING', 'DONE']),
    counts: RolloutCounts,
    maxConcurrency: z.int().nullable(),
    maxFailures: z.int().nullable(),
    soakSeconds: z.int(),
    approval: z.boolean(),
    notBefore: Instant.nullable(),
    approvedBy: z.string().nullable(),
    approvedAt: Instant.nullable(),
    openedAt: Instant.nullable(),
    settledAt: Instant.nullable(),
  })
  .meta({ id: 'Wave' });

export const WaitingView = z
  .object({
    kind: z.enum(waitKinds).meta({ id: 'RolloutWaitKind' }),
    wave: z.string().nullable(),
    until: Instant.nullable().describe('Where time alone ends it'),
    facts: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'RolloutWaiting' });

export const RolloutView = z
  .object({
    id: z.string(),
    name: z.string(),
    action: ActionName,
    lifecycle: z.enum(['PENDING', 'RUNNING', 'WAITING', 'PAUSED', 'STOPPING', 'DONE']).meta({ id: 'RolloutLifecycle' }),
    outcome: z.enum(['SUCCEEDED', 'SUCCEEDED_WITH_FAILURES', 'FAILED', 'CANCELED']).meta({ id: 'RolloutOutcome' }).nullable(),
    /** Why it does not go on faster. Null once it is over. */
    waitingFor: z.string().nullable(),
    /** The same for machines. */
    waiting: WaitingView.nullable(),
    counts: RolloutCounts,
    eta: z.object({ earliest: Instant, latest: Instant }).meta({ id: 'Eta' }).nullable(),
    waves: z.array(WaveView),
    strategy: z
      .object({
        waves: z.array(WaveSpec).optional(),
        maxConcurrency: NumberOrPercent,
        maxConcurrencyPerSubscription: NumberOrPercent.optional(),
        maxConcurrencyPerRegion: NumberOrPercent.optional(),
        maxConcurrencyPerNetwork: NumberOrPercent.optional(),
        startAt: Instant.optional(),
        maintenanceWindows: z.array(MaintenanceWindow).optional(),
        maxFailures: NumberOrPercent,
        failureMode: z.enum(['STRICT', 'FAST']).meta({ id: 'RolloutFailureMode' }),
        onCancel: z.enum(['ABORT', 'FINISH']).meta({ id: 'RolloutOnCancel' }),
      })
      .meta({ id: 'RolloutStrategyView' }),
    addressPlan: z.string(),
    specHash: z.string(),
    version: z.int(),
    createdBy: z.string(),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
    /** Sequence of the last event so far. */
    lastSequence: z.int(),
  })
  .meta({ id: 'Rollout' });
export type RolloutView = z.infer<typeof RolloutView>;

export const FailureSchema = z.object({ ...failureMembers, mustAct: MustAct }).meta({ id: 'Failure' });

export const ItemView = z
  .object({
    id: z.string(),
    cluster: z.string(),
    wave: z.string(),
    state: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED']).meta({ id: 'ItemState' }),
    attempt: z.int(),
    step: z.string().nullable(),
    stepTitle: z.string().nullable(),
    waitingFor: z.string().nullable(),
    mustAct: MustAct.nullable(),
    lastError: FailureSchema.nullable(),
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'RolloutItem' });
export type ItemView = z.infer<typeof ItemView>;

const OperationSchema = z
  .object({
    id: z.string(),
    method: z.string(),
    resourceId: z.string(),
    clientRequestId: z.string(),
    httpStatus: z.int().optional(),
    state: z.string(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
  })
  .meta({ id: 'Operation' });

const StepSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    state: z.enum(['PENDING', 'RUNNING', 'WAITING', 'SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED']).meta({ id: 'StepState' }),
    waitingFor: z.string().optional(),
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    /** From its start to its end, or to now. */
    seconds: z.number().nullable(),
    attempts: z.int(),
    failure: FailureSchema.optional(),
    operations: z.array(OperationSchema),
  })
  .meta({ id: 'Step' });

export const ItemDetails = ItemView.extend({ steps: z.array(StepSchema) }).meta({ id: 'RolloutItemDetails' });
export type ItemDetails = z.infer<typeof ItemDetails>;

export const EventView = z
  .object({
    sequence: z.int(),
    at: Instant,
    type: z.string(),
    cluster: z.string().nullable(),
    wave: z.string().nullable(),
    data: z.unknown(),
  })
  .meta({ id: 'RolloutEvent' });
export type EventView = z.infer<typeof EventView>;

export function rolloutView(row: RolloutRow, waves: readonly WaveCountRow[]): RolloutView {
  return {
    id: row.id,
    name: row.name,
    action: row.action,
    lifecycle: row.lifecycle,
    outcome: row.outcome,
    waitingFor: row.lifecycle === 'DONE' ? null : (row.waiting_for ?? 'the first dispatch'),
    waiting: row.lifecycle === 'DONE' ? null : waitingView(row.waiting ?? { kind: 'FIRST_DISPATCH' }),
    counts: countsView(waves),
    eta: row.eta_earliest && row.eta_latest ? { earliest: row.eta_earliest.toISOString(), latest: row.eta_latest.toISOString() } : null,
    waves: waves.map(waveView),
    strategy: Strategy.parse(row.request.strategy ?? {}),
    addressPlan: row.address_plan,
    specHash: row.spec_hash,
    version: row.version,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    lastSequence: Number(row.last_sequence),
  };
}

function waitingView({ kind, wave, until, facts }: Waiting): z.infer<typeof WaitingView> {
  return { kind, wave: wave ?? null, until: until === undefined ? null : new Date(until).toISOString(), facts: { ...facts } };
}

export function etagOf({ version }: Pick<RolloutRow, 'version'>): string {
  return `"${version}"`;
}

function waveView(wave: WaveCountRow): RolloutView['waves'][number] {
  return {
    index: wave.index,
    name: wave.name,
    state: wave.opened_at === null ? 'PENDING' : wave.settled_at === null ? 'RUNNING' : 'DONE',
    counts: countsView([wave]),
    maxConcurrency: wave.max_concurrency,
    maxFailures: wave.max_failures,
    soakSeconds: wave.soak_seconds,
    approval: wave.approval,
    notBefore: iso(wave.not_before),
    approvedBy: wave.approved_by,
    approvedAt: iso(wave.approved_at),
    openedAt: iso(wave.opened_at),
    settledAt: iso(wave.settled_at),
  };
}

function countsView(waves: readonly WaveCountRow[]): z.infer<typeof RolloutCounts> {
  const sum = (pick: (wave: WaveCountRow) => number): number => waves.reduce((total, wave) => total + pick(wave), 0);
  const counts = {
    pending: sum(({ pending, held }) => pending + held),
    running: sum(({ running }) => running),
    succeeded: sum(({ succeeded }) => succeeded),
    failed: sum(({ failed }) => failed),
    canceled: sum(({ canceled }) => canceled),
    skipped: sum(({ skipped }) => skipped),
  };
  return { total: Object.values(counts).reduce((total, count) => total + count, 0), ...counts };
}

type ListedItemRow = ItemRow & { readonly wave_name: string; readonly wave_opened?: boolean };

export function itemView(item: ListedItemRow): ItemView {
  return {
    id: item.id,
    cluster: item.cluster,
    wave: item.wave_name,
    state: item.state,
    attempt: item.attempt,
    step: item.step,
    stepTitle: item.step_title,
    waitingFor: item.waiting_for ?? itemWait(item),
    mustAct: item.failure?.mustAct ?? null,
    lastError: item.failure === null ? null : failureView(item.failure),
    startedAt: iso(item.started_at),
    endedAt: iso(item.ended_at),
  };
}

export function itemDetails(item: ListedItemRow, run: RunView | undefined, now = Date.now()): ItemDetails {
  const steps = (run?.steps ?? []).map(({ operations, failure, ...step }) => ({
    ...step,
    seconds: secondsOf(step.startedAt, step.endedAt, now),
    operations: operations.map((operation: OperationView) => ({ ...operation })),
    ...(failure ? { failure: failureView(failure) } : {}),
  }));
  return { ...itemView(item), steps };
}

/** What has not started always says why. */
function itemWait({ state, held, wave_opened: opened, wave_name: wave, windows }: ListedItemRow): string | null {
  if (state !== 'PENDING') return null;
  if (held) return 'the failure budget: retry or resume the rollout';
  if (opened === false) return `wave '${wave}' to open`;
  return windows.length > 0 ? 'its maintenance window, or a free slot of the rollout' : 'a free slot of the rollout';
}

function secondsOf(from: string | undefined, to: string | undefined, now: number): number | null {
  if (from === undefined) return null;
  return Math.max(0, ((to === undefined ? now : Date.parse(to)) - Date.parse(from)) / 1_000);
}

function failureView({ requestIds, ...failure }: FailureView): z.infer<typeof FailureSchema> {
  return { ...failure, ...(requestIds ? { requestIds: { ...requestIds } } : {}) };
}

export function eventView(row: EventRow): EventView {
  return { sequence: Number(row.sequence), at: row.at.toISOString(), type: row.type, cluster: row.cluster, wave: row.wave, data: row.data };
}

export function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
