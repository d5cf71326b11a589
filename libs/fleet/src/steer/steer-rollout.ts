import type { EngineRef } from '@podspan/engine';
import { Conflict, DomainError, InvalidRequest, NotFound } from '@podspan/errors';
import { audit, type CallContext, checkIfMatch, runWrite, WriteResult } from '@podspan/platform';
import { sql } from 'kysely';
import { abortProblems } from '../request/check-change-request.js';
import type { Db, RolloutRow } from '../database.js';
import type { CancelMode } from '../domain/states.js';
import { decide } from '../domain/decide.js';
import { databaseNow, snapshotOf } from '../dispatch/dispatch-rollout.js';
import { dispatchJob, releaseJob } from '../dispatch/jobs.js';
import { appendEvents, type NewEvent } from '../rollouts/events.repository.js';
import { giveBack } from '../give-back/give-back.js';
import { decidePoint, type PointAnswer, pointOf } from '../migrate-ingress/decide-gates.js';
import { forgetRefusals } from '../migrate-ingress/item-gates.js';
import type { RolloutsRepository } from '../rollouts/rollouts.repository.js';
import { etagOf, rolloutView, type RolloutView } from '../rollouts/views.js';

export type GateAnswer = PointAnswer;

export interface SkipRequest {
  readonly clusters?: readonly string[] | undefined;
  readonly wave?: string | undefined;
}

/** What a decision changed; nothing when it was decided like that before. */
type Change = readonly NewEvent[] | undefined;

/** The decisions of people about a rollout. Each is one transaction, safe to repeat, and only says what is wanted: the dispatch does it. */
export class SteerRollout {
  constructor(
    private readonly db: Db,
    private readonly rollouts: RolloutsRepository,
    private readonly engines: EngineRef,
  ) {}

  /** Starts nothing new; what is in flight goes on. */
  pause(key: string, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'paused', async (trx, rollout) => {
      refuseWhenDone(rollout, 'paused');
      if (rollout.paused_by !== null) return undefined;
      await sql`update rollout set paused_by = ${call.actor.subject} where id = ${rollout.id}`.execute(trx);
      return [];
    });
  }

  /** Goes on after a pause; or, after the failure budget stopped the rollout, accepts the failures and starts what was not started. */
  resume(key: string, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'resumed', async (trx, rollout) => {
      const { rows } = await sql`select 1 from item where rollout_id = ${rollout.id} and held limit 1`.execute(trx);
      const held = rows.length > 0;
      if (rollout.lifecycle === 'DONE' && !held) throw over(rollout, 'resumed');
      if (rollout.paused_by === null && !held) return undefined;
      await sql`update rollout set paused_by = null where id = ${rollout.id}`.execute(trx);
      if (held) {
        // Only rows that no run is reporting about: a run holds its item's row while it waits for ours.
        await sql`update item set held = false, counted = counted and state <> 'FAILED' where rollout_id = ${rollout.id} and state in ('PENDING', 'FAILED')`.execute(
          trx,
        );
        await reopen(trx, rollout.id);
      }
      return [];
    });
  }

  /**
   * Skips what has not started, or failed before it wrote anything of its own, and gives its addresses back (F24); what is in
   * flight is aborted or finishes.
   */
  cancel(key: string, mode: CancelMode | undefined, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'canceled', async (trx, rollout) => {
      const wanted = mode ?? rollout.on_cancel;
      refuseAbort(rollout, wanted);
      if (rollout.cancel_mode === wanted || (rollout.cancel_mode !== null && rollout.lifecycle === 'DONE')) return undefined;
      const skipped = await this.#skip(trx, rollout);
      if (rollout.lifecycle === 'DONE' && skipped.length === 0) throw over(rollout, 'canceled');
      await sql`
        update rollout set cancel_mode = ${wanted}, canceled_by = ${call.actor.subject}, paused_by = null,
          outcome = case when lifecycle = 'DONE' then 'CANCELED' else outcome end
        where id = ${rollout.id}
      `.execute(trx);
      return skipped;
    });
  }

  /** Leaves out what has not started: some clusters, or a whole wave with its gates. Their addresses are given back. */
  skip(key: string, { clusters, wave }: SkipRequest, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'skipped', async (trx, rollout) => {
      if (clusters === undefined && wave === undefined)
        throw new InvalidRequest([{ path: 'clusters', code: 'required', message: 'name the clusters to leave out, or a wave' }]);
      refuseWhenDone(rollout, 'changed');
      const indexes = wave === undefined ? undefined : [await waveOf(trx, rollout, wave)];
      if (clusters) await requireItems(trx, rollout, clusters);
      const which = sql<boolean>`state = 'PENDING'
        and ${clusters === undefined ? sql`true` : sql`cluster = any(${[...clusters]})`} and ${indexes === undefined ? sql`true` : sql`wave = any(${indexes})`}`;
      const skipped = await this.#leaveOut(trx, rollout, which);
      if (skipped.length === 0)
        throw new Conflict('nothing_to_skip', `nothing of this is left to start in rollout '${rollout.name}'`, {
          facts: { rollout: rollout.name },
        });
      return skipped;
    });
  }

  /** Failed items once more, with the same frozen plan; nothing else is touched. */
  retry(key: string, clusters: readonly string[] | undefined, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'retried', async (trx, rollout) => {
      if (clusters) await requireItems(trx, rollout, clusters);
      const stopped = rollout.cancel_mode !== null || rollout.rejected_by !== null;
      const { rows } = await sql<{ cluster: string; attempt: number }>`
        update item set state = 'PENDING', attempt = attempt + 1, held = false, counted = true, ended_at = null, step = null, step_title = null
        where rollout_id = ${rollout.id} and state = any(${stopped ? ['FAILED', 'CANCELED'] : ['FAILED']})
          and ${clusters === undefined ? sql`true` : sql`cluster = any(${clusters})`}
          -- One that was cleaned up has no addresses any more, and one that another rollout has in hand is its.
          and exists (select 1 from cluster c where c.name = item.cluster and (${rollout.action} <> 'CREATE' or c.address_plan = ${rollout.address_plan}))
          and not exists (select 1 from item other where other.cluster = item.cluster and other.id <> item.id and other.state in ('PENDING', 'RUNNING'))
        returning cluster, attempt
      `.execute(trx);
      if (rows.length === 0)
        throw new Conflict('nothing_to_retry', `rollout '${rollout.name}' has no failed item${clusters ? ' of these' : ''}`, {
          facts: { rollout: rollout.name },
        });
      await sql`update rollout set cancel_mode = null, canceled_by = null, rejected_by = null, paused_by = null where id = ${rollout.id}`.execute(
        trx,
      );
      await reopen(trx, rollout.id);
      await forgetRefusals(trx, rollout.id);
      return rows.map(({ cluster, attempt }) => ({ type: 'item.retried', cluster, data: { attempt } }));
    });
  }

  /** Opens the gate of a wave: the one named, or the one the rollout waits for. */
  approve(key: string, answer: GateAnswer, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'approved', async (trx, rollout) => {
      refuseWhenDone(rollout, 'approved');
      const point = await this.#point(trx, rollout, answer);
      if (point) return decidePoint(trx, rollout, point, { approved: true, by: call.actor.subject, comment: answer.comment });
      const wave = await gateOf(trx, rollout, answer.wave);
      if (wave.approved) return undefined;
      await sql`
        update wave set approved_by = ${call.actor.subject}, approved_at = clock_timestamp(), approval_comment = ${answer.comment ?? null}
        where rollout_id = ${rollout.id} and index = ${wave.index}
      `.execute(trx);
      return [{ type: 'wave.approved', wave: wave.name, data: { by: call.actor.subject, comment: answer.comment } }];
    });
  }

  /** Says no to a gate: nothing more starts, what is in flight finishes. */
  reject(key: string, answer: GateAnswer, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#decide(key, call, 'rejected', async (trx, rollout) => {
      if (rollout.rejected_by !== null) return undefined;
      refuseWhenDone(rollout, 'rejected');
      const point = await this.#point(trx, rollout, answer);
      if (point) return decidePoint(trx, rollout, point, { approved: false, by: call.actor.subject, comment: answer.comment });
      const wave = await gateOf(trx, rollout, answer.wave);
      const skipped = await this.#skip(trx, rollout);
      await sql`update rollout set rejected_by = ${call.actor.subject}, paused_by = null where id = ${rollout.id}`.execute(trx);
      return [{ type: 'wave.rejected', wave: wave.name, data: { by: call.actor.subject, comment: answer.comment } }, ...skipped];
    });
  }

  /** A point inside items, when that is meant; clusters that the rollout does not have are told. */
  async #point(trx: Db, rollout: RolloutRow, answer: GateAnswer): Promise<Awaited<ReturnType<typeof pointOf>>> {
    const point = await pointOf(trx, rollout, answer);
    if (point?.clusters) await requireItems(trx, rollout, point.clusters);
    return point;
  }

  #decide(
    key: string,
    call: CallContext,
    verb: string,
    work: (trx: Db, rollout: RolloutRow) => Promise<Change>,
  ): Promise<WriteResult<RolloutView>> {
    return runWrite(this.db, call, async (trx) => {
      const before = await this.rollouts.lock(trx, key);
      checkIfMatch(call, etagOf(before));
      const change = await work(trx, before);
      if (change !== undefined)
        await this.#record(trx, call, before, [{ type: `rollout.${verb}`, data: { by: call.actor.subject } }, ...change]);
      const after = await this.rollouts.find(before.id, trx);
      const view = rolloutView(after, await this.rollouts.waves([before.id], trx));
      return WriteResult.ok(view, { etag: etagOf(after) });
    });
  }

  async #record(trx: Db, call: CallContext, before: RolloutRow, events: readonly NewEvent[]): Promise<void> {
    await sql`update rollout set version = version + 1 where id = ${before.id}`.execute(trx);
    await appendEvents(trx, before.id, events);
    await audit(trx, call, {
      action: events[0]?.type ?? 'rollout.changed',
      kind: 'rollout',
      id: before.id,
      before: { lifecycle: before.lifecycle, version: before.version },
      after: { events: events.length },
    });
    await this.#explain(trx, before.id);
    await this.engines.engine.ring(trx, dispatchJob, before.id);
  }

  /** From here on it waits for something else: the answer says so already, the dispatch then does it. */
  async #explain(trx: Db, id: string): Promise<void> {
    const rollout = await this.rollouts.find(id, trx);
    if (rollout.lifecycle === 'DONE') return;
    const waves = await this.rollouts.waves([id], trx);
    const { waitingFor = 'the next dispatch', waiting } = decide(snapshotOf(rollout, waves, await databaseNow(trx)));
    await sql`
      update rollout set waiting_for = ${waitingFor}, waiting = ${waiting === undefined ? null : JSON.stringify(waiting)}::jsonb where id = ${id}
    `.execute(trx);
  }

  #skip(trx: Db, rollout: RolloutRow): Promise<NewEvent[]> {
    return this.#leaveOut(trx, rollout, sql<boolean>`(state = 'PENDING' or (state = 'FAILED' and not touched))`);
  }

  async #leaveOut(trx: Db, rollout: RolloutRow, which: ReturnType<typeof sql<boolean>>): Promise<NewEvent[]> {
    const { rows } = await sql<{ id: string; cluster: string; touched: boolean }>`
      update item set state = case when touched then 'CANCELED' else 'SKIPPED' end, held = false, ended_at = clock_timestamp()
      where rollout_id = ${rollout.id} and ${which} returning id, cluster, touched
    `.execute(trx);
    const untouched = rows.filter(({ touched }) => !touched);
    await giveBack(
      trx,
      rollout.id,
      untouched.map(({ id }) => id),
    );
    if (untouched.length > 0) await this.engines.engine.ring(trx, releaseJob, rollout.id);
    return rows.map(({ cluster, touched }): NewEvent => ({ type: touched ? 'item.canceled' : 'item.skipped', cluster }));
  }
}

/** QUO-33: what an aborted move to overlay leaves behind is documented nowhere. */
function refuseAbort({ action }: RolloutRow, onCancel: CancelMode): void {
  if (action === 'CREATE') return;
  const problems = abortProblems(action, { onCancel });
  if (problems.length > 0) throw new InvalidRequest(problems.map((found) => ({ ...found, path: 'mode' })));
}

async function waveOf(trx: Db, rollout: RolloutRow, name: string): Promise<number> {
  const { rows } = await sql<{ index: number }>`select index from wave where rollout_id = ${rollout.id} and name = ${name}`.execute(trx);
  const [row] = rows;
  if (!row) throw new NotFound('wave', name);
  return row.index;
}

async function requireItems(trx: Db, rollout: RolloutRow, clusters: readonly string[]): Promise<void> {
  const { rows } = await sql<{
    cluster: string;
  }>`select cluster from item where rollout_id = ${rollout.id} and cluster = any(${[...clusters]})`.execute(trx);
  const known = new Set(rows.map(({ cluster }) => cluster));
  const problems = clusters.flatMap((value, index) =>
    known.has(value) ? [] : [{ path: `clusters[${index}]`, code: 'not_found', message: `'${value}' is not in this rollout`, value }],
  );
  if (problems.length === 0) return;
  const key = problems.map(({ value }) => value).join(', ');
  throw new DomainError('not_found', 'not_found', `not in rollout '${rollout.name}': ${key}`, {
    facts: { resource: 'item', key },
    problems,
  });
}

async function reopen(trx: Db, rolloutId: string): Promise<void> {
  await sql`update rollout set lifecycle = 'RUNNING', outcome = null, ended_at = null, waiting_for = 'the next dispatch' where id = ${rolloutId} and lifecycle = 'DONE'`.execute(
    trx,
  );
}

interface Gate {
  readonly index: number;
  readonly name: string;
  readonly approved: boolean;
}

async function gateOf(trx: Db, rollout: RolloutRow, name: string | undefined): Promise<Gate> {
  const { rows } = await sql<Gate & { opened: boolean }>`
    select index, name, approved_at is not null as approved, opened_at is not null as opened from wave
    where rollout_id = ${rollout.id} and approval order by index
  `.execute(trx);
  if (name !== undefined) {
    const gate = rows.find((row) => row.name === name);
    if (!gate) throw new NotFound('gate of wave', name);
    return gate;
  }
  const waiting = rows.find(({ opened }) => !opened);
  if (!waiting)
    throw new Conflict('nothing_to_approve', `rollout '${rollout.name}' waits for no approval`, { facts: { rollout: rollout.name } });
  return waiting;
}

function refuseWhenDone(rollout: RolloutRow, verb: string): void {
  if (rollout.lifecycle === 'DONE') throw over(rollout, verb);
}

function over(rollout: RolloutRow, verb: string): Conflict {
  return new Conflict('rollout_done', `rollout '${rollout.name}' is over (${rollout.outcome ?? ''}) and cannot be ${verb}`, {
    facts: { rollout: rollout.name, outcome: rollout.outcome },
  });
}
