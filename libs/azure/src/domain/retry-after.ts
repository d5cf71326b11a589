/** The bounds a wait is kept in, in seconds. A queue that trusts a broken header spins, or sleeps for ever. */
export interface WaitBounds {
  readonly floorSeconds: number;
  readonly maxSeconds: number;
}

export const DEFAULT_WAIT_BOUNDS: WaitBounds = { floorSeconds: 1, maxSeconds: 600 };

/** Milliseconds are a wait somebody measured, not a careless `0`: they keep a floor of their own. */
const MEASURED_FLOOR_SECONDS = 0.01;

/**
 * Reads `Retry-After`: seconds or an HTTP date, kept within the bounds. Zero, the past and negative numbers are the
 * floor; what cannot be read is `undefined`, so the caller falls back to its own back-off.
 * @param now milliseconds, by the clock of the server that wrote the header where it is known
 */
export function parseRetryAfter(value: string | undefined, now: number, bounds = DEFAULT_WAIT_BOUNDS): number | undefined {
  const text = value?.trim() ?? '';
  if (text === '') return undefined;
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return within(Number(text), bounds);
  // Date.parse reads nearly anything as a date; an HTTP date begins with a day's name.
  const at = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : within((at - now) / 1000, bounds);
}

/** The wait an answer asks for: the millisecond headers first, as the SDK does, then `Retry-After`. Names in lower case. */
export function waitOf(headers: Readonly<Record<string, string>>, now: number, bounds = DEFAULT_WAIT_BOUNDS): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const value = headers[name]?.trim();
    if (value !== undefined && /^\d+$/.test(value)) {
      return within(Number(value) / 1000, { ...bounds, floorSeconds: Math.min(MEASURED_FLOOR_SECONDS, bounds.floorSeconds) });
    }
  }
  const serverClock = Date.parse(headers['date'] ?? '');
  return parseRetryAfter(headers['retry-after'], Number.isNaN(serverClock) ? now : serverClock, bounds);
}

function within(seconds: number, bounds: WaitBounds): number {
  return Math.min(Math.max(seconds, bounds.floorSeconds), bounds.maxSeconds);
}
