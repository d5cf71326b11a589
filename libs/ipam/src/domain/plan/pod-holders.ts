import type { Cidr } from '@podspan/cidr';
import type { PodCidrScope } from '../reuse.js';
import type { HeldPodRange } from './forbidden-ranges.js';

export interface PodHolder {
  readonly cluster: string;
  readonly held: Cidr;
  readonly mesh: string | undefined;
  readonly scope: PodCidrScope;
  readonly spaceId: string;
}

export interface PodSeeker {
  readonly mesh: string | undefined;
  readonly scope: PodCidrScope;
  readonly spaceId: string;
}

/** Whose pod ranges a cluster must stay off, kept so that thousands of holders of a few ranges cost as much as those ranges. */
export class PodHolders {
  readonly #uniques = new Map<string, Map<string, HeldPodRange>>();
  readonly #all = new Map<string, Map<string, HeldPodRange>>();
  readonly #shared = new Map<string, Map<string, HeldPodRange>>();
  readonly #members = new Map<string, Map<string, HeldPodRange>>();

  add({ cluster, held, mesh, scope, spaceId }: PodHolder): void {
    const text = String(held);
    put(this.#all, spaceId, text, { cluster, held });
    put(scope === 'UNIQUE' && mesh === undefined ? this.#uniques : this.#shared, spaceId, text, { cluster, held });
    if (mesh !== undefined) put(this.#members, mesh, text, { cluster, held, mesh });
  }

  /**
   * Of its mesh's members; if it is unique without a mesh, of everybody in its address space; and always of those that are
   * unique themselves (OV-55, NET-22, NET-24). One holder for each range.
   */
  against({ mesh, scope, spaceId }: PodSeeker): readonly HeldPodRange[] {
    const ofSpace = (scope === 'UNIQUE' && mesh === undefined ? this.#all : this.#uniques).get(spaceId);
    const ofMesh = mesh === undefined ? undefined : this.#members.get(mesh);
    return [...(ofMesh?.values() ?? []), ...(ofSpace?.values() ?? [])];
  }

  /** Whether what is held inside the ranges is unique or shared, and by whom; undefined when nothing is. */
  ruleIn(cidrs: readonly Cidr[], spaceId: string): { readonly unique: boolean; readonly cluster: string } | undefined {
    for (const [unique, groups] of [[false, this.#shared] as const, [true, this.#uniques] as const]) {
      for (const { cluster, held } of groups.get(spaceId)?.values() ?? [])
        if (cidrs.some((cidr) => cidr.contains(held))) return { unique, cluster };
    }
    return undefined;
  }

  /** Every range that anybody holds. */
  everything(): readonly Cidr[] {
    return [...this.#all.values()].flatMap((ofSpace) => [...ofSpace.values()].map(({ held }) => held));
  }
}

function put(groups: Map<string, Map<string, HeldPodRange>>, group: string, text: string, holder: HeldPodRange): void {
  const known = groups.get(group);
  if (!known) groups.set(group, new Map([[text, holder]]));
  else if (!known.has(text)) known.set(text, holder);
}
