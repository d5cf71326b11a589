import type { Problem } from '@podspan/errors';
import { readLeniently } from '@podspan/platform';
import { z } from 'zod';
import { ClusterSpec } from './domain/cluster-spec.js';
import { PlanPools, RolloutBody, Strategy } from './domain/rollout-request.js';
import type { PlacedCluster } from './domain/check-clusters.js';
import type { WaveMember } from './domain/selector.js';

/** A request as far as it can be read. What cannot is in `problems`; the rest is checked all the same. */
export interface ReadRequest {
  readonly name: string | undefined;
  readonly action: RolloutBody['action'] | undefined;
  readonly clusters: readonly PlacedCluster[];
  /** Every cluster of the request, also those that cannot be read. */
  readonly members: readonly WaveMember[];
  readonly strategy: Strategy | undefined;
  readonly pools: PlanPools | undefined;
  /** As they were sent: ipam has its say about them too. */
  readonly rawClusters: readonly unknown[];
  readonly rawPools: unknown;
  readonly topology: unknown;
  readonly problems: readonly Problem[];
}

/** Everything but the clusters, which are read one by one so that one bad cluster does not hide what is wrong with the others. */
const Envelope = RolloutBody.extend({ clusters: z.array(z.unknown()).max(5_000).optional() });

export function readRequest(body: unknown): ReadRequest {
  const raw = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const envelope = readLeniently(Envelope, body ?? {});
  const list = Array.isArray(raw['clusters']) ? raw['clusters'].slice(0, 5_000) : [];
  const clusters = list.map((entry, index) => ({
    index,
    entry: entry as unknown,
    ...readLeniently(ClusterSpec, entry, `clusters[${index}]`),
  }));
  return {
    name: typeof raw['name'] === 'string' ? raw['name'] : undefined,
    action: RolloutBody.shape.action.safeParse(raw['action']).data,
    clusters: clusters.flatMap(({ index, value }) => (value === undefined ? [] : [{ index, spec: value }])),
    members: clusters.map(({ entry, value }) => value ?? memberOf(entry)),
    strategy: readLeniently(Strategy, raw['strategy'] ?? {}).value,
    pools: PlanPools.safeParse(raw['pools']).data,
    rawClusters: list as readonly unknown[],
    rawPools: raw['pools'],
    topology: raw['topology'],
    problems: [...envelope.problems, ...clusters.flatMap(({ problems }) => problems)],
  };
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
