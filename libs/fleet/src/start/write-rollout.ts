import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import { currentApiVersions } from './current-api-versions.js';
import type { Db } from '../database.js';
import { isChange, programOf } from '../domain/actions.js';
import type { CreateInput } from '../domain/create/create-input.js';
import { clusterId } from '../domain/create/names.js';
import { type PlannedItem, planItems } from '../domain/frozen-plan.js';
import { concurrencyOf, failuresOf } from '../domain/limits.js';
import { specHashOf } from './hash-of.js';
import type { AdoptedCluster, PreparedRollout } from './prepared-rollout.js';

export interface AskedBy {
  readonly body: unknown;
  readonly bodyHash: string;
  readonly subject: string;
  readonly traceparent: string | undefined;
}

/** Rollout, waves, items and clusters, in the caller's transaction. */
export async function writeRollout(trx: Db, id: string, prepared: PreparedRollout, asked: AskedBy): Promise<void> {
  await insertRollout(trx, id, prepared, asked);
  await insertWaves(trx, id, prepared);
  await insertItems(trx, id, planItems(prepared.inputs, prepared.waves), prepared.windowsOf);
  const made = prepared.inputs.filter((input): input is CreateInput => !isChange(input));
  await insertClusters(
    trx,
    made.map((input) => ({ input, networkPlugin: 'azure', networkPluginMode: 'overlay' })),
    {
      state: 'PLANNED',
      plan: prepared.addressPlan,
      created: true,
    },
  );
  await insertClusters(trx, prepared.adopted, { state: 'READY', plan: prepared.addressPlan, created: false });
}

async function insertRollout(
  trx: Db,
  id: string,
  { name, action, strategy, inputs, addressPlan }: PreparedRollout,
  { body, bodyHash, subject, traceparent }: AskedBy,
): Promise<void> {
  const count = inputs.length;
  const request = { ...(body as object), strategy };
  const limit = (given: Parameters<typeof concurrencyOf>[0] | undefined): number | null =>
    given === undefined ? null : concurrencyOf(given, count);
  await sql`
    insert into rollout (id, name, action, request, request_hash, spec_hash, api_versions, address_plan,
      max_concurrency, max_concurrency_per_subscription, max_concurrency_per_region, max_concurrency_per_network, starts_at, max_failures, failure_mode, on_cancel, waiting_for, created_by, traceparent)
    values (${id}, ${name}, ${action}, ${JSON.stringify(request)}, ${bodyHash}, ${specHashOf(inputs)}, ${JSON.stringify(currentApiVersions)}, ${addressPlan},
      ${concurrencyOf(strategy.maxConcurrency, count)}, ${limit(strategy.maxConcurrencyPerSubscription)}, ${limit(strategy.maxConcurrencyPerRegion)}, ${limit(strategy.maxConcurrencyPerNetwork)},
      ${strategy.startAt ?? null}, ${failuresOf(strategy.maxFailures, count)},
      ${strategy.failureMode}, ${strategy.onCancel}, 'the first dispatch', ${subject}, ${traceparent ?? null})
  `.execute(trx);
}

async function insertWaves(trx: Db, id: string, { waves }: PreparedRollout): Promise<void> {
  const rows = waves.map((wave) => ({ ...wave, clusters: undefined }));
  await sql`
    insert into wave (rollout_id, index, name, max_concurrency, max_failures, soak_seconds, approval, not_before)
    select ${id}, w.index, w.name, w."maxConcurrency", w."maxFailures", w."soakSeconds", w.approval, w."notBefore"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w (index int, name text, "maxConcurrency" int, "maxFailures" int, "soakSeconds" int, approval boolean, "notBefore" timestamptz)
  `.execute(trx);
}

async function insertItems(trx: Db, id: string, items: readonly PlannedItem[], windowsOf: PreparedRollout['windowsOf']): Promise<void> {
  const rows = items.map(({ position, wave, input }) => ({
    id: newId(),
    position,
    wave,
    cluster: input.cluster.name,
    subscription: input.cluster.subscriptionId,
    region: input.cluster.region,
    network: input.cluster.network,
    windows: windowsOf.get(input.cluster.name) ?? [],
    program: programOf(input),
    input,
  }));
  await sql`
    insert into item (id, rollout_id, wave, position, cluster, subscription_id, region, network, windows, program, input)
    select i.id, ${id}, i.wave, i.position, i.cluster, i.subscription, i.region, i.network, i.windows, i.program, i.input
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (id uuid, wave int, position int, cluster text, subscription text, region text, network text, windows int[], program text, input jsonb)
  `.execute(trx);
}

interface Inserted {
  readonly state: 'PLANNED' | 'READY';
  readonly plan: string;
  readonly created: boolean;
}

async function insertClusters(trx: Db, clusters: readonly AdoptedCluster[], { state, plan, created }: Inserted): Promise<void> {
  if (clusters.length === 0) return;
  const rows = clusters.map(({ input, ...network }) => ({
    id: newId(),
    input,
    ...network,
    ...input.cluster,
    resourceId: clusterId(input.cluster.subscriptionId, input.cluster.resourceGroup, input.cluster.name),
    vnetId: input.vnet.id,
  }));
  await sql`
    insert into cluster (id, name, subscription_id, resource_group, region, network, kubernetes_version, dataplane, resource_id, vnet_resource_id,
      state, address_plan, input, created, network_plugin, network_plugin_mode)
    select c.id, c.name, c."subscriptionId", c."resourceGroup", c.region, c.network, c."kubernetesVersion", c.dataplane, c."resourceId", c."vnetId",
      ${state}, ${plan}, c.input, ${created}, c."networkPlugin", c."networkPluginMode"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (id uuid, name text, "subscriptionId" text, "resourceGroup" text, region text, network text,
      "kubernetesVersion" text, dataplane text, "resourceId" text, "vnetId" text, input jsonb, "networkPlugin" text, "networkPluginMode" text)
  `.execute(trx);
}
