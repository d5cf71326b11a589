import { shortHash } from '@podspan/aks';
import { type Arm, ArmFailure } from '@podspan/azure';
import { Forbidden, InvalidRequest, Transient } from '@podspan/errors';
import { type CallContext, newId, runWrite, WriteResult } from '@podspan/platform';
import { sql } from 'kysely';
import { adoptedCluster } from '../start/adopted-cluster.js';
import type { ClusterDrift, ClusterRow, Db } from '../database.js';
import { type AzureCluster, readAzureCluster } from '../domain/change/azure-cluster.js';
import { driftOf } from '../domain/discover/drift-of.js';
import type { DiscoverBody, DiscoveryView } from './discovery-view.js';

interface Seen {
  readonly subscriptionId: string;
  readonly clusters: readonly AzureCluster[];
  readonly error: string | undefined;
}

type Found = DiscoveryView['clusters'][number];

/** Subscriptions that are listed at a time; each is one call with pages. */
const AT_ONCE = 4;
/** Work in hand knows better than a listing that may be a minute old. */
const busyStates: readonly ClusterRow['state'][] = ['PLANNED', 'CREATING', 'UPDATING', 'DELETING'];

/**
 * Looks at what Azure has: clusters nobody knew are written down, those that Podspan made are compared with what it made, and those that are
 * not there any more are marked. A subscription that does not answer changes nothing of what was known.
 */
export class DiscoverClusters {
  constructor(
    private readonly db: Db,
    private readonly arm: Arm,
  ) {}

  /** @throws Transient when no subscription answers */
  async execute(body: DiscoverBody, call: CallContext): Promise<WriteResult<DiscoveryView>> {
    if (call.actor.spaces !== '*') throw new Forbidden('Azure is read for all address spaces; this needs rights in all of them');
    const ids = body.subscriptionIds ?? (await subscriptionsOf(this.db));
    if (ids.length === 0) throw noSubscriptions();
    const seen: Seen[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE)
      seen.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => this.#look(id)))));
    const [first] = seen;
    if (first && seen.every(({ error }) => error !== undefined))
      throw new Transient('dependency_unavailable', `Azure does not say what exists: ${first.error}`, 30);
    return runWrite(this.db, call, async (trx) => WriteResult.ok(await settle(trx, seen)));
  }

  async #look(id: string): Promise<Seen> {
    const subscriptionId = id.toLowerCase();
    try {
      const found = await this.arm.listClusters(subscriptionId);
      return { subscriptionId, clusters: found.map((cluster) => readAzureCluster(cluster.id, cluster.raw)), error: undefined };
    } catch (error) {
      if (!(error instanceof ArmFailure)) throw error;
      return { subscriptionId, clusters: [], error: `${error.facts.code}: ${error.facts.message}` };
    }
  }
}

/** Subscriptions that Podspan has clusters in. */
export async function subscriptionsOf(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`select distinct lower(subscription_id) as id from cluster order by 1`.execute(db);
  return rows.map(({ id }) => id);
}

export function noSubscriptions(): InvalidRequest {
  return new InvalidRequest([
    {
      path: 'subscriptionIds',
      code: 'required',
      message: 'Podspan knows no cluster yet, so it does not know where to look',
      suggestion: 'name the subscriptions',
    },
  ]);
}

async function settle(trx: Db, seen: readonly Seen[]): Promise<DiscoveryView> {
  // Two discoveries at a time would both find a cluster new.
  await sql`select pg_advisory_xact_lock(hashtext('cluster discovery'))`.execute(trx);
  const answered = seen.filter(({ error }) => error === undefined);
  const rows = await rowsIn(
    trx,
    answered.map(({ subscriptionId }) => subscriptionId),
  );
  const byId = new Map(rows.map((row) => [row.resource_id.toLowerCase(), row]));
  const all = answered.flatMap(({ clusters }) => clusters);
  const present = new Set(all.map(({ resourceId }) => resourceId.toLowerCase()));
  const known = all.filter(({ resourceId }) => byId.has(resourceId.toLowerCase()));
  const found = [
    ...(await add(
      trx,
      all.filter(({ resourceId }) => !byId.has(resourceId.toLowerCase())),
    )),
    ...(await renew(
      trx,
      known.flatMap((azure) => {
        const row = byId.get(azure.resourceId.toLowerCase());
        return row ? [{ row, azure }] : [];
      }),
    )),
    ...(await markGone(
      trx,
      rows.filter(({ resource_id: id, state }) => !present.has(id.toLowerCase()) && state === 'READY'),
    )),
  ];
  const { rows: times } = await sql<{ at: Date }>`select now() as at`.execute(trx);
  return viewOf(seen, found, times[0]?.at ?? new Date(0));
}

async function rowsIn(trx: Db, subscriptions: readonly string[]): Promise<readonly ClusterRow[]> {
  const { rows } =
    await sql<ClusterRow>`select * from cluster where lower(subscription_id) = any(${subscriptions}) order by name for update`.execute(trx);
  return rows;
}

/** Clusters nobody knew. The same name in two groups is common; the second gets a mark that stays the same. */
async function add(trx: Db, clusters: readonly AzureCluster[]): Promise<readonly Found[]> {
  if (clusters.length === 0) return [];
  const { rows } = await sql<{ name: string }>`select name from cluster where name = any(${clusters.map(({ name }) => name)})`.execute(trx);
  const taken = new Set(rows.map(({ name }) => name));
  const added = [...clusters]
    .sort((a, b) => (a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1))
    .map((azure) => {
      const name = taken.has(azure.name) ? `${azure.name}-${shortHash(azure.resourceId.toLowerCase())}` : azure.name;
      taken.add(name);
      return { name, azure, ...adoptedCluster({ name, network: undefined, azure }, azure, { id: '', name: '' }) };
    });
  const entries = added.map(({ name, azure, input, networkPlugin, networkPluginMode }) => ({
    id: newId(),
    name,
    subscription: azure.subscriptionId,
    group: azure.resourceGroup,
    region: azure.region,
    network: input.cluster.network,
    version: azure.kubernetesVersion,
    dataplane: azure.dataplane,
    resource: azure.resourceId,
    vnet: input.vnet.id,
    input,
    plugin: networkPlugin,
    mode: networkPluginMode,
  }));
  await sql`
    insert into cluster (id, name, subscription_id, resource_group, region, network, kubernetes_version, dataplane, resource_id, vnet_resource_id,
      state, address_plan, input, created, network_plugin, network_plugin_mode, seen_at)
    select c.id, c.name, c.subscription, c."group", c.region, c.network, c.version, c.dataplane, c.resource, c.vnet, 'READY', '', c.input, false,
      c.plugin, c.mode, now()
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as c (id uuid, name text, subscription text, "group" text, region text, network text,
      version text, dataplane text, resource text, vnet text, input jsonb, plugin text, mode text)
  `.execute(trx);
  return added.map(({ name, azure }) => ({ name, resourceId: azure.resourceId, change: 'ADDED' as const, drift: [] }));
}

/** What Podspan made is compared; what it only knows follows Azure. */
async function renew(trx: Db, pairs: readonly { readonly row: ClusterRow; readonly azure: AzureCluster }[]): Promise<readonly Found[]> {
  const settled = pairs.map(({ row, azure }) => {
    if (busyStates.includes(row.state)) return { row, azure, change: 'BUSY' as const, drift: [...row.drift], input: row.input };
    if (row.created) {
      const { input, kubernetes_version: kubernetesVersion, dataplane, network_plugin_mode: networkPluginMode } = row;
      const drift = driftOf({ input, kubernetesVersion, dataplane, networkPluginMode }, azure);
      return { row, azure, change: sameDrift(row, drift) ? ('UNCHANGED' as const) : ('UPDATED' as const), drift: [...drift], input };
    }
    const next = adoptedCluster({ name: row.name, network: row.network, azure }, azure, row.input.rollout);
    const differs = JSON.stringify(sorted(next.input)) !== JSON.stringify(sorted(row.input)) || row.gone_since !== null;
    return { row, azure, change: differs ? ('UPDATED' as const) : ('UNCHANGED' as const), drift: [], input: next.input };
  });
  const entries = settled
    .filter(({ change }) => change !== 'BUSY')
    .map(({ row, azure, drift, input, change }) => ({
      id: row.id,
      drift,
      input,
      changed: change === 'UPDATED',
      // The row of a cluster that Podspan made says what it is meant to be.
      version: row.created ? row.kubernetes_version : azure.kubernetesVersion,
      dataplane: row.created ? row.dataplane : azure.dataplane,
      plugin: row.created ? row.network_plugin : pluginOf(azure),
      mode: row.created ? row.network_plugin_mode : azure.networkMode === 'OVERLAY' ? 'overlay' : null,
    }));
  await sql`
    update cluster set drift = c.drift, input = c.input, kubernetes_version = c.version, dataplane = c.dataplane, network_plugin = c.plugin,
      network_plugin_mode = c.mode, seen_at = now(), gone_since = null,
      updated_at = case when c.changed then clock_timestamp() else cluster.updated_at end
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as c (id uuid, drift jsonb, input jsonb, changed boolean, version text, dataplane text,
      plugin text, mode text)
    where cluster.id = c.id
  `.execute(trx);
  return settled.map(({ row, azure, change, drift }) => ({ name: row.name, resourceId: azure.resourceId, change, drift }));
}

async function markGone(trx: Db, rows: readonly ClusterRow[]): Promise<readonly Found[]> {
  const ids = rows.map(({ id }) => id);
  await sql`update cluster set gone_since = coalesce(gone_since, now()) where id = any(${ids}::uuid[])`.execute(trx);
  return rows.map(({ name, resource_id: resourceId, drift }) => ({ name, resourceId, change: 'GONE' as const, drift: [...drift] }));
}

function sameDrift(row: ClusterRow, drift: readonly ClusterDrift[]): boolean {
  return row.gone_since === null && JSON.stringify(sorted(row.drift)) === JSON.stringify(sorted(drift));
}

function pluginOf({ networkMode }: AzureCluster): ClusterRow['network_plugin'] {
  if (networkMode === 'KUBENET') return 'kubenet';
  return networkMode === 'NONE' ? 'none' : 'azure';
}

/** PostgreSQL keeps the members of a document in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}

function viewOf(seen: readonly Seen[], found: readonly Found[], at: Date): DiscoveryView {
  const count = (change: Found['change']): number => found.filter((one) => one.change === change).length;
  return {
    discoveredAt: at.toISOString(),
    subscriptions: seen.map(({ subscriptionId, clusters, error }) => ({ subscriptionId, clusters: clusters.length, error: error ?? null })),
    counts: {
      added: count('ADDED'),
      updated: count('UPDATED'),
      unchanged: count('UNCHANGED'),
      drifted: found.filter(({ drift }) => drift.length > 0).length,
      gone: count('GONE'),
    },
    clusters: [...found].sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
