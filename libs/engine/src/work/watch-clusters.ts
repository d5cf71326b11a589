import { type ArmResource, ArmFailure, POLLS_BEFORE_LIST, standingOf } from '@podspan/azure';
import type { JobHandler } from '../contracts.js';
import type { Parts } from '../parts.js';
import { listPath } from '../policy/kinds.js';
import { throttledFor } from '../policy/pacing.js';
import { ringBell } from '../store/bells.js';
import { ringEarly, watchedOperations, watchJob, type WatchedOperation } from '../store/watch.js';

/** Azure's time, in shares of the poll interval. */
const LIST_EVERY = 1.5;
/** Below this many, asking about each one is cheaper again. */
const FEW = POLLS_BEFORE_LIST / 2;

/**
 * One LIST of a subscription's clusters in place of the polls of all its running operations. It only tells who has come to an
 * end: the run then asks about its own operation, so that Azure's nested errors stay exact.
 */
export class WatchClusters implements JobHandler {
  readonly name = watchJob;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async handle(subscriptionId: string): Promise<void> {
    const { db, channel, tuning } = this.#parts;
    const operations = await watchedOperations(db, subscriptionId);
    const interval = (tuning.pollIntervalSeconds * LIST_EVERY) / tuning.speed;
    if (operations.length < FEW) {
      return ringEarly(
        db,
        channel,
        operations.map(({ runId }) => runId),
        interval,
      );
    }
    const again = await this.#look(subscriptionId, operations);
    await ringBell(db, channel, watchJob, subscriptionId, Math.max(interval, again));
  }

  /** Real seconds that Azure wants to be left alone. */
  async #look(subscriptionId: string, operations: readonly WatchedOperation[]): Promise<number> {
    const { db, channel, arm, buckets, tuning } = this.#parts;
    const call = { method: 'GET', path: listPath(subscriptionId) };
    const admission = await buckets.take(call);
    if (!admission.taken) return admission.waitSeconds;
    try {
      const clusters = await arm.listClusters(subscriptionId);
      await buckets.reopen(admission.probes);
      const ended = endedAmong(operations, clusters);
      await ringEarly(db, channel, ended, 0);
      return 0;
    } catch (error) {
      if (!(error instanceof ArmFailure)) throw error;
      const { httpStatus, code, retryAfterSeconds } = error.facts;
      if (httpStatus !== 429) return retryAfterSeconds ?? 0;
      const seconds = throttledFor(retryAfterSeconds, tuning.speed, tuning.random());
      await buckets.block(call, code, seconds);
      return seconds;
    }
  }
}

/** Runs whose cluster is at rest, or not in the list: Azure's lists lag, so absence is only a reason to look. */
export function endedAmong(operations: readonly WatchedOperation[], clusters: readonly ArmResource[]): string[] {
  const running = new Set(
    clusters.filter(({ provisioningState }) => standingOf(provisioningState) === 'RUNNING').map(({ id }) => id.toLowerCase()),
  );
  return operations.filter(({ resourceId }) => !running.has(resourceId)).map(({ runId }) => runId);
}
