import { createHash } from 'node:crypto';
import { setTimeout as realPause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ArmError } from './arm-error.js';
import { subscriptionOf } from './arm-path.js';
import { apiVersionOf, type ArmRequest, type ArmResponse } from './arm-request.js';
import { targetOf } from './arm-target.js';
import { faultBody, type Fault, type FaultAction, type Faults } from './faults.js';
import type { Journal } from './journal.js';
import { objectAt, textAt } from './json.js';
import type { OperationError } from './operations.js';
import type { Fate } from './put-resource.js';
import type { Serve } from './serve-arm.js';
import type { World } from './world.js';

export interface FrontDoor {
  readonly world: World;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly serve: Serve;
}

/** Takes an HTTP request through the faults and the server to an answer and a line in the journal. */
export async function receive(door: FrontDoor, http: FastifyRequest, reply: FastifyReply): Promise<void> {
  const request = armRequest(http);
  const type = typeOf(request.path);
  const fault = door.faults.strike(request, type);
  const action = fault?.do ?? {};
  if (action.delayMs !== undefined) await realPause(action.delayMs);
  const instead = replacesWork(action);
  const response = action.drop === 'before' ? { status: 0 } : instead ? faultAnswer(action) : await attempt(door, request, action);
  const answer = action.accept === true && action.status !== undefined ? { ...response, ...faultAnswer(action) } : response;
  const cut = action.drop !== undefined;
  const requestId = door.world.random.uuid('request', door.journal.lastSequence + 1);
  record(door, request, { type, fault, requestId, response: cut ? { ...answer, status: 0 } : answer });
  if (cut) {
    reply.hijack();
    http.raw.socket.destroy();
    return;
  }
  send(door, reply, request, answer, requestId, action);
}

const replacesWork = ({ status, throttle, accept }: FaultAction): boolean =>
  accept !== true && (status !== undefined || throttle !== undefined);

function armRequest(http: FastifyRequest): ArmRequest {
  const [rawPath = '', rawQuery = ''] = http.raw.url?.split('?') ?? [];
  const token = /^Bearer\s+(\S+)$/i.exec(http.headers.authorization ?? '')?.[1];
  const host = http.headers.host ?? '127.0.0.1';
  const local = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
  const headers = Object.entries(http.headers).map(([name, value]): [string, string] => [name, String(value)]);
  return {
    method: http.method,
    path: decodePath(rawPath),
    query: new Map([...new URLSearchParams(rawQuery)].map(([name, value]) => [name.toLowerCase(), value])),
    headers: new Map(headers),
    bodyText: typeof http.body === 'string' ? http.body : '',
    origin: `${local ? 'http' : 'https'}://${host}`,
    principal: token === undefined ? undefined : createHash('sha256').update(token).digest('hex').slice(0, 16),
  };
}

/** One slash between segments, none at the end; a broken escape stays as it is. */
function decodePath(raw: string): string {
  const tidy = raw.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  try {
    return decodeURIComponent(tidy);
  } catch {
    return tidy;
  }
}

async function attempt(
  { serve }: FrontDoor,
  request: ArmRequest,
  action: FaultAction,
): Promise<ArmResponse & { readonly waitSeconds?: number; readonly marked?: boolean }> {
  try {
    const response = await serve(request, fateOf(action));
    if (response.operation && response.accepted) breakOperation(response, action);
    return response;
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const { retryAfterSeconds, headers, emulated } = error.facts;
    return {
      status: error.status,
      body: error.body,
      ...(headers ? { headers } : {}),
      ...(retryAfterSeconds === undefined ? {} : { waitSeconds: retryAfterSeconds }),
      ...(emulated === true ? { marked: true } : {}),
    };
  }
}

function fateOf({ lroOutcome, lroError }: FaultAction): Fate {
  const error = lroError as OperationError | undefined;
  return { ...(lroOutcome ? { outcome: lroOutcome } : {}), ...(error ? { error } : {}) };
}

function breakOperation({ operation }: ArmResponse, { statusUrl, lroStatusSays }: FaultAction): void {
  if (!operation) return;
  if (statusUrl)
    operation.statusFault = {
      after: statusUrl.after,
      status: statusUrl.status,
      ...(statusUrl.times === undefined ? {} : { times: statusUrl.times }),
    };
  if (lroStatusSays) operation.statusSays = lroStatusSays;
}

function faultAnswer(action: FaultAction): Pick<ArmResponse, 'status' | 'headers' | 'body'> {
  const body = faultBody(action);
  const retryAfter = action.throttle?.retryAfter;
  return {
    status: action.status ?? (action.throttle ? 429 : 500),
    headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    ...(body ? { body } : {}),
  };
}

function send(
  { world }: FrontDoor,
  reply: FastifyReply,
  request: ArmRequest,
  answer: ArmResponse & { waitSeconds?: number; marked?: boolean },
  requestId: string,
  action: FaultAction,
): void {
  const clientRequestId = request.headers.get('x-ms-client-request-id');
  const offset = action.clockOffsetSeconds;
  reply.headers({
    'cache-control': 'no-cache',
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': request.headers.get('x-ms-correlation-request-id') ?? requestId,
    'x-ms-routing-request-id': `EMULATOR:${requestId}`,
    ...(clientRequestId === undefined ? {} : { 'x-ms-client-request-id': clientRequestId }),
    ...(answer.marked === true ? { 'x-emulated': 'code' } : {}),
    ...answer.headers,
    ...waitHeaders(world, answer),
    ...(offset === undefined ? {} : { date: new Date(Date.now() + offset * 1000).toUTCString() }),
    ...action.headers,
  });
  reply.status(answer.status);
  if (answer.body && request.method !== 'HEAD') void reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
  else void reply.send();
}

function waitHeaders({ clock }: World, { status, waitSeconds }: { status: number; waitSeconds?: number }): Record<string, string> {
  if (waitSeconds === undefined) return {};
  return status === 429 ? clock.retryAfterThrottle(waitSeconds) : clock.retryAfter(waitSeconds);
}

interface Outcome {
  readonly type: string | undefined;
  readonly fault: Fault | undefined;
  readonly requestId: string;
  readonly response: ArmResponse;
}

function record({ world, journal }: FrontDoor, request: ArmRequest, { type, fault, requestId, response }: Outcome): void {
  const subscription = subscriptionOf(request.path);
  const clientRequestId = request.headers.get('x-ms-client-request-id');
  const code = response.status >= 400 ? (textAt(response.body, 'error', 'code') ?? textAt(objectAt(response.body), 'code')) : undefined;
  journal.add(
    {
      time: world.clock.iso(),
      method: request.method,
      path: request.path,
      requestId,
      status: response.status,
      apiVersion: apiVersionOf(request),
      ...(type === undefined ? {} : { type }),
      ...(subscription === undefined ? {} : { subscription }),
      ...(request.principal === undefined ? {} : { principal: request.principal }),
      ...(clientRequestId === undefined ? {} : { clientRequestId }),
      ...(code === undefined ? {} : { code }),
      ...(response.accepted ? { accepted: response.accepted } : {}),
      ...(fault ? { faults: [fault.id] } : {}),
    },
    response.operation,
  );
}

function typeOf(path: string): string | undefined {
  try {
    const target = targetOf(path);
    return target.kind === 'subscription' ? undefined : target.type.type;
  } catch {
    return undefined;
  }
}
