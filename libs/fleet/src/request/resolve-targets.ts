import { listAt, readSubnet, textAt } from '@podspan/aks';
import { type Arm, ArmFailure, type ArmResource } from '@podspan/azure';
import { Cidr } from '@podspan/cidr';
import { type Problem, Transient } from '@podspan/errors';
import { currentReach } from '@podspan/platform';
import { sql } from 'kysely';
import type { ClusterRow, Db } from '../database.js';
import { type AzureCluster, readAzureCluster } from '../domain/change/azure-cluster.js';
import { nodeAddresses } from '../domain/change/check-surge-room.js';
import type { AskedChange, AzureNetwork, ChangeSurroundings, ChangeTarget, KnownCluster } from '../domain/change/change-target.js';
import { matches } from '../domain/selector.js';
import { inTurn } from '../in-turn.js';
import { readCores } from './read-places.js';
import { readGatewaySubnet } from './read-gateway-subnet.js';
import type { NamedTarget, ReadRequest } from './read-request.js';
import { clustersWithinReach } from '../clusters/clusters.repository.js';
import type { ListedCluster } from '../clusters/listed-cluster.js';

/** Most clusters of one rollout. */
const mostTargets = 5_000;
/** Application Gateways read at a time. */
const gatewaysAtOnce = 8;

/** A target with the rows behind it. */
export type ResolvedTarget = ChangeTarget & {
  readonly row: ListedCluster | undefined;
  readonly network: string | undefined;
  /** As it was listed. */ readonly raw: unknown;
};

export interface ResolvedTargets {
  readonly targets: readonly ResolvedTarget[];
  readonly around: ChangeSurroundings;
  readonly problems: readonly Problem[];
}

/**
 * Finds the clusters that a request names, in Podspan and in Azure: one LIST of clusters and one of networks for each subscription,
 * however many clusters there are.
 * @throws Transient when Azure does not answer: what exists is the ground of every change
 */
export async function resolveTargets(db: Db, arm: Arm, request: ReadRequest): Promise<ResolvedTargets> {
  const rows = await clustersFor(db, request);
  const found = request.selector && request.targets.length === 0 ? selected(rows, request) : named(rows, request.targets);
  const subscriptions = [...new Set(found.targets.flatMap(({ resourceId }) => resourceId.split('/')[2]?.toLowerCase() ?? []))];
  const estate = await estateOf(arm, subscriptions);
  const listed = found.targets.map(({ index, name, asked, row, resourceId, network }): ResolvedTarget => {
    const resource = estate.clusters.get(resourceId.toLowerCase());
    const azure = resource && readAzureCluster(resource.id, resource.raw);
    return { index, name: azure && !row ? azure.name : name, asked, row, network, azure, raw: resource?.raw, known: row && knownOf(row) };
  });
  const targets = request.action === 'MIGRATE_TO_OVERLAY' ? await withAgicSubnets(arm, listed) : listed;
  const [versions, cores] =
    request.action === 'UPGRADE'
      ? await Promise.all([
          versionsFor(arm, targets),
          readCores(
            arm,
            targets.flatMap(({ azure }) => azure ?? []),
          ),
        ])
      : [new Map(), new Map()];
  return {
    targets,
    around: { networks: estate.networks, versions, cores, addressesInUse: addressesInUse(estate) },
    problems: found.problems,
  };
}

/** MG-19 wants the subnet of AGIC's gateway, of which an add-on that was given its gateway says nothing. */
function withAgicSubnets(arm: Arm, targets: readonly ResolvedTarget[]): Promise<readonly ResolvedTarget[]> {
  return inTurn(targets, gatewaysAtOnce, async (target) => {
    const { azure } = target;
    if (!azure?.agic.enabled || azure.agic.gatewayId === undefined || azure.agicSubnetId !== undefined) return target;
    return { ...target, azure: { ...azure, agicSubnetId: await readGatewaySubnet(arm, azure.agic.gatewayId) } };
  });
}

interface Found {
  readonly index: number | undefined;
  readonly name: string;
  readonly asked: AskedChange;
  readonly row: ListedCluster | undefined;
  readonly resourceId: string;
  readonly network: string | undefined;
}

function selected(rows: readonly ListedCluster[], { selector }: ReadRequest): { targets: Found[]; problems: Problem[] } {
  const chosen = rows.filter((row) => selector && matches(selector, memberOf(row)));
  const targets = chosen
    .slice(0, mostTargets)
    .map((row): Found => ({ index: undefined, name: row.name, asked: {}, row, resourceId: row.resource_id, network: row.network }));
  if (targets.length === 0)
    return {
      targets,
      problems: [
        {
          path: 'selector',
          code: 'empty_selection',
          message: 'the selector matches no cluster that Podspan knows',
          value: selector,
          suggestion: 'look at GET /v1/clusters',
        },
      ],
    };
  if (chosen.length > mostTargets)
    return {
      targets,
      problems: [
        {
          path: 'selector',
          code: 'too_big',
          message: `the selector matches ${chosen.length} clusters; a rollout takes ${mostTargets}`,
          value: chosen.length,
        },
      ],
    };
  return { targets, problems: [] };
}

function memberOf(row: ClusterRow) {
  const { mesh, tags } = row.input.cluster;
  return { name: row.name, region: row.region, subscriptionId: row.subscription_id, network: row.network, mesh, tags };
}

function named(rows: readonly ListedCluster[], targets: readonly NamedTarget[]): { targets: Found[]; problems: Problem[] } {
  const byKey = new Map(rows.flatMap((row) => [row.name, row.id, row.resource_id].map((key) => [key.toLowerCase(), row] as const)));
  const first = new Map<string, number>();
  const problems: Problem[] = [];
  const found = targets.flatMap(({ index, ref, resourceId, asked, network }): Found[] => {
    const row = byKey.get(resourceId?.toLowerCase() ?? '') ?? byKey.get(ref.toLowerCase());
    const path = `clusters[${index}]`;
    // Whose rights hold in some networks names none of the others by an ARM id.
    const id = row?.resource_id ?? (currentReach() === undefined ? resourceId : undefined);
    if (id === undefined) {
      problems.push({
        path: `${path}.ref`,
        code: 'unknown_cluster',
        message: `Podspan knows no cluster '${ref}'`,
        value: ref,
        ...(currentReach() === undefined ? { suggestion: 'the ARM id of a cluster that Podspan has not seen yet' } : {}),
      });
      return [];
    }
    const earlier = first.get(id.toLowerCase());
    if (earlier !== undefined) {
      problems.push({
        path,
        code: 'duplicate_name',
        message: `cluster '${ref}' is in the request twice`,
        value: ref,
        conflictsWith: `clusters[${earlier}]`,
      });
      return [];
    }
    first.set(id.toLowerCase(), index);
    return [{ index, name: row?.name ?? id.slice(id.lastIndexOf('/') + 1), asked, row, resourceId: id, network: row?.network ?? network }];
  });
  return { targets: found, problems };
}

async function clustersFor(db: Db, { targets, selector }: ReadRequest): Promise<readonly ListedCluster[]> {
  const all = selector !== undefined && targets.length === 0;
  const keys = targets.flatMap(({ ref, resourceId }) => [ref.toLowerCase(), resourceId?.toLowerCase() ?? '']);
  const { rows } = await sql<ListedCluster>`
    select c.*, hand.name as busy_with from cluster c
    left join lateral (
      select r.name from item i join rollout r on r.id = i.rollout_id where i.cluster = c.name and i.state in ('PENDING', 'RUNNING') limit 1
    ) hand on true
    where ${clustersWithinReach()} and (${all} or lower(c.name) = any(${keys}) or c.id::text = any(${keys}) or lower(c.resource_id) = any(${keys}))
    order by c.name limit ${mostTargets + 1_000}
  `.execute(db);
  return rows;
}

function knownOf(row: ListedCluster): KnownCluster {
  return {
    name: row.name,
    state: row.state,
    busyWith: row.busy_with ?? undefined,
    network: row.network,
    created: row.created,
    podCidr: row.input.podCidr,
    podCidrGrowth: row.input.podCidrGrowth,
    gatewaySubnet: row.input.gatewaySubnet?.cidr,
  };
}

interface ListedNetwork extends AzureNetwork {
  readonly subnets: readonly (AzureNetwork['subnets'][number] & { readonly configurations: number })[];
}

interface Estate {
  readonly clusters: ReadonlyMap<string, ArmResource>;
  readonly networks: ReadonlyMap<string, ListedNetwork>;
}

async function estateOf(arm: Arm, subscriptions: readonly string[]): Promise<Estate> {
  try {
    const clusters = (await Promise.all(subscriptions.map((id) => arm.listClusters(id)))).flat();
    const networks = (await Promise.all(subscriptions.map((id) => arm.listVirtualNetworks(id)))).flat();
    return {
      clusters: new Map(clusters.map((cluster) => [cluster.id.toLowerCase(), cluster])),
      networks: new Map(networks.map((network) => [network.id.toLowerCase(), networkOf(network)])),
    };
  } catch (error) {
    throw unanswered(error);
  }
}

/** What Azure counts, and where it does not tell, what the nodes of all clusters need. */
function addressesInUse({ clusters, networks }: Estate): ReadonlyMap<string, number> {
  const inUse = new Map(nodeAddresses([...clusters.values()].map(({ id, raw }) => readAzureCluster(id, raw))));
  for (const { subnets } of networks.values())
    for (const { id, configurations } of subnets) inUse.set(id.toLowerCase(), Math.max(configurations, inUse.get(id.toLowerCase()) ?? 0));
  return inUse;
}

function unanswered(error: unknown): unknown {
  if (!(error instanceof ArmFailure)) return error;
  return new Transient(
    'dependency_unavailable',
    `Azure does not say what exists: ${error.facts.code}`,
    error.facts.retryAfterSeconds ?? 30,
    { cause: error },
  );
}

function networkOf({ raw }: ArmResource): ListedNetwork {
  return {
    prefixes: listAt(raw, 'properties.addressSpace.addressPrefixes').map((prefix) => Cidr.parse(String(prefix))),
    subnets: listAt(raw, 'properties.subnets').flatMap((subnet) => {
      const { prefixes, delegations } = readSubnet(subnet);
      const [prefix] = prefixes;
      if (prefix === undefined) return [];
      const configurations = listAt(subnet, 'properties.ipConfigurations').length;
      return [
        { id: textAt(subnet, 'id') ?? '', name: textAt(subnet, 'name') ?? '', cidr: Cidr.parse(prefix), delegations, configurations },
      ];
    }),
  };
}

/** What each region offers, asked once a region. */
async function versionsFor(arm: Arm, targets: readonly ResolvedTarget[]): Promise<Map<string, { patches: string[] }>> {
  try {
    return await byPlace(targets, async ({ subscriptionId, region }) => {
      const offered = await arm.kubernetesVersions(subscriptionId, region);
      return { patches: offered.flatMap(({ patchVersions }) => patchVersions) };
    });
  } catch (error) {
    throw unanswered(error);
  }
}

/** Asked once for each subscription and region. */
async function byPlace<T>(targets: readonly ResolvedTarget[], ask: (azure: AzureCluster) => Promise<T>): Promise<Map<string, T>> {
  const places = new Map(
    targets.flatMap(({ azure }) => (azure ? [[`${azure.subscriptionId}/${azure.region}`.toLowerCase(), azure] as const] : [])),
  );
  return new Map(await Promise.all([...places].map(async ([place, azure]) => [place, await ask(azure)] as const)));
}

/** The network of the nodes as ipam may know it: by name as asked or known, else by the VNet's own name. */
export function networkNameOf({ network, azure }: Pick<ResolvedTarget, 'network' | 'azure'>): string {
  const subnetId = azure?.nodePools.find((pool) => pool.subnetId !== undefined)?.subnetId;
  return network ?? /\/virtualNetworks\/([^/]+)/i.exec(subnetId ?? '')?.[1] ?? '';
}
