import { context, propagation } from '@opentelemetry/api';
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { sameResource } from '../domain/resource-id.js';
import { type Call, currentCall } from './call.js';

export interface WirePolicyOptions {
  readonly origin: string;
  readonly timeoutMs: number;
}

/**
 * Puts the caller's own words on the wire. The typed clients serialise only what their version models and drop the rest
 * without an error, so the body they made is replaced by the one the caller handed in; likewise the api-version, which
 * arm-network ignores on its client, and the conditions, which not every operation has an option for.
 */
export function wirePolicy({ origin, timeoutMs }: WirePolicyOptions): PipelinePolicy {
  return {
    name: 'podspanWirePolicy',
    sendRequest(request, next) {
      keepTokenHome(request, origin);
      request.timeout = timeoutMs;
      propagation.inject(context.active(), request, { set: ({ headers }, name, value) => headers.set(name, value) });
      const call = currentCall();
      if (call) apply(call, request);
      return next(request);
    },
  };
}

function apply(call: Call, request: PipelineRequest): void {
  request.headers.set('x-ms-client-request-id', call.clientRequestId);
  if (call.resourceId !== undefined && call.apiVersion !== undefined) pinApiVersion(request, call.resourceId, call.apiVersion);
  const { write } = call;
  if (write === undefined || write.method !== request.method) return;
  if (write.body !== undefined) request.body = JSON.stringify(write.body);
  if (write.ifMatch !== undefined) request.headers.set('If-Match', write.ifMatch);
  if (write.ifNoneMatch !== undefined) request.headers.set('If-None-Match', write.ifNoneMatch);
}

/** Only on the resource itself: a status URL names the version it was made with. */
function pinApiVersion(request: PipelineRequest, resourceId: string, apiVersion: string): void {
  const url = new URL(request.url);
  const path = decodeURIComponent(url.pathname).replace(/\/(abort|upgradeNodeImageVersion|listClusterUserCredential)$/i, '');
  if (!sameResource(path, resourceId)) return;
  url.searchParams.set('api-version', apiVersion);
  request.url = url.toString();
}

/** The poller follows any absolute URL an answer names. A bearer token goes to Azure Resource Manager and nowhere else. */
function keepTokenHome(request: PipelineRequest, origin: string): void {
  const home = new URL(origin);
  const to = new URL(request.url);
  if (to.protocol === home.protocol && (to.host === home.host || to.host.endsWith(`.${home.host}`))) return;
  throw new Error(`an answer of ${home.host} points to ${to.origin}; the token is not sent there`);
}
