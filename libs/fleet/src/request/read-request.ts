import type { Problem } from '@podspan/errors';
import { readLeniently } from '@podspan/platform';
import { z } from 'zod';
import { ClusterSpec } from '../domain/cluster-spec.js';
import { ClusterReference, PlanPools, RolloutBody, Selector, Strategy, type UpgradeSpec } from '../domain/rollout-request.js';
import { clusterId } from '../domain/create/names.js';
import type { IngressMigrationSpec } from '../domain/ingress/ingress-migration.js';
import type { AskedChange } from '../domain/change/change-target.js';
import type { PlacedCluster } from '../domain/check-clusters.js';
import type { WaveMember } from '../domain/selector.js';

/** An existing cluster that the request names. */
export interface NamedTarget {
  readonly index: number;
  /** By reference, or by the members of a cluster that say which it is. */
  readonly ref: string;
  readonly resourceId: string | undefined;
  readonly network: string | undefined;
  readonly asked: AskedChange;
}

/** A request as far as it can be read. What cannot is in `problems`; the rest is checked all the same. */
export interface ReadRequest {
  readonly name: string | undefined;
  readonly action: RolloutBody['action'] | undefined;
  readonly clusters: readonly PlacedCluster[];
  /** Every cluster of the request, also those that cannot be read. */
  readonly members: readonly WaveMember[];
  readonly strategy: Strategy | undefined;
  readonly pools: PlanPools | undefined;
  /** For actions on clusters that exist. */
  readonly targets: readonly NamedTarget[];
  readonly selector: Selector | undefined;
  readonly podPool: string | undefined;
  readonly upgrade: UpgradeSpec | undefined;
  readonly ingress: IngressMigrationSpec | undefined;
  readonly confirmed: boolean;
  /** As they were sent: ipam has its say about them too. */
  readonly rawClusters: readonly unknown[];
  readonly rawPools: unknown;
  readonly topology: unknown;
  readonly problems: readonly Problem[];
}

/** Everything but the clusters, which are read one by one so that one bad cluster does not hide what is wrong with the others. */
const Envelope = RolloutBody.extend({ clusters: z.array(z.unknown()).max(5_000).optional() });
const CreateEnvelope = Envelope.extend({ pools: PlanPools.optional() });

/** Of a cluster that exists only what says which it is, and what is wanted of it. */
const ClusterNaming = ClusterSpec.partial().required({ name: true, subscriptionId: true, resourceGroup: true });

export function readRequest(body: unknown): ReadRequest {
  const raw = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const action = RolloutBody.shape.action.safeParse(raw['action']).data;
  const isCreate = action === undefined || action === 'CREATE';
  const envelope = readLeniently(isCreate ? CreateEnvelope : Envelope, body ?? {});
  const list: readonly unknown[] = Array.isArray(raw['clusters']) ? raw['clusters'].slice(0, 5_000) : [];
  const read = isCreate ? readSpecs(list) : readTargets(list);
  return {
    name: typeof raw['name'] === 'string' ? raw['name'] : undefined,
    action,
    clusters: [],
    members: [],
    targets: [],
    ...read,
    selector: Selector.safeParse(raw['selector']).data,
    podPool: typeof envelope.value?.pools?.podCidr === 'string' ? envelope.value.pools.podCidr : undefined,
    upgrade: envelope.value?.upgrade,
    ingress: envelope.value?.ingress,
    confirmed: raw['confirmIrreversible'] === true,
    strategy: readStrategy(raw['strategy'] ?? {}),
    pools: PlanPools.safeParse(raw['pools']).data,
    rawClusters: list,
    rawPools: raw['pools'],
    topology: raw['topology'],
    problems: [...envelope.problems, ...read.problems],
  };
}

/** As much of it as can be read: a window that makes no sense must not hide what is wrong with the waves. */
function readStrategy(given: unknown): Strategy | undefined {
  const { value } = readLeniently(Strategy, given);
  if (value !== undefined || typeof given !== 'object' || given === null || !('maintenanceWindows' in given)) return value;
  return readLeniently(Strategy, { ...given, maintenanceWindows: undefined }).value;
}

function readSpecs(list: readonly unknown[]): Pick<ReadRequest, 'clusters' | 'members' | 'problems'> {
  const clusters = list.map((entry, index) => ({ index, entry, ...readLeniently(ClusterSpec, entry, `clusters[${index}]`) }));
  return {
    clusters: clusters.flatMap(({ index, value }) => (value === undefined ? [] : [{ index, spec: value }])),
    members: clusters.map(({ entry, value }) => value ?? memberOf(entry)),
    problems: clusters.flatMap(({ problems }) => problems),
  };
}

function readTargets(list: readonly unknown[]): Pick<ReadRequest, 'targets' | 'problems'> {
  const read = list.map((entry, index) => readTarget(entry, index));
  return { targets: read.flatMap(({ target }) => target ?? []), problems: read.flatMap(({ problems }) => problems) };
}

function readTarget(entry: unknown, index: number): { readonly target?: NamedTarget; readonly problems: readonly Problem[] } {
  const path = `clusters[${index}]`;
  if (typeof entry === 'object' && entry !== null && 'ref' in entry) {
    const { value, problems } = readLeniently(ClusterReference, entry, path);
    if (!value) return { problems };
    const { ref, ...asked } = value;
    const resourceId = ref.startsWith('/subscriptions/') ? ref : undefined;
    return { target: { index, ref, resourceId, network: undefined, asked }, problems };
  }
  const { value, problems } = readLeniently(ClusterNaming, entry, path);
  if (!value) return { problems };
  const { name, subscriptionId, resourceGroup, network, podCidr, kubernetesVersion, dataplane } = value;
  const resourceId = clusterId(subscriptionId, resourceGroup, name);
  return { target: { index, ref: name, resourceId, network, asked: { podCidr, kubernetesVersion, dataplane } }, problems };
}

/** What a wave can tell of a cluster that cannot be read. */
function memberOf(entry: unknown): WaveMember {
  const part = readLeniently(
    ClusterSpec.pick({ name: true, region: true, subscriptionId: true, network: true, mesh: true, tags: true }).partial(),
    entry,
  ).value;
  return {
    name: part?.name ?? '',
    region: part?.region ?? '',
    subscriptionId: part?.subscriptionId ?? '',
    network: part?.network ?? '',
    mesh: part?.mesh,
    tags: part?.tags,
  };
}
