import { randomUUID } from 'node:crypto';
import { problemOf, ServerUnreachable } from './api-problem.js';

export type Token = string | (() => string | undefined | Promise<string | undefined>);
export type Fetch = (request: Request) => Promise<Response>;

export interface ResilientFetchOptions {
  readonly token?: Token;
  /** Until the answer has begun; each attempt anew. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most. */
  readonly attempts?: number;
  /** How long all pauses of one request may take together; a longer Retry-After is the caller's to wait for. */
  readonly maxWaitMs?: number;
  readonly fetch?: Fetch;
  /** The pause between attempts; a test moves its own clock. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly userAgent?: string;
}

const RETRIED_STATUS = new Set([429, 503]);

/**
 * A fetch that knows the contract: it adds token and request id, gives up in time, and throws an {@link ApiProblem} for
 * every answer that is no success. It repeats only what may be repeated: a read, or a write with an Idempotency-Key.
 */
export function resilientFetch(options: ResilientFetchOptions = {}): Fetch {
  const { attempts = 4, maxWaitMs = 15_000, wait = pause } = options;
  return async (request) => {
    const prepared = await withHeaders(request, options);
    const repeatable = isRepeatable(prepared);
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      const failure = await attemptOnce(prepared, options);
      if (failure instanceof Response) return failure;
      const delay = delayBefore(attempt, failure.retryAfterSeconds);
      const goesOn = repeatable && isPassing(failure) && attempt < attempts && waited + delay <= maxWaitMs && !request.signal.aborted;
      if (!goesOn) throw failure;
      waited += delay;
      await wait(delay, request.signal);
    }
  };
}

/** A read changes nothing; a write with a key is answered once, however often it comes. */
export function isRepeatable(request: Pick<Request, 'method' | 'headers'>): boolean {
  return request.method === 'GET' || request.method === 'HEAD' || request.headers.has('idempotency-key');
}

type Failure = Awaited<ReturnType<typeof problemOf>> | ServerUnreachable;

function isPassing(failure: Failure): boolean {
  return failure instanceof ServerUnreachable || RETRIED_STATUS.has(failure.status);
}

/** Retry-After where the server says one, else 200 ms doubling. */
function delayBefore(attempt: number, retryAfterSeconds: number | undefined): number {
  return retryAfterSeconds === undefined ? 200 * 2 ** (attempt - 1) : retryAfterSeconds * 1000;
}

async function attemptOnce(
  request: Request,
  { fetch: send = globalThis.fetch, timeoutMs = 60_000 }: ResilientFetchOptions,
): Promise<Response | Failure> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  try {
    // A clone per attempt: a body can be read once only.
    const response = await send(new Request(request.clone(), { signal: AbortSignal.any([request.signal, late.signal]) }));
    if (isPageOfAnother(request, response))
      return new ServerUnreachable(request.url, 'answers with a web page: it is not Podspan', undefined);
    return response.ok ? response : await problemOf(response);
  } catch (error) {
    if (request.signal.aborted) throw error;
    return new ServerUnreachable(
      request.url,
      late.signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : 'cannot be reached',
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Podspan sends a page to those alone who ask for one; a portal or another site sends one for every path. */
function isPageOfAnother({ headers: asked }: Request, { ok, headers: given }: Response): boolean {
  return ok && /^text\/html\b/.test(given.get('content-type') ?? '') && asked.get('accept')?.includes('text/html') !== true;
}

async function withHeaders(request: Request, { token, userAgent = 'podspan-client' }: ResilientFetchOptions): Promise<Request> {
  const headers = new Headers(request.headers);
  const value = typeof token === 'function' ? await token() : token;
  if (value !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${value}`);
  // One id for all attempts: they are one request to whoever reads the log.
  if (!headers.has('x-request-id')) headers.set('x-request-id', randomUUID());
  if (!headers.has('user-agent')) headers.set('user-agent', userAgent);
  return new Request(request, { headers });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
