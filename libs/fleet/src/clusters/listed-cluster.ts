import type { ClusterRow } from '../database.js';

/** A cluster with the rollout that has it in hand. */
export type ListedCluster = ClusterRow & { readonly busy_with: string | null };
