import { textAt } from '@podspan/aks';
import type { EngineRef, FailureView, RunChange, RunListener, SqlPart, StepChange } from '@podspan/engine';
import { sql } from 'kysely';
import type { Db, ItemRow } from '../database.js';
import { dispatchJob, releaseJob } from './jobs.js';
import { appendEvents, type NewEvent } from '../rollouts/events.repository.js';
import { isChange } from '../domain/actions.js';
import { giveBack } from '../give-back/give-back.js';
import { settleCluster } from './settle-cluster.js';

/** Steps that many clusters share and that hold nothing of a cluster's own addresses. */
const sharedSteps = new Set(['network-group', 'resource-group', 'network']);
/** Steps that only look. */
const lookingSteps = new Set(['check', 'look']);

type ItemFacts = Pick<ItemRow, 'id' | 'rollout_id' | 'cluster' | 'touched' | 'input'> & { readonly wave_name: string };

/** Copies what the engine reports onto items, clusters and events, in the engine's own transaction. */
export class FollowRuns implements RunListener {
  readonly endsOnly = true;

  constructor(private readonly engines: EngineRef) {}

  async onStep(trx: Db, change: StepChange): Promise<void> {
    if (isTold(change)) await recordStep(trx, change);
  }

  stepParts(change: StepChange): readonly SqlPart[] {
    return isTold(change) ? stepParts(change) : [];
  }

  async onRun(trx: Db, change: RunChange): Promise<void> {
    const item = await itemOf(trx, change.runId);
    if (!item) return;
    if (change.to === 'SUCCEEDED') await this.#succeeded(trx, item, change);
    else if (change.to === 'FAILED') await this.#failed(trx, item, change.failure);
    else if (change.to === 'CANCELED') await this.#canceled(trx, item);
    else return;
    await this.engines.engine.ring(trx, dispatchJob, item.rollout_id);
  }

  async #succeeded(trx: Db, item: ItemFacts, { outputs }: RunChange): Promise<void> {
    const { input } = item;
    if (isChange(input)) {
      await end(trx, item, 'SUCCEEDED');
      await settleCluster(trx, input);
      return appendEvents(trx, item.rollout_id, [itemEvent(item, 'item.succeeded')]);
    }
    const issuer = textAt(outputs, 'verify.oidcIssuerUrl') ?? textAt(outputs, 'cluster.properties.oidcIssuerProfile.issuerURL');
    await end(trx, item, 'SUCCEEDED');
    await sql`update cluster set state = 'READY', oidc_issuer_url = ${issuer ?? null}, updated_at = clock_timestamp() where name = ${item.cluster}`.execute(
      trx,
    );
    await appendEvents(trx, item.rollout_id, [itemEvent(item, 'item.succeeded')]);
  }

  /** The addresses stay: whatever exists in Azure still holds them, and a retry needs them. */
  async #failed(trx: Db, item: ItemFacts, failure: FailureView | undefined): Promise<void> {
    await end(trx, item, 'FAILED', failure);
    const intact = isChange(item.input) && (!item.touched || isRefusal(failure));
    // A change that Azure refused has changed nothing: should it be given up, what was taken for it can go back.
    if (intact) await sql`update item set touched = false where id = ${item.id}`.execute(trx);
    await sql`update cluster set state = ${intact ? 'READY' : 'FAILED'}, updated_at = clock_timestamp() where name = ${item.cluster}`.execute(
      trx,
    );
    await appendEvents(trx, item.rollout_id, [itemEvent(item, 'item.failed', { failure })]);
  }

  /** F25: nothing of its own was written, so its addresses go back in this transaction. F26: something may exist, so they stay. */
  async #canceled(trx: Db, item: ItemFacts): Promise<void> {
    await end(trx, item, item.touched ? 'CANCELED' : 'SKIPPED');
    if (item.touched || isChange(item.input))
      await sql`update cluster set state = ${item.touched ? 'CANCELED' : 'READY'}, updated_at = clock_timestamp() where name = ${item.cluster}`.execute(
        trx,
      );
    if (!item.touched) await giveBack(trx, item.rollout_id, [item.id]);
    // The rollout's row before any bell: whoever decides about the rollout locks in this order too.
    await appendEvents(trx, item.rollout_id, [itemEvent(item, item.touched ? 'item.canceled' : 'item.skipped')]);
    if (!item.touched) await this.engines.engine.ring(trx, releaseJob, item.rollout_id);
  }
}

/** Azure answered the write itself with a refusal: nothing was begun. */
function isRefusal(failure: FailureView | undefined): boolean {
  return failure?.httpStatus !== undefined && failure.httpStatus >= 400 && failure.httpStatus < 500;
}

function isTold({ to }: StepChange): boolean {
  return to !== 'PENDING' && to !== 'SKIPPED' && to !== 'CANCELED';
}

async function itemOf(trx: Db, runId: string): Promise<ItemFacts | undefined> {
  const { rows } = await sql<ItemFacts>`
    select i.id, i.rollout_id, i.cluster, i.touched, i.input, w.name as wave_name
    from item i join wave w on w.rollout_id = i.rollout_id and w.index = i.wave where i.id = ${runId}
  `.execute(trx);
  return rows[0];
}

async function end(trx: Db, item: ItemFacts, state: ItemRow['state'], failure?: FailureView): Promise<void> {
  await sql`
    update item set state = ${state}, ended_at = clock_timestamp(), waiting_for = null, failure = ${failure === undefined ? null : JSON.stringify(failure)}::jsonb
    where id = ${item.id}
  `.execute(trx);
}

function itemEvent({ cluster, wave_name: wave }: ItemFacts, type: string, data: Readonly<Record<string, unknown>> = {}): NewEvent {
  return { type, cluster, wave, data };
}

/**
 * Moves the item to its step and appends the event, in one statement: the rollout's row is locked from here to the end of the
 * engine's transaction, and every item of the rollout takes its turn at it. A wait that is only repeated is no event.
 */
async function recordStep(trx: Db, change: StepChange): Promise<void> {
  const parts = sql.join(stepParts(change).map(({ name, statement }) => sql`${sql.ref(name)} as (${statement})`));
  await sql`/* keep */ with changed as (select 1), ${parts} select`.execute(trx);
}

function stepParts({ runId, step, title, from, to, waitingFor, failure, note }: StepChange): readonly SqlPart[] {
  const touches = !sharedSteps.has(step) && !lookingSteps.has(step) && to !== 'WAITING';
  const events = [
    { type: 'item.step', data: { step, title, from, to, waitingFor, failure } },
    ...(note === undefined ? [] : [{ type: note, data: { step } }]),
  ];
  const texts = JSON.stringify(events.map((event, index) => ({ ...event, n: index + 1 })));
  return [
    {
      name: 'fleet_old',
      statement: sql`
        select i.id, i.rollout_id, i.cluster, w.name as wave
        from changed, item i join wave w on w.rollout_id = i.rollout_id and w.index = i.wave
        where i.id = ${runId}::uuid
          and not (${from === to && note === undefined} and i.step is not distinct from ${step} and i.waiting_for is not distinct from ${waitingFor ?? null}::text)`,
    },
    {
      name: 'fleet_moved',
      statement: sql`
        update item set step = ${step}, step_title = ${title}, waiting_for = ${waitingFor ?? null}, touched = touched or ${touches}
        from fleet_old where item.id = fleet_old.id`,
    },
    {
      name: 'fleet_numbered',
      statement: sql`
        update rollout set last_sequence = last_sequence + ${events.length} from fleet_old where rollout.id = fleet_old.rollout_id
        returning last_sequence - ${events.length} as base`,
    },
    {
      name: 'fleet_told',
      statement: sql`
        insert into event (rollout_id, sequence, type, cluster, wave, data)
        select fleet_old.rollout_id, fleet_numbered.base + e.n, e.type, fleet_old.cluster, fleet_old.wave, e.data
        from fleet_old, fleet_numbered, jsonb_to_recordset(${texts}::jsonb) as e (n int, type text, data jsonb)`,
    },
  ];
}
