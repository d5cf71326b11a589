import type { EngineRef, JobHandler, Json } from '@podspan/engine';
import { withReach } from '@podspan/platform';
import { sql } from 'kysely';
import { admitItem } from './admit-item.js';
import type { Db, ItemRow, RolloutRow, WaveCountRow } from '../database.js';
import { type Decision, decide, type WaveCounts } from '../domain/decide.js';
import { isChange } from '../domain/actions.js';
import type { ClusterState } from '../domain/states.js';
import { openWindows, type Windows } from '../domain/maintenance-windows.js';
import { Strategy } from '../domain/rollout-request.js';
import { type ShutOut, shutOut, type Why, whyItWaits, withGates } from './why-it-waits.js';
import { heldAtGates } from '../migrate-ingress/item-gates.js';
import { cancelRuns } from './cancel-runs.js';
import { dispatchJob } from './jobs.js';
import { appendEvents, type NewEvent } from '../rollouts/events.repository.js';
import { etaOf } from './forecast.js';
import { RolloutsRepository } from '../rollouts/rollouts.repository.js';

/**
 * Decides what a rollout does next and does it in one transaction: opens and settles waves, admits items, ends the rollout.
 * It only looks at what is, so it may ring twice, late, or in two processes at once.
 */
export class DispatchRollout implements JobHandler {
  readonly name = dispatchJob;

  constructor(
    private readonly db: Db,
    private readonly engines: EngineRef,
    private readonly rollouts: RolloutsRepository,
    private readonly speed = 1,
  ) {}

  async handle(rolloutId: string): Promise<void> {
    const rollout = await withReach(undefined, () => this.db.transaction().execute((trx) => this.#decide(trx, rolloutId)));
    if (rollout?.cancel_mode) await cancelRuns(this.db, this.engines, rollout);
  }

  async #decide(trx: Db, rolloutId: string): Promise<RolloutRow | undefined> {
    const rollout = await this.rollouts.lock(trx, rolloutId);
    if (rollout.lifecycle === 'DONE') return undefined;
    const waves = await this.rollouts.waves([rolloutId], trx);
    const now = await databaseNow(trx);
    const decision = decide(snapshotOf(rollout, waves, now));
    const events = await this.#apply(trx, rollout, waves, decision);
    const { maintenanceWindows = [] } = Strategy.parse(rollout.request.strategy ?? {});
    const windows = openWindows(maintenanceWindows, now);
    const admitted = decision.admitFrom === undefined ? [] : await this.#admit(trx, rollout, decision.admitFrom, windows.open);
    const shut = decision.admitFrom === undefined ? undefined : await shutOut(trx, rollout, decision.admitFrom, windows);
    const why = await this.#save(trx, rollout, decision, { shut, now, windows });
    await appendEvents(trx, rolloutId, [...events, ...admitted.map(startedEvent(waves)), ...lifecycleEvents(rollout, decision, why)]);
    const wakeAt = decision.wakeAt ?? shut?.until;
    if (wakeAt !== undefined) await this.engines.engine.ring(trx, dispatchJob, rolloutId, Math.max(0, wakeAt - now));
    return rollout;
  }

  async #apply(trx: Db, rollout: RolloutRow, waves: readonly WaveCountRow[], { settle, open, hold }: Decision): Promise<NewEvent[]> {
    const named = (index: number): string => waves[index]?.name ?? '';
    // A retry woke it up again.
    const woken = waves
      .filter(({ settled_at: settled, pending, running }) => settled !== null && pending + running > 0)
      .map(({ index }) => index);
    if (woken.length > 0)
      await sql`update wave set settled_at = null where rollout_id = ${rollout.id} and index = any(${woken})`.execute(trx);
    if (settle.length > 0)
      await sql`update wave set settled_at = clock_timestamp() where rollout_id = ${rollout.id} and index = any(${settle})`.execute(trx);
    if (open !== undefined)
      await sql`update wave set opened_at = clock_timestamp() where rollout_id = ${rollout.id} and index = ${open}`.execute(trx);
    if (hold) await sql`update item set held = true where rollout_id = ${rollout.id} and state = 'PENDING'`.execute(trx);
    return [
      ...settle.map((index): NewEvent => ({ type: 'wave.settled', wave: named(index) })),
      ...(open === undefined ? [] : [{ type: 'wave.opened', wave: named(open) }]),
    ];
  }

  async #admit(trx: Db, rollout: RolloutRow, wave: number, open: readonly number[]): Promise<readonly ItemRow[]> {
    const admitted: ItemRow[] = [];
    for (let item = await admitItem(trx, rollout.id, wave, open); item; item = await admitItem(trx, rollout.id, wave, open)) {
      await this.#start(trx, rollout, item);
      admitted.push(item);
    }
    return admitted;
  }

  async #start(trx: Db, rollout: RolloutRow, item: ItemRow): Promise<void> {
    const { engine } = this.engines;
    if (item.run_started) await engine.retry(trx, item.id);
    else {
      await engine.start(trx, {
        id: item.id,
        program: item.program,
        subject: item.cluster,
        input: item.input as unknown as Json,
        subscriptionId: item.subscription_id,
        region: item.region,
        traceparent: rollout.traceparent ?? undefined,
      });
      await sql`update item set run_started = true where id = ${item.id}`.execute(trx);
    }
    await sql`update cluster set state = ${stateUnderWay(item.input)}, updated_at = clock_timestamp() where name = ${item.cluster}`.execute(
      trx,
    );
  }

  async #save(
    trx: Db,
    rollout: RolloutRow,
    decision: Decision,
    { shut, now, windows }: { readonly shut: ShutOut | undefined; readonly now: number; readonly windows: Windows },
  ): Promise<Why> {
    const { outcome } = decision;
    const waves = await this.rollouts.waves([rollout.id], trx);
    const gates = rollout.action === 'MIGRATE_INGRESS' ? await heldAtGates(trx, rollout.id) : [];
    const why = withGates(whyItWaits(rollout, waves, decision, shut), waves, gates);
    const { lifecycle, text, waiting } = why;
    const eta = lifecycle === 'DONE' ? undefined : await etaOf(trx, rollout, waves, { now, windows, speed: this.speed });
    const changed = lifecycle !== rollout.lifecycle;
    await sql`
      update rollout set lifecycle = ${lifecycle}, outcome = ${outcome ?? null}, waiting_for = ${text ?? null},
        waiting = ${waiting === undefined ? null : JSON.stringify(waiting)}::jsonb,
        eta_earliest = case when ${eta !== undefined} then clock_timestamp() + make_interval(secs => ${eta?.earliestSeconds ?? 0}) end,
        eta_latest = case when ${eta !== undefined} then clock_timestamp() + make_interval(secs => ${eta?.latestSeconds ?? 0}) end,
        version = version + ${changed ? 1 : 0},
        started_at = coalesce(started_at, clock_timestamp()),
        ended_at = case when ${lifecycle === 'DONE'} then clock_timestamp() end
      where id = ${rollout.id}
    `.execute(trx);
    return why;
  }
}

function stateUnderWay(input: ItemRow['input']): ClusterState {
  if (!isChange(input)) return 'CREATING';
  return input.action === 'DELETE' ? 'DELETING' : 'UPDATING';
}

export function snapshotOf(rollout: RolloutRow, waves: readonly WaveCountRow[], now: number): Parameters<typeof decide>[0] {
  return {
    paused: rollout.paused_by !== null,
    pausedBy: rollout.paused_by ?? undefined,
    cancel: rollout.cancel_mode ?? undefined,
    rejectedBy: rollout.rejected_by ?? undefined,
    maxFailures: rollout.max_failures,
    failureMode: rollout.failure_mode,
    startAt: rollout.starts_at?.getTime(),
    waves: waves.map(countsOf),
    now,
  };
}

export function countsOf(wave: WaveCountRow): WaveCounts {
  const { index, name, pending, held, running, succeeded, failed, canceled, skipped, approval } = wave;
  return {
    index,
    name,
    pending,
    held,
    running,
    succeeded,
    failed,
    canceled,
    skipped,
    approval,
    countedFailures: wave.counted_failures,
    maxFailures: wave.max_failures ?? undefined,
    soakSeconds: wave.soak_seconds,
    approvedAt: wave.approved_at?.getTime(),
    notBefore: wave.not_before?.getTime(),
    openedAt: wave.opened_at?.getTime(),
    settledAt: wave.settled_at?.getTime(),
  };
}

function startedEvent(waves: readonly WaveCountRow[]): (item: ItemRow) => NewEvent {
  return (item) => ({ type: 'item.started', cluster: item.cluster, wave: waves[item.wave]?.name ?? '', data: { attempt: item.attempt } });
}

function lifecycleEvents(rollout: RolloutRow, { outcome }: Decision, { lifecycle, text: waitingFor }: Why): NewEvent[] {
  if (lifecycle === 'DONE') return [{ type: 'rollout.done', data: { lifecycle, outcome } }];
  if (lifecycle === rollout.lifecycle) return [];
  return [{ type: 'rollout.lifecycle', data: { from: rollout.lifecycle, lifecycle, waitingFor } }];
}

export async function databaseNow(trx: Db): Promise<number> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  return rows[0]?.now.getTime() ?? 0;
}
