import { ArmError } from './arm-error.js';
import type { ArmRequest, ArmResponse } from './arm-request.js';
import { operationHeaders } from './operation-urls.js';
import type { Resource } from './resource-store.js';
import type { World } from './world.js';

/** Cancelling takes a moment of its own, in virtual seconds. */
const cancelSeconds = [15, 40] as const;

/** Running operation -> Canceling -> Canceled; 409 when there is nothing left to abort. What was applied stays. */
export function abortOperation(world: World, resource: Resource, request: ArmRequest): ArmResponse {
  const running = world.operations.runningOn(resource.key);
  if (!running || running.status === 'Canceling' || running.kind === 'delete') {
    throw new ArmError(
      409,
      'OperationNotAllowed',
      `There is no operation on '${resource.name}' that can be aborted; the latest one has already finished.`,
      { flat: true },
    );
  }
  const abort = world.start({ kind: 'abort', type: undefined, resource, locks: [], seconds: cancelSeconds });
  running.status = 'Canceling';
  running.outcome = 'Canceled';
  running.error = { code: 'OperationCanceled', message: 'The operation was canceled by an abort request.' };
  running.endsAt = abort.endsAt;
  resource.state = 'Canceling';
  return { status: 202, headers: operationHeaders(world, request, abort, 'abort'), accepted: 'action', operation: abort };
}
