import type { Cidr } from '@podspan/cidr';

export const networkKinds = ['VIRTUAL_NETWORK', 'ON_PREMISES', 'EXTERNAL'] as const;
export type NetworkKind = (typeof networkKinds)[number];

export const linkKinds = ['PEERING', 'CONNECTED_GROUP', 'EXPRESSROUTE', 'VPN', 'VIRTUAL_WAN'] as const;
export type LinkKind = (typeof linkKinds)[number];

export interface NetworkNode {
  readonly name: string;
  readonly kind: NetworkKind;
  readonly addressSpace: string;
  readonly prefixes: readonly Cidr[];
}

/** An undirected edge between two networks, by name. */
export interface NetworkLink {
  readonly from: string;
  readonly to: string;
  readonly kind: LinkKind;
}

/** A network that packets from somewhere can arrive at, and the networks they cross on the way (both ends included). */
export interface Reached {
  readonly network: NetworkNode;
  readonly path: readonly string[];
}

/** The networks and the links between them. Immutable; every answer is in a stable order. */
export class NetworkGraph {
  readonly #nodes: ReadonlyMap<string, NetworkNode>;
  readonly #neighbours: ReadonlyMap<string, readonly string[]>;
  readonly #reached = new Map<string, readonly Reached[]>();

  constructor(
    readonly networks: readonly NetworkNode[],
    readonly links: readonly NetworkLink[],
  ) {
    this.#nodes = new Map(networks.map((network) => [network.name, network]));
    this.#neighbours = adjacency(this.#nodes, links);
  }

  find(name: string): NetworkNode | undefined {
    return this.#nodes.get(name);
  }

  /**
   * What a host in `start` can talk to, nearest first, `start` itself included. Virtual networks forward
   * (a hub may hold a firewall or a route server; assuming so is the safe side); on-premises and external
   * networks are ends: they are reached, not crossed.
   */
  reach(start: string): readonly Reached[] {
    const known = this.#reached.get(start);
    if (known) return known;
    const reached = this.#walk(start, (network) => network.kind === 'VIRTUAL_NETWORK' || network.name === start);
    this.#reached.set(start, reached);
    return reached;
  }

  /** The names of all networks connected with `start` by any chain of links, sorted. */
  routingDomain(start: string): readonly string[] {
    return this.#walk(start, () => true)
      .map(({ network }) => network.name)
      .sort(byText);
  }

  /** All routing domains, each sorted, in order of their first member. */
  routingDomains(): readonly (readonly string[])[] {
    const seen = new Set<string>();
    const domains: (readonly string[])[] = [];
    for (const name of [...this.#nodes.keys()].sort(byText)) {
      if (seen.has(name)) continue;
      const domain = this.routingDomain(name);
      for (const member of domain) seen.add(member);
      domains.push(domain);
    }
    return domains;
  }

  /** The shortest chain of networks from one to the other over any links; undefined when nothing connects them. */
  pathBetween(from: string, to: string): readonly string[] | undefined {
    return this.#walk(from, () => true).find(({ network }) => network.name === to)?.path;
  }

  #walk(start: string, forwards: (network: NetworkNode) => boolean): readonly Reached[] {
    const origin = this.#nodes.get(start);
    if (!origin) return [];
    const found: Reached[] = [{ network: origin, path: [start] }];
    const seen = new Set([start]);
    for (let next = 0; next < found.length; next += 1) {
      const here = found[next];
      if (!here || !forwards(here.network)) continue;
      for (const name of this.#neighbours.get(here.network.name) ?? []) {
        const network = this.#nodes.get(name);
        if (!network || seen.has(name)) continue;
        seen.add(name);
        found.push({ network, path: [...here.path, name] });
      }
    }
    return found;
  }
}

function adjacency(nodes: ReadonlyMap<string, NetworkNode>, links: readonly NetworkLink[]): Map<string, readonly string[]> {
  const sets = new Map<string, Set<string>>([...nodes.keys()].map((name) => [name, new Set()]));
  for (const { from, to } of links) {
    sets.get(from)?.add(to);
    sets.get(to)?.add(from);
  }
  return new Map([...sets].map(([name, neighbours]) => [name, [...neighbours].sort(byText)]));
}

/** Order by code points: the same on every machine, whatever its locale. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
