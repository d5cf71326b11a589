import type { ReleaseAddresses } from './release-addresses.js';

export interface Sweeping {
  stop(): Promise<void>;
}

/** Looks now and every so often for plans that a dead process left behind. A failed look is told and made again. */
export function keepSweeping(releases: ReleaseAddresses, onError: (error: unknown) => void, everyMs = 60_000): Sweeping {
  let running: Promise<unknown> = Promise.resolve();
  const sweep = (): void => {
    running = running.then(() => releases.sweep()).catch(onError);
  };
  sweep();
  const timer = setInterval(sweep, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
