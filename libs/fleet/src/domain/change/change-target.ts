import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import type { ExistingSubnet } from '../check-azure.js';
import type { CoreQuotas } from '../cores.js';
import type { ClusterState } from '../states.js';
import type { IngressMigrationSpec } from '../ingress/ingress-migration.js';
import type { AzureCluster } from './azure-cluster.js';

/** What the request says about one cluster beside its name. */
export interface AskedChange {
  readonly podCidr?: string | undefined;
  readonly kubernetesVersion?: string | undefined;
  readonly nodeImage?: boolean | undefined;
  readonly dataplane?: 'AZURE' | 'CILIUM' | undefined;
  readonly ingress?: IngressMigrationSpec | undefined;
}

/** What Podspan has written down about a cluster. */
export interface KnownCluster {
  readonly name: string;
  readonly state: ClusterState;
  /** The rollout that has it in hand. */
  readonly busyWith: string | undefined;
  readonly network: string;
  /** Whether Podspan made it, and so may take it away. */
  readonly created: boolean;
  readonly podCidr: string;
  readonly podCidrGrowth: string | null;
  readonly gatewaySubnet: string | undefined;
}

/** One cluster of a request for a change, with everything that is known about it. */
export interface ChangeTarget {
  /** Where it stands in the request; absent when a selector found it. */
  readonly index: number | undefined;
  readonly name: string;
  readonly asked: AskedChange;
  readonly azure: AzureCluster | undefined;
  readonly known: KnownCluster | undefined;
}

export interface AzureNetwork {
  readonly prefixes: readonly Cidr[];
  readonly subnets: readonly (ExistingSubnet & { readonly id: string })[];
}

export interface OfferedVersions {
  /** Full versions that the region offers, with what each can be upgraded to left to the rules of skew. */
  readonly patches: readonly string[];
}

/** What the checks need beside the clusters. Keys are lower case. */
export interface ChangeSurroundings {
  readonly networks: ReadonlyMap<string, AzureNetwork>;
  /** By `subscription/region`. */
  readonly versions: ReadonlyMap<string, OfferedVersions>;
  /** By `subscription/region`; absent where Azure does not let us read them. */
  readonly cores: ReadonlyMap<string, CoreQuotas>;
  /** Addresses that are in use, by subnet id. */
  readonly addressesInUse: ReadonlyMap<string, number>;
}

/** The problems of one cluster, at its place in the request and with its name. */
export function at({ index, name }: Pick<ChangeTarget, 'index' | 'name'>, problems: readonly Problem[]): readonly Problem[] {
  const base = index === undefined ? 'selector' : `clusters[${index}]`;
  return problems.map((found) => ({
    ...found,
    path: found.path === '' || index === undefined ? base : `${base}.${found.path}`,
    message: `cluster '${name}': ${found.message}`,
  }));
}
