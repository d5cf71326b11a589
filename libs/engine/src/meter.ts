/** Told of what operators count. Nothing that is told here decides anything. */
export interface EngineMeter {
  /** Such as `operation.adopted`, `lease.taken_over`, `operation.stale_fence`, `queue.rebuilt`. */
  noted(note: string): void;
  /** `kind`: type and method. Real seconds from the write to the answer that it had ended. */
  ended(kind: string, outcome: string, seconds: number): void;
  /** Azure answered 429. */
  throttled(provider: string): void;
}

export const silentMeter: EngineMeter = { noted: () => undefined, ended: () => undefined, throttled: () => undefined };
