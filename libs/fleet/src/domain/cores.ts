/** Names in lower case; `cores` is the family of all families. */
export interface CoreQuotas {
  readonly families: ReadonlyMap<string, { readonly used: number; readonly limit: number }>;
  readonly sizes: ReadonlyMap<string, { readonly family: string; readonly cores: number }>;
}

export interface NodesOfSize {
  readonly vmSize: string;
  readonly nodes: number;
}

/** vCPUs by family. */
export type Cores = ReadonlyMap<string, number>;

const allFamilies = 'cores';

/** What the nodes take, of their families and in all. A size that Azure does not list there counts for nothing: Azure will judge it. */
export function coresOf(pools: readonly NodesOfSize[], { sizes }: Pick<CoreQuotas, 'sizes'>): Cores {
  const taken = new Map<string, number>();
  for (const { vmSize, nodes } of pools) {
    const size = sizes.get(vmSize.toLowerCase());
    if (size) for (const family of [size.family, allFamilies]) taken.set(family, (taken.get(family) ?? 0) + size.cores * nodes);
  }
  return taken;
}

/** Never below 0; Infinity where Azure tells no limit. */
export function freeCores({ families }: Pick<CoreQuotas, 'families'>, family: string): number {
  const quota = families.get(family);
  return quota === undefined ? Infinity : Math.max(0, quota.limit - quota.used);
}

/** `120 vCPUs of standarddsv5family`, as a sentence has it. */
export function inWords(count: number, family: string): string {
  return family === allFamilies ? `${count} vCPUs in all` : `${count} vCPUs of ${family}`;
}
