/**
 * Visits that are due almost together begin together, which spares wake-ups: each up to so much before its time, and by no more than
 * this share of its wait. A lease may be taken 20 ms before its run is due.
 */
const EARLY_MS = 15;
const EARLY_SHARE = 0.1;

interface Due {
  readonly at: number;
  /** When it may begin with others. */
  readonly from: number;
}

/**
 * When this process visits which run next. Who gives a run back comes again by himself: the alarm is a timer here, not a job, and
 * costs neither the database nor the queue anything. It is a hint like any other: `run.due_at` is the truth, and should the process
 * die, the sweep of another finds the run overdue.
 */
export class Visits {
  readonly #visit: (runId: string) => Promise<unknown>;
  /** By run, in milliseconds of the process's own clock, which nobody sets. */
  readonly #due = new Map<string, Due>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #stopped = false;

  /** `visit` does not throw. At most `atOnce` runs are visited at a time, whoever rang for them. */
  constructor(atOnce: number, visit: (runId: string) => Promise<unknown>) {
    this.#free = atOnce;
    this.#visit = visit;
  }

  /** Takes the place of an alarm that the run has here already. */
  set(runId: string, milliseconds: number): void {
    const at = performance.now() + milliseconds;
    this.#due.set(runId, { at, from: at - Math.min(EARLY_MS, milliseconds * EARLY_SHARE) });
    if (at < this.#timerAt) this.#wakeAt(at);
  }

  /** Waits for a turn of its own: for whoever was rung by the queue. */
  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  /** Begins no visit any more. Those under way end; their alarms, and all others, are then told by `left`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** Runs for which an alarm is set here. */
  left(): readonly string[] {
    return [...this.#due.keys()];
  }

  #wakeAt(at: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#ring(), Math.ceil(Math.max(0, at - performance.now())));
  }

  #ring(): void {
    this.#timerAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const [runId, { at, from }] of this.#due) {
      if (from <= now) this.#begin(runId);
      else next = Math.min(next, at);
    }
    if (next < Infinity) this.#wakeAt(next);
  }

  #begin(runId: string): void {
    this.#due.delete(runId);
    const visiting = this.inTurn(async () => {
      if (this.#stopped) this.#due.set(runId, { at: 0, from: 0 });
      else await this.#visit(runId);
    }).finally(() => this.#underWay.delete(visiting));
    this.#underWay.add(visiting);
  }
}
