import type { Cidr } from '@podspan/cidr';
import { goesOn, type LinkKind, linkKinds, type NetworkKind } from './link-kinds.js';
import { type Ranged, RangeIndex } from './range-index.js';

export { type LinkKind, type NetworkKind } from './link-kinds.js';

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

/** A chain of links: the networks on it, both ends included, and the kind of each link between them. */
export interface Way {
  readonly path: readonly string[];
  readonly via: readonly LinkKind[];
}

/** A network that packets from somewhere can arrive at, and the way they go. */
export interface Reached extends Way {
  readonly network: NetworkNode;
}

/** The pod range of a kubenet cluster, which kubenet publishes in a route table of its network. */
export interface KubenetRange {
  readonly cluster: string;
  readonly network: string;
  readonly cidr: Cidr;
}

/** A network with its place in the lists of the graph. */
interface Node {
  readonly network: NetworkNode;
  readonly index: number;
  readonly edges: Edge[];
}

interface Edge {
  readonly to: Node;
  readonly kind: LinkKind;
}

/** The networks and the links between them. Immutable; every answer is in a stable order. */
export class NetworkGraph {
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #reached = new Map<string, ReadonlyMap<string, Reached>>();
  readonly #overlapping = new Map<string, readonly Ranged<NetworkNode>[]>();
  #prefixes: RangeIndex<NetworkNode> | undefined;
  #domains: ReadonlyMap<string, readonly string[]> | undefined;
  #kubenet: RangeIndex<KubenetRange> | undefined;

  constructor(
    readonly networks: readonly NetworkNode[],
    readonly links: readonly NetworkLink[],
    readonly kubenet: readonly KubenetRange[] = [],
  ) {
    this.#nodes = nodesOf(networks, links);
  }

  find(name: string): NetworkNode | undefined {
    return this.#nodes.get(name)?.network;
  }

  /** What a host in `start` can talk to, nearest first, `start` itself included; which links lead on is `goesOn`'s to say. */
  reach(start: string): readonly Reached[] {
    return [...this.#reach(start).values()];
  }

  /** The prefixes that a host in `start` can talk to and that overlap the range: what overlaps at all is found first, and is little. */
  reachedOver(start: string, cidr: Cidr): readonly { readonly reached: Reached; readonly prefix: Cidr }[] {
    const found = this.#overlapsOf(cidr).flatMap(({ cidr: prefix, value }) => {
      const reached = this.#reach(start).get(value.name);
      return reached ? [{ reached, prefix }] : [];
    });
    return found.length < 2 ? found : found.sort(nearestFirst);
  }

  /** Pod ranges of kubenet clusters in `start` or in a network peered with it that overlap the range (OV-52). */
  kubenetOver(start: string, cidr: Cidr): readonly (KubenetRange & Way)[] {
    if (this.kubenet.length === 0) return [];
    this.#kubenet ??= new RangeIndex(this.kubenet.map((range) => ({ cidr: range.cidr, value: range })));
    const found = [...this.#kubenet.overlapping(cidr)].flatMap(({ value }) => {
      const way = this.#peered(start, value.network);
      return way ? [{ ...value, ...way }] : [];
    });
    return found.sort((a, b) => a.path.length - b.path.length || byText(a.cluster, b.cluster) || a.cidr.compare(b.cidr));
  }

  #peered(start: string, other: string): Way | undefined {
    if (start === other) return { path: [start], via: [] };
    const edge = this.#nodes
      .get(start)
      ?.edges.find(({ to, kind }) => to.network.name === other && (kind === 'PEERING' || kind === 'CONNECTED_GROUP'));
    return edge && { path: [start, other], via: [edge.kind] };
  }

  /** The shortest ways from `start` to everything that any links connect with it, itself included. */
  waysFrom(start: string): ReadonlyMap<string, Way> {
    return this.#walk(start, () => true);
  }

  /** The names of all networks connected with `start` by any chain of links, sorted. */
  routingDomain(start: string): readonly string[] {
    this.#domains ??= this.#components();
    return this.#domains.get(start) ?? [];
  }

  /** All routing domains, each sorted, in order of their first member. */
  routingDomains(): readonly (readonly string[])[] {
    this.#domains ??= this.#components();
    return [...new Set(this.#domains.values())];
  }

  /** The shortest chain of networks from one to the other over any links; undefined when nothing connects them. */
  pathBetween(from: string, to: string): readonly string[] | undefined {
    return this.waysFrom(from).get(to)?.path;
  }

  #reach(start: string): ReadonlyMap<string, Reached> {
    const known = this.#reached.get(start);
    if (known) return known;
    const reached = this.#walk(start, goesOn);
    this.#reached.set(start, reached);
    return reached;
  }

  #overlapsOf(cidr: Cidr): readonly Ranged<NetworkNode>[] {
    const text = String(cidr);
    const known = this.#overlapping.get(text);
    if (known) return known;
    this.#prefixes ??= new RangeIndex(
      this.networks.flatMap((network) => network.prefixes.map((prefix) => ({ cidr: prefix, value: network }))),
    );
    const found = [...this.#prefixes.overlapping(cidr)];
    this.#overlapping.set(text, found);
    return found;
  }

  #walk(start: string, leads: (network: NetworkKind, entered: LinkKind, leaving: LinkKind) => boolean): ReadonlyMap<string, Step> {
    const origin = this.#nodes.get(start);
    if (!origin) return new Map();
    const first = new Map([[start, new Step(origin, undefined, undefined)]]);
    const seen = new Uint8Array(this.#nodes.size * 2);
    const queue = [...first.values()];
    for (let next = 0; next < queue.length; next += 1) {
      const here = queue[next];
      if (!here) continue;
      for (const { to, kind } of here.node.edges) {
        if (to === origin || (here.entered && !leads(here.network.kind, here.entered, kind))) continue;
        const state = to.index * 2 + (isEnd(to.network, kind) ? 1 : 0);
        if (seen[state] === 1) continue;
        seen[state] = 1;
        const step = new Step(to, here, kind);
        queue.push(step);
        if (!first.has(to.network.name)) first.set(to.network.name, step);
      }
    }
    return first;
  }

  #components(): ReadonlyMap<string, readonly string[]> {
    const domains = new Map<string, readonly string[]>();
    for (const name of [...this.#nodes.keys()].sort(byText)) {
      if (domains.has(name)) continue;
      const members = new Set([name]);
      for (const member of members) for (const { to } of this.#nodes.get(member)?.edges ?? []) members.add(to.network.name);
      const domain = [...members].sort(byText);
      for (const member of domain) domains.set(member, domain);
    }
    return domains;
  }
}

/** A network on the walk and the step before; its way is told only when somebody asks. */
class Step implements Reached {
  readonly network: NetworkNode;
  #path: readonly string[] | undefined;

  constructor(
    readonly node: Node,
    readonly before: Step | undefined,
    /** The kind of link from there. */
    readonly entered: LinkKind | undefined,
  ) {
    this.network = node.network;
  }

  get path(): readonly string[] {
    this.#path ??= this.before ? [...this.before.path, this.network.name] : [this.network.name];
    return this.#path;
  }

  get via(): readonly LinkKind[] {
    return this.before && this.entered ? [...this.before.via, this.entered] : [];
  }
}

/** A site is come to twice if need be: over a link that ends there, and over one that leads on. */
function isEnd({ kind }: NetworkNode, link: LinkKind): boolean {
  return kind !== 'VIRTUAL_NETWORK' && link !== 'VIRTUAL_WAN';
}

function nearestFirst(a: { readonly reached: Reached }, b: { readonly reached: Reached }): number {
  return a.reached.path.length - b.reached.path.length || byText(a.reached.path.join('\n'), b.reached.path.join('\n'));
}

function nodesOf(networks: readonly NetworkNode[], links: readonly NetworkLink[]): ReadonlyMap<string, Node> {
  const nodes = new Map(networks.map((network, index): [string, Node] => [network.name, { network, index, edges: [] }]));
  for (const { from, to, kind } of links) {
    const [one, other] = [nodes.get(from), nodes.get(to)];
    if (!one || !other) continue;
    one.edges.push({ to: other, kind });
    other.edges.push({ to: one, kind });
  }
  for (const { edges } of nodes.values()) edges.sort(byNameAndKind);
  return nodes;
}

function byNameAndKind(a: Edge, b: Edge): number {
  return byText(a.to.network.name, b.to.network.name) || linkKinds.indexOf(a.kind) - linkKinds.indexOf(b.kind);
}

/** Order by code points: the same on every machine, whatever its locale. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
