import { type Cidr, CidrSet } from '@podspan/cidr';

export interface PlacedPool {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly Cidr[];
  readonly network?: { readonly name: string } | undefined;
}

export interface PlacedNetwork {
  readonly name: string;
  readonly prefixes: readonly Cidr[];
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

/** Where the subnets of a plan lie. Thousands of clusters share a few networks and pools, so each pair is looked at once. */
export class Places<P extends PlacedPool> {
  readonly #known = new Map<PoolWithDescendants<P>, Map<string, Place<P> | undefined>>();

  /** As `placePool`; the same list for the same network. */
  of(pool: PoolWithDescendants<P>, network: PlacedNetwork): Place<P> | undefined {
    const known = this.#known.get(pool) ?? new Map<string, Place<P> | undefined>();
    this.#known.set(pool, known);
    if (!known.has(network.name)) known.set(network.name, placePool(pool, network));
    return known.get(network.name);
  }
}

/**
 * The pool itself if it belongs to the network, else its descendant that does, else the part of the pool that lies in
 * the network. Every subnet lies inside the network's prefixes (SN-06); undefined when no part of the pool does.
 */
export function placePool<P extends PlacedPool>(
  { pool, descendants }: PoolWithDescendants<P>,
  network: PlacedNetwork,
): Place<P> | undefined {
  const own = [pool, ...descendants].find((candidate) => candidate.network?.name === network.name);
  const chosen = own ?? pool;
  const inside = CidrSet.of(network.prefixes);
  const within = chosen.cidrs.flatMap((cidr) => inside.intersect(CidrSet.of([cidr])).blocks);
  return within.length > 0 ? { pool: chosen, within } : undefined;
}
