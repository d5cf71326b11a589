export interface ClockSettings {
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** A manual clock stands still until it is advanced. */
  readonly manual: boolean;
  /** Virtual epoch milliseconds at the start. */
  readonly startAt: number;
}

/** Virtual time: runs `speed` times as fast as real time, or stands still until `advance`. */
export class VirtualClock {
  #base: number;
  #anchor: number;
  #speed: number;
  #manual: boolean;

  constructor(
    settings: ClockSettings,
    private readonly realNow: () => number = () => performance.now(),
  ) {
    this.#base = settings.startAt;
    this.#anchor = realNow();
    this.#speed = settings.speed;
    this.#manual = settings.manual;
  }

  get speed(): number {
    return this.#speed;
  }

  get manual(): boolean {
    return this.#manual;
  }

  /** Virtual epoch milliseconds. */
  now(): number {
    return this.#manual ? this.#base : this.#base + (this.realNow() - this.#anchor) * this.#speed;
  }

  iso(at: number = this.now()): string {
    return new Date(at).toISOString();
  }

  advance(seconds: number): void {
    this.#base += seconds * 1000;
  }

  change({ speed, manual, startAt }: Partial<ClockSettings>): void {
    this.#base = startAt ?? this.now();
    this.#anchor = this.realNow();
    this.#speed = speed ?? this.#speed;
    this.#manual = manual ?? this.#manual;
  }

  /**
   * How long a client has to wait in real milliseconds for so many virtual seconds; undefined on a manual clock,
   * where waiting does not bring the moment any nearer.
   */
  realWaitMs(virtualSeconds: number): number | undefined {
    return this.#manual ? undefined : (virtualSeconds * 1000) / this.#speed;
  }

  /** `Retry-After` in real seconds; left out under one second, because `0` only teaches clients to ignore it. */
  retryAfter(virtualSeconds: number): Record<string, string> {
    const wait = this.realWaitMs(virtualSeconds);
    return wait === undefined || wait < 1000 ? {} : { 'retry-after': String(Math.ceil(wait / 1000)) };
  }

  /** For a 429 the wait is told even below one second, in the millisecond header that Azure's clients understand. */
  retryAfterThrottle(virtualSeconds: number): Record<string, string> {
    const wait = this.realWaitMs(virtualSeconds);
    if (wait === undefined) return {};
    return wait < 1000 ? { 'retry-after-ms': String(Math.max(1, Math.ceil(wait))) } : this.retryAfter(virtualSeconds);
  }
}
