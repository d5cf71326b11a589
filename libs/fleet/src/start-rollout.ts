import type { EngineRef } from '@podspan/engine';
import type { Arm } from '@podspan/azure';
import { Conflict, InvalidRequest, Transient } from '@podspan/errors';
import { audit, type CallContext, newId, runWrite, WriteResult } from '@podspan/platform';
import { sql } from 'kysely';
import { type CheckedRequest, checkRequest, networksOf, problemsOfIpam, joined } from './check-request.js';
import type { Db, RolloutRow } from './database.js';
import { create } from './domain/actions.js';
import { currentApiVersions } from './current-api-versions.js';
import type { CreateInput } from './domain/create/create-input.js';
import { clusterId } from './domain/create/names.js';
import { type PlannedItem, planItems } from './domain/frozen-plan.js';
import { concurrencyOf, failuresOf } from './domain/limits.js';
import { dispatchJob } from './jobs.js';
import { appendEvents } from './events.repository.js';
import { hashOf, specHashOf } from './hash-of.js';
import { freezeClusters, refuseSplitNetworks } from './freeze-clusters.js';
import type { Ipam, OnBehalf } from './ports/ipam.js';
import { lookAround, type Surroundings } from './look-around.js';
import { type ReadRequest, readRequest } from './read-request.js';
import type { ReleaseAddresses } from './release-addresses.js';
import type { RolloutsRepository } from './rollouts.repository.js';
import { Turns } from './turns.js';
import { etagOf, rolloutView, type RolloutView } from './views.js';

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
    private readonly arm: Arm,
  ) {}

  execute(body: unknown, call: CallContext): Promise<WriteResult<RolloutView>> {
    return this.#turns.take(() => this.#execute(body, call));
  }

  async #execute(body: unknown, call: CallContext): Promise<WriteResult<RolloutView>> {
    const request = readRequest(body);
    const id = newId();
    const around = await lookAround(this.arm, this.ipam, request, call);
    try {
      return await runWrite(this.db, call, (trx) => this.#start(trx, id, { request, around }, body, call));
    } catch (error) {
      // The transaction is gone. What is given back now the sweep need not find later; if it fails, the sweep does.
      await this.releases.drop(planNameOf(id)).catch(() => undefined);
      throw error;
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
    const checked = await this.#check(trx, asked, call);
    await this.#giveBackLeftovers(checked.name);
    const inputs = await this.#takeAddresses(id, checked, call);
    await this.#write(trx, id, checked, inputs, { body, bodyHash, call });
    const row = await this.rollouts.find(id, trx);
    const view = rolloutView(row, await this.rollouts.waves([id], trx));
    return WriteResult.accepted(view, { etag: etagOf(row), location: `/v1/rollouts/${checked.name}` });
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

  async #check(trx: Db, { request, around }: Asked, caller: OnBehalf): Promise<CheckedRequest> {
    const { checked, problems } = await checkRequest(trx, request, around);
    const more =
      request.topology === undefined
        ? []
        : [{ path: 'topology', code: 'dry_run_only', message: 'a topology is assumed in a dry run only; post it to /v1/topologies first' }];
    if (checked && more.length === 0) return checked;
    const isOther = problems.some(({ code }) => code === 'action_not_available');
    throw new InvalidRequest(joined([...problems, ...more], isOther ? [] : await problemsOfIpam(this.ipam, request, caller)));
  }

  /** The name's lock is ours, so an intent of this name that is not ours is of a request that died. */
  async #giveBackLeftovers(name: string): Promise<void> {
    const { rows } = await sql<{ plan: string }>`select plan from plan_intent where rollout_name = ${name}`.execute(this.db);
    for (const { plan } of rows) await this.releases.drop(plan);
  }

  async #takeAddresses(id: string, checked: CheckedRequest, caller: OnBehalf): Promise<readonly CreateInput[]> {
    const plan = planNameOf(id);
    const networks = await networksOf(this.ipam, checked.clusters, caller);
    refuseSplitNetworks(checked.clusters, networks);
    // Outside the transaction, on purpose: it must outlive it.
    await sql`insert into plan_intent (plan, rollout_name) values (${plan}, ${checked.name}) on conflict (plan) do nothing`.execute(
      this.db,
    );
    const { clusters } = await this.ipam.plan({ name: plan, clusters: checked.clusters, pools: checked.pools }, plan, caller);
    return freezeClusters(checked.clusters, clusters, networks, { rollout: { id, name: checked.name }, apiVersions: currentApiVersions });
  }

  async #write(
    trx: Db,
    id: string,
    checked: CheckedRequest,
    inputs: readonly CreateInput[],
    given: { body: unknown; bodyHash: string; call: CallContext },
  ): Promise<void> {
    const plan = planNameOf(id);
    const { rows } = await sql`delete from plan_intent where plan = ${plan} returning plan`.execute(trx);
    if (rows.length === 0) throw new Transient('plan_released', 'the addresses were given back while the rollout was being written', 1);
    const items = planItems(inputs, checked.waves);
    await insertRollout(trx, id, checked, inputs, given);
    await insertWaves(trx, id, checked);
    await insertItems(trx, id, items);
    await insertClusters(trx, plan, inputs);
    await appendEvents(trx, id, [
      {
        type: 'rollout.created',
        data: { by: given.call.actor.subject, clusters: items.length, waves: checked.waves.map(({ name }) => name) },
      },
    ]);
    await audit(trx, given.call, {
      action: 'rollout.created',
      kind: 'rollout',
      id,
      after: { name: checked.name, clusters: inputs.map(({ cluster }) => cluster.name), addressPlan: plan },
    });
    await this.engines.engine.ring(trx, dispatchJob, id);
  }
}

/** A request and what it meets in Azure. */
interface Asked {
  readonly request: ReadRequest;
  readonly around: Surroundings;
}

/** Derived from the rollout's id: a request that is repeated inside ipam's own retry meets the same plan, another rollout never does. */
export function planNameOf(rolloutId: string): string {
  return `rollout-${rolloutId}`;
}

async function insertRollout(
  trx: Db,
  id: string,
  { name, strategy, clusters }: CheckedRequest,
  inputs: readonly CreateInput[],
  { body, bodyHash, call }: { body: unknown; bodyHash: string; call: CallContext },
): Promise<void> {
  const count = clusters.length;
  const request = { ...(body as object), strategy };
  const perSubscription =
    strategy.maxConcurrencyPerSubscription === undefined ? null : concurrencyOf(strategy.maxConcurrencyPerSubscription, count);
  await sql`
    insert into rollout (id, name, action, request, request_hash, spec_hash, api_versions, address_plan,
      max_concurrency, max_concurrency_per_subscription, max_failures, failure_mode, on_cancel, waiting_for, created_by, traceparent)
    values (${id}, ${name}, 'CREATE', ${JSON.stringify(request)}, ${bodyHash}, ${specHashOf(inputs)}, ${JSON.stringify(currentApiVersions)}, ${planNameOf(id)},
      ${concurrencyOf(strategy.maxConcurrency, count)}, ${perSubscription}, ${failuresOf(strategy.maxFailures, count)},
      ${strategy.failureMode}, ${strategy.onCancel}, 'the first dispatch', ${call.actor.subject}, ${call.traceparent ?? null})
  `.execute(trx);
}

async function insertWaves(trx: Db, id: string, { waves }: CheckedRequest): Promise<void> {
  const rows = waves.map((wave) => ({ ...wave, clusters: undefined }));
  await sql`
    insert into wave (rollout_id, index, name, max_concurrency, max_failures, soak_seconds, approval)
    select ${id}, w.index, w.name, w."maxConcurrency", w."maxFailures", w."soakSeconds", w.approval
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w (index int, name text, "maxConcurrency" int, "maxFailures" int, "soakSeconds" int, approval boolean)
  `.execute(trx);
}

async function insertItems(trx: Db, id: string, items: readonly PlannedItem[]): Promise<void> {
  const rows = items.map(({ position, wave, input }) => ({
    id: newId(),
    position,
    wave,
    cluster: input.cluster.name,
    subscription: input.cluster.subscriptionId,
    region: input.cluster.region,
    program: create.programOf(input),
    input,
  }));
  await sql`
    insert into item (id, rollout_id, wave, position, cluster, subscription_id, region, program, input)
    select i.id, ${id}, i.wave, i.position, i.cluster, i.subscription, i.region, i.program, i.input
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (id uuid, wave int, position int, cluster text, subscription text, region text, program text, input jsonb)
  `.execute(trx);
}

async function insertClusters(trx: Db, plan: string, inputs: readonly CreateInput[]): Promise<void> {
  const rows = inputs.map((input) => ({
    id: newId(),
    input,
    ...input.cluster,
    resourceId: clusterId(input.cluster.subscriptionId, input.cluster.resourceGroup, input.cluster.name),
    vnetId: input.vnet.id,
  }));
  await sql`
    insert into cluster (id, name, subscription_id, resource_group, region, network, kubernetes_version, dataplane, resource_id, vnet_resource_id, state, address_plan, input)
    select c.id, c.name, c."subscriptionId", c."resourceGroup", c.region, c.network, c."kubernetesVersion", c.dataplane, c."resourceId", c."vnetId", 'PLANNED', ${plan}, c.input
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (id uuid, name text, "subscriptionId" text, "resourceGroup" text, region text, network text,
      "kubernetesVersion" text, dataplane text, "resourceId" text, "vnetId" text, input jsonb)
  `.execute(trx);
}
