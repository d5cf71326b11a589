import { type ArmCall, ArmFailure } from '@podspan/azure';
import { inSpan } from '@podspan/platform';
import { throttledFor } from '../policy/pacing.js';
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
  readonly call: ArmCall;
  readonly probes: readonly string[];
}

/** Takes a token for one call. @throws NotNow while a bucket is empty or blocked */
export async function admit({ parts, lease }: Work, method: string, path: string): Promise<Admission> {
  const call = { method, path, region: lease.region };
  const result = await parts.buckets.take(call);
  if (!result.taken) throw new NotNow(result.waitSeconds * (1 + parts.tuning.random()));
  return { call, probes: result.probes };
}

/** Makes the call that was admitted. A 429 closes its bucket for everybody. @throws NotNow, ArmFailure */
export async function answered<T>({ parts }: Work, { call, probes }: Admission, make: () => Promise<T>): Promise<T> {
  try {
    const answer = await inSpan(
      `ARM ${call.method} ${providerOf(call.path)}`,
      { kind: 'CLIENT', attributes: { 'http.request.method': call.method, 'podspan.resource': call.path, 'podspan.region': call.region } },
      make,
    );
    await parts.buckets.reopen(probes);
    return answer;
  } catch (error) {
    if (!(error instanceof ArmFailure)) throw error;
    const { httpStatus, code, retryAfterSeconds, class: kind } = error.facts;
    if (httpStatus !== 429 || kind !== 'TRANSIENT') {
      if (httpStatus !== undefined) await parts.buckets.reopen(probes);
      throw error;
    }
    const { speed, random } = parts.tuning;
    parts.meter.throttled(providerOf(call.path));
    const seconds = throttledFor(retryAfterSeconds, speed, random());
    await parts.buckets.block(call, code, seconds);
    throw new NotNow(seconds * (1 + random() / 5));
  }
}

export async function metered<T>(work: Work, method: string, path: string, make: () => Promise<T>): Promise<T> {
  return answered(work, await admit(work, method, path), make);
}

/** The type of what is called, `Microsoft.ContainerService/managedClusters`: few names for many resources. */
function providerOf(path: string): string {
  const [, provider = '', type = ''] = /\/providers\/([^/]+)\/([^/?]+)/i.exec(path) ?? [];
  return provider === '' ? 'resourceGroups' : `${provider}/${type}`;
}
