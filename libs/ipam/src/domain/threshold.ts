export type ThresholdState = 'OK' | 'BREACHED';

/** Fewer than `minFree` blocks left is a breach; it is over with `recoverFree` again, so that one block does not toggle it. */
export interface FreeBlocksThreshold {
  readonly minFree: bigint;
  readonly recoverFree: bigint;
}

/** `maxPercent` used or more is a breach; it is over at `recoverPercent`. */
export interface PercentThreshold {
  readonly maxPercent: number;
  readonly recoverPercent: number;
}

/** The state after a measurement. Between the two marks it stays what it is. */
export function stateByFree(state: ThresholdState, { minFree, recoverFree }: FreeBlocksThreshold, free: bigint): ThresholdState {
  if (free < minFree) return 'BREACHED';
  return state === 'BREACHED' && free < recoverFree ? 'BREACHED' : 'OK';
}

export function stateByPercent(state: ThresholdState, { maxPercent, recoverPercent }: PercentThreshold, percent: number): ThresholdState {
  if (percent >= maxPercent) return 'BREACHED';
  return state === 'BREACHED' && percent > recoverPercent ? 'BREACHED' : 'OK';
}
