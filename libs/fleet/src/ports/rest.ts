import { DomainError, type ErrorKind, type Problem, Transient } from '@podspan/errors';

export interface RestOptions {
  readonly baseUrl: string;
  /** `Bearer ...` for work that no caller waits for. */
  readonly serviceAuthorization: string;
  /** Default 30 s: an address plan of thousands of clusters takes its time. */
  readonly timeoutMs?: number;
  /** Waits between tries of a call that may be repeated. Default 200, 1000 and 3000 ms. */
  readonly retryDelaysMs?: readonly number[];
}

export interface RestCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly authorization?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface RestAnswer<T> {
  readonly body: T;
  /** The service had answered this idempotency key before. */
  readonly replayed: boolean;
}

/**
 * One of our own services as any script sees it. An answer problem+json becomes the DomainError it was there.
 * Reads, and writes with an idempotency key, are repeated when the service is away (503, no answer).
 */
export class Rest {
  readonly #options: RestOptions;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** @throws DomainError as the service answered; Transient when it did not answer */
  async call<T>(call: RestCall): Promise<T> {
    return (await this.answer<T>(call)).body;
  }

  /** As {@link call}, and says whether it was answered before. */
  async answer<T>(call: RestCall): Promise<RestAnswer<T>> {
    const delays = call.method === 'GET' || call.key !== undefined ? (this.#options.retryDelaysMs ?? [200, 1_000, 3_000]) : [];
    for (const delay of [...delays, undefined]) {
      try {
        return await this.#once<T>(call);
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind !== 'transient' || delay === undefined) throw error;
        await new Promise((done) => setTimeout(done, delay));
      }
    }
    throw new Transient('dependency_unavailable', `${this.#options.baseUrl} did not answer`, 5);
  }

  /** As {@link call}; `undefined` for what does not exist. */
  async find<T>(call: RestCall): Promise<T | undefined> {
    try {
      return await this.call<T>(call);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  async #once<T>(call: RestCall): Promise<RestAnswer<T>> {
    const response = await this.#send(call);
    const text = await response.text();
    const body: unknown = text === '' ? null : readJson(text);
    if (response.ok) return { body: body as T, replayed: response.headers.get('idempotency-replayed') === 'true' };
    throw domainErrorOf(response.status, body, Number(response.headers.get('retry-after')) || undefined);
  }

  async #send({ method, path, body, key, authorization, requestId }: RestCall): Promise<Response> {
    const { baseUrl, serviceAuthorization, timeoutMs = 30_000 } = this.#options;
    try {
      return await fetch(new URL(path, baseUrl), {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          authorization: authorization ?? serviceAuthorization,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
          ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new Transient('dependency_unavailable', `a service that this one needs did not answer (${method} ${path.split('?')[0] ?? ''})`, 5, { cause: error });
    }
  }
}

const kinds: Readonly<Record<number, ErrorKind>> = { 400: 'malformed', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 412: 'precondition', 422: 'invalid', 429: 'throttled' };
const envelope = new Set(['type', 'title', 'status', 'code', 'detail', 'instance', 'traceId', 'errors']);

/** Exported for its table. */
export function domainErrorOf(status: number, body: unknown, retryAfterSeconds?: number): DomainError {
  const document = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const code = typeof document['code'] === 'string' ? document['code'] : 'dependency_failed';
  const detail = typeof document['detail'] === 'string' ? document['detail'] : `a service that this one needs answered ${status}`;
  const kind = kinds[status] ?? 'transient';
  const problems = Array.isArray(document['errors']) ? (document['errors'] as readonly Problem[]) : [];
  const facts = Object.fromEntries(Object.entries(document).filter(([key]) => !envelope.has(key)));
  if (kind === 'transient' || kind === 'throttled') return new DomainError(kind, code, detail, { facts, problems, retryAfterSeconds: retryAfterSeconds ?? 5 });
  return new DomainError(kind, code, detail, { facts, problems });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
