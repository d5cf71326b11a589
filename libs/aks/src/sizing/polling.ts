/** Refill and size of the bucket for operation-status reads of one subscription (QUO-20). */
export const STATUS_READS_PER_SECOND = 2;
export const STATUS_READ_BUCKET = 200;

/** The shortest interval, in seconds, at which this many operations can be polled for ever (QUO-23). */
export function pollSecondsFor(operations: number): number {
  return operations / STATUS_READS_PER_SECOND;
}

/** Seconds until the bucket is empty at this interval; undefined when it never is. */
export function secondsToThrottle(operations: number, intervalSeconds: number): number | undefined {
  // In integers as long as possible: reads per interval against refills per interval.
  const surplus = operations - STATUS_READS_PER_SECOND * intervalSeconds;
  return surplus <= 0 ? undefined : (STATUS_READ_BUCKET * intervalSeconds) / surplus;
}
