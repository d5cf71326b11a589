import { type Cidr, CidrSet } from '@podspan/cidr';

export interface PlacedPool {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly Cidr[];
  readonly network?: { readonly name: string } | undefined;
}

export interface PoolWithDescendants<P extends PlacedPool = PlacedPool> {
  readonly pool: P;
  readonly descendants: readonly P[];
}

/** Where in which pool a cluster of a network takes its subnets from. */
export interface Place<P extends PlacedPool = PlacedPool> {
  readonly pool: P;
  readonly within: readonly Cidr[];
}

/**
 * The pool itself if it belongs to the network, else its descendant that does, else the part of the pool that lies in
 * the network. Every subnet lies inside the network's prefixes (SN-06); undefined when no part of the pool does.
 */
export function placePool<P extends PlacedPool>(
  { pool, descendants }: PoolWithDescendants<P>,
  network: { readonly name: string; readonly prefixes: readonly Cidr[] },
): Place<P> | undefined {
  const own = [pool, ...descendants].find((candidate) => candidate.network?.name === network.name);
  const chosen = own ?? pool;
  const inside = CidrSet.of(network.prefixes);
  const within = chosen.cidrs.flatMap((cidr) => inside.intersect(CidrSet.of([cidr])).blocks);
  return within.length > 0 ? { pool: chosen, within } : undefined;
}
