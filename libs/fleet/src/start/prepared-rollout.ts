import type { CreateInput } from '../domain/create/create-input.js';
import type { ItemInput } from '../domain/frozen-plan.js';
import type { Action, Strategy } from '../domain/rollout-request.js';
import type { PlannedWave } from '../domain/waves.js';

/** A rollout with everything decided, ready to be written down. */
export interface PreparedRollout {
  readonly name: string;
  readonly action: Action;
  readonly strategy: Strategy;
  readonly waves: readonly PlannedWave[];
  /** Indexes of the maintenance windows of each cluster that has any. */
  readonly windowsOf: ReadonlyMap<string, readonly number[]>;
  readonly inputs: readonly ItemInput[];
  /** Under which ipam holds what the rollout took; empty when it took nothing. */
  readonly addressPlan: string;
  /** Clusters that Podspan did not know until now. */
  readonly adopted: readonly AdoptedCluster[];
}

export interface AdoptedCluster {
  readonly input: CreateInput;
  readonly networkPlugin: 'azure' | 'kubenet' | 'none';
  readonly networkPluginMode: 'overlay' | null;
}

/** Derived from the rollout's id: a request that is repeated inside ipam's own retry meets the same plan, another rollout never does. */
export function planNameOf(rolloutId: string): string {
  return `rollout-${rolloutId}`;
}

const rangesPrefix = 'ranges-';

/** As {@link planNameOf}, of single ranges. */
export function rangesNameOf(rolloutId: string): string {
  return `${rangesPrefix}${rolloutId}`;
}

export function isRangesName(plan: string): boolean {
  return plan.startsWith(rangesPrefix);
}
