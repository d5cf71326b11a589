/** Jobs of the fleet, run through the engine's outbox. */
export const dispatchJob = 'dispatch';
export const releaseJob = 'release-addresses';
