import { ArmFailure } from '@podspan/azure';
import { parseArmId } from '../domain/arm-id.js';
import type { BucketVerb } from '../domain/bucket-limits.js';
import { throttledFor } from '../domain/pacing.js';
import type { BucketKey } from '../store/buckets.js';
import type { Work } from './work.js';

/** No call may be made, or Azure refused to look at it: come back later. It is no attempt and no failure. */
export class NotNow extends Error {
  readonly waitSeconds: number;

  constructor(waitSeconds: number) {
    super('throttled');
    this.name = 'NotNow';
    this.waitSeconds = waitSeconds;
  }
}

export interface Admission {
  readonly key: BucketKey;
  readonly probe: boolean;
}

/** Takes a token for one call. @throws NotNow while the bucket is empty or blocked */
export async function admit({ parts, lease }: Work, resourceId: string, verb: BucketVerb): Promise<Admission> {
  const { subscriptionId, provider } = parseArmId(resourceId);
  const key = { subscriptionId, region: lease.region, provider, verb };
  const result = await parts.buckets.take(key);
  if (!result.taken) throw new NotNow(result.waitSeconds * (1 + parts.tuning.random()));
  return { key, probe: result.probe };
}

/** Makes the call that was admitted. A 429 closes the bucket for everybody. @throws NotNow, ArmFailure */
export async function answered<T>({ parts }: Work, { key, probe }: Admission, call: () => Promise<T>): Promise<T> {
  try {
    const answer = await call();
    if (probe) await parts.buckets.reopen(key);
    return answer;
  } catch (error) {
    if (!(error instanceof ArmFailure) || error.facts.httpStatus !== 429 || error.facts.class !== 'TRANSIENT') {
      if (probe && error instanceof ArmFailure && error.facts.httpStatus !== undefined) await parts.buckets.reopen(key);
      throw error;
    }
    const seconds = throttledFor(error.facts.retryAfterSeconds, parts.tuning.speed, parts.tuning.random());
    await parts.buckets.block(key, seconds);
    throw new NotNow(seconds * (1 + parts.tuning.random() / 5));
  }
}

export async function metered<T>(work: Work, resourceId: string, verb: BucketVerb, call: () => Promise<T>): Promise<T> {
  return answered(work, await admit(work, resourceId, verb), call);
}
