/** A rollout's life. WAITING: a gate, not a slot, holds it up. */
export type Lifecycle = 'PENDING' | 'RUNNING' | 'WAITING' | 'PAUSED' | 'STOPPING' | 'DONE';
export type Outcome = 'SUCCEEDED' | 'SUCCEEDED_WITH_FAILURES' | 'FAILED' | 'CANCELED';

/** SKIPPED: never started, its addresses are given back. CANCELED: stopped under way, something may exist. */
export type ItemState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'SKIPPED';

/** UPDATING and DELETING: an action on a cluster that exists is under way. */
export const clusterStates = ['PLANNED', 'CREATING', 'READY', 'UPDATING', 'DELETING', 'FAILED', 'CANCELED'] as const;
export type ClusterState = (typeof clusterStates)[number];

export type FailureMode = 'STRICT' | 'FAST';
export type CancelMode = 'ABORT' | 'FINISH';

export const itemStates = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const satisfies readonly ItemState[];
