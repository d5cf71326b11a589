const PREFIX = 'another operation on ';

/** What people read of a run that waits for a lock. */
export function lockReason(lockKey: string): string {
  return PREFIX + lockKey;
}

/** The lock a step was waiting for, from its reason. */
export function lockOfReason(reason: string | null): string | null {
  return reason?.startsWith(PREFIX) ? reason.slice(PREFIX.length) : null;
}
