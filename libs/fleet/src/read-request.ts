import { DomainError, InvalidRequest, type Problem } from '@podspan/errors';
import { parseRequest } from '@podspan/platform';
import { z } from 'zod';
import { ClusterSpec } from './domain/cluster-spec.js';
import { PlanPools, RolloutBody, Strategy } from './domain/rollout-request.js';
import type { PlacedCluster } from './domain/check-clusters.js';

/** A request as far as it can be read. What cannot is in `problems`; the rest is checked all the same. */
export interface ReadRequest {
  readonly name: string | undefined;
  readonly action: RolloutBody['action'] | undefined;
  readonly clusters: readonly PlacedCluster[];
  readonly strategy: Strategy | undefined;
  readonly pools: PlanPools | undefined;
  readonly topology: unknown;
  readonly problems: readonly Problem[];
}

/** Everything but the clusters, which are read one by one so that one bad cluster does not hide what is wrong with the others. */
const Envelope = RolloutBody.extend({ clusters: z.array(z.unknown()).max(5_000).optional() });

export function readRequest(body: unknown): ReadRequest {
  const raw = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const envelope = attempt(() => parseRequest(Envelope, body ?? {}));
  const list = Array.isArray(raw['clusters']) ? raw['clusters'].slice(0, 5_000) : [];
  const clusters = list.map((entry, index) => attempt(() => parseRequest(ClusterSpec, entry, `clusters[${index}]`)));
  return {
    name: typeof raw['name'] === 'string' ? raw['name'] : undefined,
    action: RolloutBody.shape.action.safeParse(raw['action']).data,
    clusters: clusters.flatMap(({ value }, index) => (value === undefined ? [] : [{ index, spec: value }])),
    strategy: Strategy.safeParse(raw['strategy'] ?? {}).data,
    pools: PlanPools.safeParse(raw['pools']).data,
    topology: raw['topology'],
    problems: [...envelope.problems, ...clusters.flatMap(({ problems }) => problems)],
  };
}

function attempt<T>(parse: () => T): { readonly value?: T; readonly problems: readonly Problem[] } {
  try {
    return { value: parse(), problems: [] };
  } catch (error) {
    if (error instanceof InvalidRequest) return { problems: error.problems };
    if (error instanceof DomainError) return { problems: [{ path: '', code: error.code, message: error.message }] };
    throw error;
  }
}
