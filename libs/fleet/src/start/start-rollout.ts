import type { EngineRef } from '@podspan/engine';
import type { Arm } from '@podspan/azure';
import { Conflict, InvalidRequest, type Problem, Transient } from '@podspan/errors';
import { audit, type CallContext, newId, runWrite, withReach, WriteResult } from '@podspan/platform';
import { sql } from 'kysely';
import { type CheckedRequest, checkRequest, foreignClusters, networksOf, problemsOfIpam, joined } from '../request/check-request.js';
import type { Db, RolloutRow } from '../database.js';
import { currentApiVersions } from './current-api-versions.js';
import { isChange } from '../domain/actions.js';
import type { OfferedByPlace } from '../domain/check-versions.js';
import type { CreateInput } from '../domain/create/create-input.js';
import { dispatchJob } from '../dispatch/jobs.js';
import { appendEvents } from '../rollouts/events.repository.js';
import { hashOf } from './hash-of.js';
import { type CheckedChange } from '../request/check-change-request.js';
import { PrepareChange } from './prepare-change.js';
import { planNameOf, type PreparedRollout, rangesNameOf } from './prepared-rollout.js';
import { writeRollout } from './write-rollout.js';
import { freezeClusters, refuseUnfitNetworks } from './freeze-clusters.js';
import type { Ipam, OnBehalf } from '../ports/ipam.js';
import { lookAround, nothingAround, type Surroundings } from '../request/look-around.js';
import { type ReadRequest, readRequest } from '../request/read-request.js';
import type { ReleaseAddresses } from '../give-back/release-addresses.js';
import type { RolloutsRepository } from '../rollouts/rollouts.repository.js';
import { Turns } from './turns.js';
import { etagOf, rolloutView, type RolloutView } from '../rollouts/views.js';

/**
 * A start holds one connection while it waits for another to commit its intent. Were they as many as the pool has connections,
 * all would wait for each other.
 */
const startsAtOnce = 3;

/**
 * Freezes a plan and writes the rollout down: rollout, waves, items, clusters, events and the alarm in one commit.
 * Addresses come from ipam in one call before that commit. The intent to ask is committed first, so that whatever dies in between
 * leaves a row by which the plan is found and given back.
 */
export class StartRollout {
  readonly #turns = new Turns(startsAtOnce);

  constructor(
    private readonly db: Db,
    private readonly ipam: Ipam,
    private readonly engines: EngineRef,
    private readonly rollouts: RolloutsRepository,
    private readonly releases: ReleaseAddresses,
    private readonly azure: { readonly arm: Arm; readonly changes: PrepareChange },
  ) {}

  execute(body: unknown, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#turns.take(() => this.#execute(body, call));
  }

  async #execute(body: unknown, call: CallContext): Promise<WriteResult<RolloutView>> {
    const request = readRequest(body);
    const id = newId();
    const { action } = request;
    const around = action === undefined || action === 'CREATE' ? await lookAround(this.azure.arm, this.ipam, request, call) : undefined;
    try {
      return await runWrite(this.db, call, (trx) => this.#start(trx, id, { request, around }, body, call));
    } catch (error) {
      // The transaction is gone. What is given back now the sweep need not find later; if it fails, the sweep does.
      for (const plan of [planNameOf(id), rangesNameOf(id)]) await this.releases.drop(plan).catch(() => undefined);
      throw inHand(error);
    }
  }

  async #start(trx: Db, id: string, asked: Asked, body: unknown, call: CallContext): Promise<WriteResult<RolloutView>> {
    const bodyHash = hashOf(body);
    const { request } = asked;
    if (request.name !== undefined) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`rollout ${request.name}`}, 0))`.execute(trx);
      const existing = await this.#existing(trx, request.name, bodyHash);
      if (existing) return existing;
    }
    const prepared = await this.#prepare(trx, id, asked, call);
    await this.#write(trx, id, prepared, { body, bodyHash, call });
    // What the caller reaches was asked before the networks of this request came.
    const row = await withReach(undefined, () => this.rollouts.find(id, trx));
    const view = rolloutView(row, await this.rollouts.waves([id], trx));
    return WriteResult.accepted(view, { etag: etagOf(row), location: `/v1/rollouts/${prepared.name}` });
  }

  /** The same request again is the same rollout; another one under the name is refused. */
  async #existing(trx: Db, name: string, bodyHash: string): Promise<WriteResult<RolloutView> | undefined> {
    const { rows } = await sql<RolloutRow>`select * from rollout where name = ${name}`.execute(trx);
    const [row] = rows;
    if (!row) return undefined;
    if (row.request_hash !== bodyHash)
      throw new Conflict('name_taken', `there is a rollout '${name}' already, with another request`, { facts: { rollout: row.id, name } });
    return WriteResult.ok(rolloutView(row, await this.rollouts.waves([row.id], trx)), {
      etag: etagOf(row),
      location: `/v1/rollouts/${name}`,
    });
  }

  async #prepare(trx: Db, id: string, { request, around }: Asked, call: CallContext): Promise<PreparedRollout> {
    const { action } = request;
    if (action !== undefined && action !== 'CREATE')
      return this.#prepareChange(id, await this.azure.changes.check(action, request, call), call);
    const checked = await this.#check(trx, { request, around }, call);
    await this.#giveBackLeftovers(checked.name);
    const inputs = await this.#takeAddresses(id, checked, { offered: (around ?? nothingAround).versions, caller: call });
    const { name, strategy, waves, windowsOf } = checked;
    return { name, action: 'CREATE', strategy, waves, windowsOf, inputs, addressPlan: planNameOf(id), adopted: [] };
  }

  async #prepareChange(id: string, checked: CheckedChange, call: CallContext): Promise<PreparedRollout> {
    await this.#giveBackLeftovers(checked.name);
    if (this.azure.changes.takesRanges(checked)) await this.#intend(rangesNameOf(id), checked.name);
    return this.azure.changes.prepared(checked, await this.azure.changes.freeze(checked, id, call), id);
  }

  async #check(trx: Db, { request, around = nothingAround }: Asked, caller: OnBehalf): Promise<CheckedRequest> {
    const { checked, problems } = await checkRequest(trx, request, around);
    const foreign = await foreignClusters(trx, request, around);
    const more: readonly Problem[] =
      request.topology === undefined
        ? foreign
        : [
            ...foreign,
            { path: 'topology', code: 'dry_run_only', message: 'a topology is assumed in a dry run only; post it to /v1/topologies first' },
          ];
    if (checked && more.length === 0) return checked;
    throw new InvalidRequest(joined([...problems, ...more], await problemsOfIpam(this.ipam, request, caller)));
  }

  /** The name's lock is ours, so an intent of this name that is not ours is of a request that died. */
  async #giveBackLeftovers(name: string): Promise<void> {
    const { rows } = await sql<{ plan: string }>`select plan from plan_intent where rollout_name = ${name}`.execute(this.db);
    for (const { plan } of rows) await this.releases.drop(plan);
  }

  /** Outside the transaction, on purpose: it must outlive it. */
  async #intend(plan: string, name: string): Promise<void> {
    await sql`insert into plan_intent (plan, rollout_name) values (${plan}, ${name}) on conflict (plan) do nothing`.execute(this.db);
  }

  async #takeAddresses(
    id: string,
    checked: CheckedRequest,
    { offered, caller }: { readonly offered: OfferedByPlace; readonly caller: OnBehalf },
  ): Promise<readonly CreateInput[]> {
    const plan = planNameOf(id);
    const networks = await networksOf(this.ipam, checked.clusters, caller);
    refuseUnfitNetworks(checked.clusters, networks);
    await this.#intend(plan, checked.name);
    const { clusters } = await this.ipam.plan({ name: plan, clusters: checked.clusters, pools: checked.pools }, plan, caller);
    const rollout = { id, name: checked.name };
    return freezeClusters(checked.clusters, clusters, networks, { rollout, apiVersions: currentApiVersions, offered });
  }

  async #write(
    trx: Db,
    id: string,
    prepared: PreparedRollout,
    { body, bodyHash, call }: { body: unknown; bodyHash: string; call: CallContext },
  ): Promise<void> {
    const { name, action, addressPlan, inputs, waves } = prepared;
    if (addressPlan !== '') {
      const { rows } = await sql`delete from plan_intent where plan = ${addressPlan} returning plan`.execute(trx);
      if (rows.length === 0) throw new Transient('plan_released', 'the addresses were given back while the rollout was being written', 1);
    }
    await writeRollout(trx, id, prepared, { body, bodyHash, subject: call.actor.subject, traceparent: call.traceparent });
    await appendEvents(trx, id, [
      { type: 'rollout.created', data: { by: call.actor.subject, action, clusters: inputs.length, waves: waves.map((wave) => wave.name) } },
    ]);
    await audit(trx, call, {
      action: 'rollout.created',
      kind: 'rollout',
      id,
      // Of a change also how each cluster was: there is no way back (MG-34).
      after: {
        name,
        action,
        clusters: inputs.map((input) => (isChange(input) ? { name: input.cluster.name, before: input.before } : input.cluster.name)),
        addressPlan,
      },
    });
    await this.engines.engine.ring(trx, dispatchJob, id);
  }
}

/** A request and what it meets in Azure. */
interface Asked {
  readonly request: ReadRequest;
  readonly around: Surroundings | undefined;
}

/** Two requests passed the checks at the same time; the database lets one of them have the cluster (QUO-31). */
function inHand(error: unknown): unknown {
  const broken = error as { readonly code?: string; readonly constraint?: string };
  if (broken.code !== '23505' || !['item_in_hand', 'cluster_name_key', 'cluster_resource_id_key'].includes(broken.constraint ?? ''))
    return error;
  return new Conflict('cluster_busy', 'another rollout took one of these clusters in hand a moment ago', {
    facts: { rule: 'QUO-31' },
    cause: error,
  });
}
