export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/** One request's demand on one bucket. */
export interface Demand extends BucketSize {
  readonly key: string;
}

export interface Grant {
  readonly remaining: ReadonlyMap<string, number>;
  readonly refused?: { readonly demand: Demand; readonly waitSeconds: number };
}

/** Token buckets on virtual time. A refused request takes from none of its buckets. */
export class TokenBuckets {
  readonly #levels = new Map<string, { tokens: number; at: number }>();

  take(demands: readonly Demand[], now: number): Grant {
    const levels = demands.map((demand) => ({ demand, tokens: this.level(demand, now) }));
    const empty = levels.find(({ tokens }) => tokens < 1);
    const remaining = new Map<string, number>();
    for (const { demand, tokens } of levels) {
      const left = empty ? tokens : tokens - 1;
      this.#levels.set(demand.key, { tokens: left, at: now });
      remaining.set(demand.key, Math.floor(left));
    }
    if (!empty) return { remaining };
    return { remaining, refused: { demand: empty.demand, waitSeconds: (1 - empty.tokens) / empty.demand.perSecond } };
  }

  clear(): void {
    this.#levels.clear();
  }

  private level({ key, burst, perSecond }: Demand, now: number): number {
    const level = this.#levels.get(key);
    return level ? Math.min(burst, level.tokens + (Math.max(0, now - level.at) / 1000) * perSecond) : burst;
  }
}
