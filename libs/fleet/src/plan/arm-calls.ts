import { STATUS_READ_BUCKET, STATUS_READS_PER_SECOND } from '@podspan/aks';
import type { ForeseenResource } from '../domain/create/foresee.js';
import type { RolloutPlan } from './plan-view.js';
import { armWrites } from '../dispatch/forecast.js';
import { assumedFor } from '../domain/eta.js';
import { isChange } from '../domain/actions.js';
import type { ItemInput } from '../domain/frozen-plan.js';

const armReads = { burst: 250, perSecond: 25 };
/** Seconds between two looks at a cluster being made, and at a subnet. */
const clusterPollSeconds = 25;
const otherPolls = 2;

type Calls = RolloutPlan['armCalls'][number];

/** What the rollout asks of Azure, by token bucket: subscription and verb for ARM, subscription and region for AKS status reads. */
export function armCallsOf(inputs: readonly ItemInput[], foreseen: readonly (readonly ForeseenResource[])[]): Calls[] {
  const buckets = new Map<string, { key: Omit<Calls, 'calls' | 'seconds'>; calls: number; burst: number; perSecond: number }>();
  const add = (key: Omit<Calls, 'calls' | 'seconds'>, calls: number, burst: number, perSecond: number): void => {
    const id = `${key.bucket} ${key.subscriptionId} ${key.region ?? ''}`;
    buckets.set(id, { key, burst, perSecond, calls: (buckets.get(id)?.calls ?? 0) + calls });
  };
  inputs.forEach((input, index) => {
    const { subscriptionId, region } = input.cluster;
    const resources = foreseen[index] ?? [];
    const writes = resources.filter(({ change }) => change === 'CREATE' || change === 'UPDATE' || change === 'DELETE');
    add({ bucket: 'ARM_WRITES', subscriptionId, region: null }, writes.length, armWrites.burst, armWrites.perSecond);
    // One look before each write, one after it, and the verification; polls of what is no cluster count as reads too.
    add(
      { bucket: 'ARM_READS', subscriptionId, region: null },
      resources.length + writes.length * otherPolls + 1,
      armReads.burst,
      armReads.perSecond,
    );
    const { p50 } = assumedFor(isChange(input) ? input.action : 'CREATE');
    add(
      { bucket: 'AKS_STATUS_READS', subscriptionId, region },
      writes.length === 0 ? 0 : Math.ceil(p50 / clusterPollSeconds),
      STATUS_READ_BUCKET,
      STATUS_READS_PER_SECOND,
    );
  });
  return [...buckets.values()].map(({ key, calls, burst, perSecond }) => ({
    ...key,
    calls,
    seconds: Math.max(0, Math.ceil((calls - burst) / perSecond)),
  }));
}
