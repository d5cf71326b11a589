import type { ChangeInput } from './change/change-input.js';
import type { CreateInput } from './create/create-input.js';
import type { PlannedWave } from './waves.js';

/** What one item is about, frozen. All kinds say which cluster and where it is. */
export type ItemInput = CreateInput | ChangeInput;

/** One item as it is written down: in the order of the request. */
export interface PlannedItem {
  readonly position: number;
  readonly wave: number;
  readonly input: ItemInput;
}

/** Gives each cluster its wave. Every cluster is in exactly one: {@link planWaves} saw to that. */
export function planItems(inputs: readonly ItemInput[], waves: readonly PlannedWave[]): PlannedItem[] {
  const waveOf = new Map(waves.flatMap(({ index, clusters }) => clusters.map((name) => [name, index] as const)));
  return inputs.map((input, position) => ({ position, input, wave: waveOf.get(input.cluster.name) ?? 0 }));
}
