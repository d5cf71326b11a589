import type { OccupiedRange } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { NetworkGraph, Reached } from '../network-graph.js';

/**
 * What is routable from the networks of a plan, as the rules of AKS want to see it. A thousand clusters ask for a few ranges, so
 * only what overlaps those is looked at first; everything a network reaches is told when a refusal needs a suggestion.
 */
export class OccupiedRanges {
  readonly #everything = new Map<string, readonly OccupiedRange[]>();
  readonly #answers = new Map<string, unknown>();

  constructor(readonly graph: NetworkGraph) {}

  /** What the network reaches that overlaps one of the ranges, nearest first. */
  over(network: string, cidrs: readonly Cidr[]): readonly OccupiedRange[] {
    const found = cidrs.flatMap((cidr) => this.graph.reachedOver(network, cidr));
    return found.map(({ reached, prefix }) => occupiedRange(reached, prefix));
  }

  everything(network: string): readonly OccupiedRange[] {
    const known = this.#everything.get(network);
    if (known) return known;
    const found = this.graph.reach(network).flatMap((reached) => reached.network.prefixes.map((prefix) => occupiedRange(reached, prefix)));
    this.#everything.set(network, found);
    return found;
  }

  /** Problems found with what is near decide; only when there are some they are told with everything in view. */
  judge<T>(network: string, cidrs: readonly Cidr[], check: (occupied: readonly OccupiedRange[]) => readonly T[]): readonly T[] {
    return check(this.over(network, cidrs)).length === 0 ? [] : check(this.everything(network));
  }

  /** The answer given to the same question before in this plan. */
  remembered<T>(question: string | undefined, answer: () => T): T {
    if (question === undefined) return answer();
    if (!this.#answers.has(question)) this.#answers.set(question, answer());
    return this.#answers.get(question) as T;
  }
}

function occupiedRange({ network, path }: Reached, cidr: Cidr): OccupiedRange {
  return path.length === 1
    ? { cidr, origin: { kind: 'VNET', network: network.name } }
    : { cidr, origin: { kind: 'CONNECTED_NETWORK', network: network.name, networkKind: network.kind, path } };
}
