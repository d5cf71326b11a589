import { NotFound, type Problem } from '@podspan/errors';
import type { ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts, PoolFacts } from './domain/cluster-facts.js';
import type { Prefixes } from './ports/prefixes.js';

/** What others say about the place a gateway is to have, and what is wrong with it. */
export interface Place {
  readonly cluster: ClusterFacts | undefined;
  readonly subnet: ChosenSubnet | undefined;
  /** The VNet's prefixes, when the pool is not the network's own. */
  readonly networkPrefixes: readonly string[] | undefined;
  readonly problems: readonly Problem[];
}

export interface PoolPlace {
  readonly pool: string;
  readonly cluster: ClusterFacts;
  readonly subnet: ChosenSubnet;
  /** What the kind of gateway says of the pool, and of a block beside the prefixes. */
  readonly check: (pool: PoolFacts, networkPrefixes: readonly string[] | undefined) => readonly Problem[];
}

/** A place for a block that is still to be taken. */
export async function placeInPool(prefixes: Prefixes, { pool, cluster, subnet, check }: PoolPlace, authorization: string): Promise<Place> {
  const facts = await prefixes.pool(pool, authorization);
  if (!facts) return { cluster, subnet, networkPrefixes: undefined, problems: [unknown('pool', pool)] };
  const networkPrefixes = facts.network === undefined ? await prefixesOf(prefixes, cluster.network, authorization) : undefined;
  return { cluster, subnet, networkPrefixes, problems: check(facts, networkPrefixes) };
}

async function prefixesOf(prefixes: Prefixes, network: string, authorization: string): Promise<readonly string[]> {
  const found = await prefixes.networkPrefixes(network, authorization);
  if (!found) throw new NotFound('network', network);
  return found;
}

const nouns = {
  cluster: ['cluster', 'unknown_cluster'],
  pool: ['pool', 'unknown_pool'],
  subnetId: ['subnet in Azure', 'unknown_subnet'],
  wafPolicyId: ['WAF policy in Azure', 'unknown_waf_policy'],
} as const;

export function unknown(path: keyof typeof nouns, value: string): Problem {
  const [what, code] = nouns[path];
  return { path, code, message: `there is no ${what} '${value}'`, value };
}
