import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorKind, type Problem } from '@podspan/errors';
import { unsupportedMediaType } from './refuse-body.js';

/** `application/problem+json` (RFC 9457) with the facts of the failure as further members. */
export interface ProblemDocument extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const MOST_PROBLEMS = 10_000;

const STATUS: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  conflict: 409,
  precondition: 412,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  throttled: 429,
  transient: 503,
};

/** What is said for every failure that is not a DomainError; the rest goes to the log, not to the caller. */
export function problemDocument(error: unknown): { document: ProblemDocument; retryAfterSeconds: number | undefined; unexpected: boolean } {
  const failure = asDomainError(error);
  const status = failure ? STATUS[failure.kind] : 500;
  const code = failure?.code ?? 'internal_error';
  return {
    document: {
      ...failure?.facts,
      type: `urn:podspan:problem:${code}`,
      title: titleOf(code),
      status,
      code,
      detail: failure?.message ?? 'something went wrong in Podspan; the log has the details under this trace id',
      ...toldProblems(failure?.problems ?? []),
    },
    retryAfterSeconds: failure?.retryAfterSeconds,
    unexpected: failure === undefined,
  };
}

/** Everything that is wrong, up to what a request of the largest list may have wrong: an answer stays smaller than its request. */
function toldProblems(problems: readonly Problem[]): { errors?: readonly Problem[]; errorsLeftOut?: number } {
  if (problems.length === 0) return {};
  if (problems.length <= MOST_PROBLEMS) return { errors: problems };
  return { errors: problems.slice(0, MOST_PROBLEMS), errorsLeftOut: problems.length - MOST_PROBLEMS };
}

function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Framework, database and network errors in our own words. */
export function asDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status !== undefined && status < 500) return fromStatus(status, error);
  if (isUnavailable(error))
    return new DomainError('transient', 'database_unavailable', 'the database does not answer; nothing was written', {
      retryAfterSeconds: 2,
      cause: error,
    });
  if (gaveWay(error))
    return new DomainError('transient', 'too_many_writes', 'others kept writing the same rows; nothing was written', {
      retryAfterSeconds: 1,
      cause: error,
    });
  return undefined;
}

const tooLarge =
  'the body is too large: REST takes 32 MiB and GraphQL 1 MiB; send it in parts, such as a listing for each subscription, or without what is null and without indentation';

function fromStatus(status: number, error: unknown): DomainError {
  const message = error instanceof Error ? error.message : String(error);
  switch (status) {
    case 404:
      return new DomainError('not_found', 'not_found', message, { cause: error });
    case 401:
      return new DomainError('unauthenticated', 'unauthenticated', message, { cause: error });
    case 403:
      return new DomainError('forbidden', 'forbidden', message, { cause: error });
    case 413:
      return new DomainError('too_large', 'body_too_large', tooLarge, { cause: error });
    case 415:
      return unsupportedMediaType(error);
    case 429:
      return new DomainError('throttled', 'too_many_requests', message, { retryAfterSeconds: 1, cause: error });
    default:
      return new DomainError('malformed', 'malformed_request', message, { cause: error });
  }
}

/** Fastify's own errors (a body that is not JSON, too large, of another type) carry a statusCode. */
function statusCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** Serialization failure or deadlock, although it was tried again: PostgreSQL chose this transaction to give way each time. */
function gaveWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/** Connection lost or refused, server starting or stopping, pool exhausted, out of connections. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P0|53[23])/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(error.message)
  );
}
