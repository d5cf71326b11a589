/** A bucket that starts full and fills steadily. */
export interface BucketShape {
  readonly burst: number;
  readonly refillPerSecond: number;
}

/** What is stored of a bucket. Times are milliseconds of one clock: the database's. */
export interface BucketState {
  readonly tokens: number;
  /** When `tokens` was right. */
  readonly at: number;
  /** Nothing is given before this, whatever is in it. 0: not blocked. */
  readonly blockedUntil: number;
}

export type Taken =
  | { readonly granted: true; readonly state: BucketState }
  | { readonly granted: false; readonly state: BucketState; readonly retryAt: number };

export function fullBucket(shape: BucketShape, now: number): BucketState {
  return { tokens: shape.burst, at: now, blockedUntil: 0 };
}

/** The bucket as it is at `now`. A clock that steps back gives nothing and takes nothing. */
export function refill(shape: BucketShape, state: BucketState, now: number): BucketState {
  const seconds = Math.max(0, now - state.at) / 1000;
  const tokens = Math.min(shape.burst, state.tokens + seconds * shape.refillPerSecond);
  return { ...state, tokens, at: Math.max(now, state.at) };
}

/** Takes one token, or says when to ask again. */
export function take(shape: BucketShape, state: BucketState, now: number): Taken {
  const current = refill(shape, state, now);
  if (now < current.blockedUntil) return { granted: false, state: current, retryAt: current.blockedUntil };
  if (current.tokens >= 1) return { granted: true, state: { ...current, tokens: current.tokens - 1 } };
  const wait = Math.ceil(((1 - current.tokens) / shape.refillPerSecond) * 1000);
  return { granted: false, state: current, retryAt: current.at + wait };
}

/** What Azure says is left. It only lowers the bucket: others may spend from it, nobody pays in. */
export function feed(shape: BucketShape, state: BucketState, remaining: number, now: number): BucketState {
  const current = refill(shape, state, now);
  return { ...current, tokens: Math.min(current.tokens, Math.max(0, remaining)) };
}

/** A 429: nobody calls before `until`, and then the bucket is as good as empty. An earlier end does not shorten a block. */
export function block(shape: BucketShape, state: BucketState, until: number, now: number): BucketState {
  const current = refill(shape, state, now);
  return { tokens: Math.min(current.tokens, 1), at: Math.max(current.at, until), blockedUntil: Math.max(current.blockedUntil, until) };
}

/** The same bucket where a second of Azure's passes faster: simulated time. */
export function faster(shape: BucketShape, speed: number): BucketShape {
  return { ...shape, refillPerSecond: shape.refillPerSecond * speed };
}
