import { ArmFailure, type ArmEndedBadly, type ArmFailureFacts, type ArmResource } from './arm.js';
import { classify, type Met } from './domain/classify.js';
import { type ErrorEnvelope, readEnvelope } from './domain/error-envelope.js';
import { provisioningErrorOf } from './domain/resource.js';
import { type WaitBounds, waitOf } from './domain/retry-after.js';
import type { Call, Exchange } from './sdk/call.js';

const REQUEST_IDS = ['x-ms-request-id', 'x-ms-correlation-request-id', 'x-ms-routing-request-id'];
const MESSAGE_LENGTH = 500;

/** System and TLS errors that come before a request is sent. */
const NEVER_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_)/;

/** Codes for answers that carry none of Azure's: a front door or a proxy in between. */
const BARE_CODES: Readonly<Record<number, string>> = {
  401: 'AuthenticationFailed',
  404: 'NotFound',
  410: 'Gone',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/** What a call that threw means. What was on the wire decides; what the SDK made of it is only the last resort. */
export function failureOf(call: Call, error: unknown, met: Met, bounds: WaitBounds): ArmFailure {
  if (error instanceof ArmFailure) return error;
  const last = call.exchanges.at(-1);
  if (!call.awaiting && last !== undefined && last.status >= 400) return new ArmFailure(refusal(call, last, met, bounds));
  return new ArmFailure(unanswered(call, error, met));
}

/** Facts of an answer that says no. */
function refusal(call: Call, answer: Exchange, met: Met, bounds: WaitBounds): ArmFailureFacts {
  const envelope = readEnvelope(answer.body) ?? bareEnvelope(answer);
  const wait = waitOf(answer.headers, Date.now(), bounds);
  return {
    httpStatus: answer.status,
    ...factsOf(envelope, met, answer.status),
    requestIds: requestIdsOf(call, answer),
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

/** Said no before anything was sent. */
export function refused(code: string, message: string, clientRequestId: string): ArmFailure {
  const requestIds = { 'x-ms-client-request-id': clientRequestId };
  return new ArmFailure({ code, message, requestIds, class: 'FATAL', mustAct: 'OPERATOR' });
}

/** The operation, or the resource it left behind, says it did not succeed. */
export function endedBadly(state: ArmEndedBadly['state'], call: Call, told: unknown, resource?: ArmResource): ArmEndedBadly {
  const last = call.exchanges.at(-1);
  const envelope = readEnvelope(told) ?? provisioningErrorOf(resource?.raw) ?? unexplained(state);
  const failure: ArmFailureFacts = {
    ...(last === undefined ? {} : { httpStatus: last.status }),
    ...factsOf(envelope, 'OPERATION', last?.status),
    requestIds: last === undefined ? {} : requestIdsOf(call, last),
  };
  return { state, failure, ...(resource === undefined ? {} : { resource }) };
}

export function requestIdsOf(call: Call, answer: Exchange): Readonly<Record<string, string>> {
  const ids = REQUEST_IDS.flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, answer.headers[name]] as const]));
  return Object.fromEntries([...ids, ['x-ms-client-request-id', call.clientRequestId]]);
}

/** The message of the error that decided, since a wrapper's says little. */
function factsOf(envelope: ErrorEnvelope, met: Met, status: number | undefined) {
  const verdict = classify({ ...envelope, met, ...(status === undefined ? {} : { httpStatus: status }) });
  const deciding = [...envelope.causes, envelope].find((error) => error.code === verdict.code) ?? envelope;
  const target = deciding.target ?? envelope.target;
  return {
    ...verdict,
    message: deciding.message || envelope.message,
    ...(target === undefined ? {} : { target }),
    ...(envelope.details === undefined ? {} : { details: envelope.details }),
  };
}

function unanswered(call: Call, error: unknown, met: Met): ArmFailureFacts {
  const requestIds = { 'x-ms-client-request-id': call.clientRequestId };
  const message = error instanceof Error ? error.message.slice(0, MESSAGE_LENGTH) : String(error);
  const mayHaveBeenSent = call.exchanges.length > 0 || (call.awaiting && !NEVER_SENT.test(codeOf(error)));
  if (!call.awaiting && !mayHaveBeenSent) return { ...neverSent(error), message, requestIds };
  const code = call.awaiting ? lostCode(error) : 'UnreadableAnswer';
  return { ...classify({ code, message, met, mayHaveBeenSent }), message, requestIds };
}

function lostCode(error: unknown): string {
  if (NEVER_SENT.test(codeOf(error))) return 'NotReachable';
  return error instanceof Error && error.name === 'AbortError' ? 'RequestTimeout' : 'ConnectionLost';
}

/** Before the first request there is the credential; anything else is a mistake of ours, and trying again repeats it. */
function neverSent(error: unknown): Pick<ArmFailureFacts, 'code' | 'class' | 'mustAct'> {
  if (!(error instanceof Error)) return { code: 'NotSent', class: 'FATAL', mustAct: 'OPERATOR' };
  // The directory could not be asked, which passes.
  if (error.name === 'RestError' || NEVER_SENT.test(codeOf(error)))
    return { code: 'CredentialUnavailable', class: 'TRANSIENT', mustAct: 'OPERATOR' };
  const refused = /Credential|Authentication/.test(error.name) || /access token/i.test(error.message);
  return refused
    ? { code: 'CredentialUnavailable', class: 'QUOTA', mustAct: 'OPERATOR' }
    : { code: 'NotSent', class: 'FATAL', mustAct: 'OPERATOR' };
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function bareEnvelope(answer: Exchange): ErrorEnvelope {
  const code = BARE_CODES[answer.status] ?? `Http${answer.status}`;
  return { code, message: answer.text.trim().slice(0, MESSAGE_LENGTH) || `Azure answered ${answer.status}`, causes: [] };
}

function unexplained(state: ArmEndedBadly['state']): ErrorEnvelope {
  return state === 'CANCELED'
    ? { code: 'OperationCanceled', message: 'the operation was canceled; what it had applied stays', causes: [] }
    : { code: 'ProvisioningFailed', message: 'the operation failed and Azure gave no reason', causes: [] };
}
