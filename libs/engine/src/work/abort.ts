import { ArmFailure, parseResourceId } from '@podspan/azure';
import { newId } from '@podspan/platform';
import type { OpenOperation } from '../store/leases.js';
import { markAbortRequested } from '../store/operations.js';
import { metered } from './metered.js';
import type { Work } from './work.js';

const abortable: ReadonlySet<string> = new Set([
  'microsoft.containerservice/managedclusters',
  'microsoft.containerservice/managedclusters/agentpools',
]);

/** Asks Azure once to abort what is running. How it then ends, the next polls say; what cannot be aborted is finished. */
export async function requestAbort(work: Work, operation: OpenOperation): Promise<void> {
  const { arm, log } = work.parts;
  const { resourceId, apiVersion } = operation;
  if (!abortable.has(parseResourceId(resourceId).type.toLowerCase())) return;
  await work.change((trx) => markAbortRequested(trx, operation));
  work.operation = { ...operation, abortRequested: true };
  try {
    await metered(work, 'POST', `${resourceId}/abort`, () => arm.abort(resourceId, apiVersion, newId()));
  } catch (error) {
    if (!(error instanceof ArmFailure)) throw error;
    // 409: it had just ended. Anything else: it goes on, and ends as it ends.
    log.warn({ runId: work.lease.runId, resourceId, code: error.facts.code }, 'the abort was not accepted');
  }
}
