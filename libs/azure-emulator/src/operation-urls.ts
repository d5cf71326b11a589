import { ArmError } from './arm-error.js';
import { apiVersionOf, type ArmRequest, type ArmResponse } from './arm-request.js';
import { isRunning, statusBody, type Operation } from './operations.js';
import type { World } from './world.js';

/** Azure asks to be polled about this often. */
const pollSeconds = 10;

const base = ({ subscription, namespace, location }: Operation): string =>
  namespace === 'Microsoft.Resources'
    ? `/subscriptions/${subscription}`
    : `/subscriptions/${subscription}/providers/${namespace}/locations/${location}`;

/** The absolute URLs by which a client follows an operation. A PUT has no Location: its result is the resource. */
export function operationHeaders(
  world: World,
  request: ArmRequest,
  operation: Operation,
  verb: 'put' | 'delete' | 'abort',
): Record<string, string> {
  const query = `?api-version=${encodeURIComponent(apiVersionOf(request))}`;
  const status = `${request.origin}${base(operation)}/operations/${operation.id}${query}`;
  const result = `${request.origin}${base(operation)}/operationresults/${operation.id}${query}`;
  return {
    'azure-asyncoperation': status,
    ...(verb === 'put' ? {} : { location: result }),
    ...world.clock.retryAfter(pollSeconds),
  };
}

export function readStatus(world: World, request: ArmRequest, id: string): ArmResponse {
  const operation = operationOf(world, id);
  operation.polls += 1;
  breakStatus(operation);
  const now = world.clock.now();
  return {
    status: 200,
    headers: isRunning(operation) ? world.clock.retryAfter(Math.min(pollSeconds, (operation.endsAt - now) / 1000)) : {},
    body: statusBody(operation, request.path, now),
    operation,
  };
}

/** The Location of a DELETE, an abort or a PUT: 202 while it runs, then what it came to. */
export function readResult(world: World, request: ArmRequest, id: string): ArmResponse {
  const operation = operationOf(world, id);
  if (isRunning(operation)) {
    const here = `${request.origin}${request.path}?api-version=${encodeURIComponent(apiVersionOf(request))}`;
    return { status: 202, headers: { location: here, ...world.clock.retryAfter(pollSeconds) }, operation };
  }
  if (operation.status !== 'Succeeded') {
    throw new ArmError(
      409,
      operation.error?.code ?? 'OperationFailed',
      operation.error?.message ?? `The operation ended ${operation.status}.`,
    );
  }
  const resource = world.store.get(operation.resourceKey);
  const writes = operation.kind === 'create' || operation.kind === 'update';
  return resource && writes ? { status: 200, body: world.view(resource), operation } : { status: 204, operation };
}

function operationOf(world: World, id: string): Operation {
  const operation = world.operations.get(id);
  if (operation) return operation;
  throw new ArmError(404, 'NotFound', `The operation '${id}' was not found.`);
}

/** A planned break of the status URL; the operation itself goes on. */
function breakStatus(operation: Operation): void {
  const fault = operation.statusFault;
  if (!fault || operation.polls <= fault.after) return;
  if (fault.times !== undefined && operation.polls > fault.after + fault.times) return;
  const codes: Record<number, string> = { 404: 'NotFound', 410: 'Gone', 403: 'AuthorizationFailed', 500: 'InternalServerError' };
  throw new ArmError(fault.status, codes[fault.status] ?? 'StatusUnavailable', 'The status of the operation cannot be read.');
}
