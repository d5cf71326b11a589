import { DomainError, Transient } from '@podspan/errors';
import { ServerUnreachable } from './api-problem.js';
import { createPodspanClient, type PodspanClient, type PodspanClientOptions } from './podspan-client.js';

export interface ServiceRestOptions {
  /** Who is asked, for the message when it answers out of its contract. */
  readonly service: 'ipam' | 'provisioning' | 'ingress';
  readonly baseUrl: string;
  /** Who asks. */
  readonly userAgent: string;
  /** `Bearer ...` for work that no caller waits for. */
  readonly serviceAuthorization: string;
  /** The W3C trace that is under way, where there is one. */
  readonly traceparent?: () => string | undefined;
  readonly client?: Omit<PodspanClientOptions, 'baseUrl' | 'token' | 'userAgent'>;
}

export interface ServiceCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly key?: string;
  /** The caller's own; the service's without it. */
  readonly authorization?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface ServiceAnswer<T> {
  readonly body: T;
  /** The service had answered this idempotency key before. */
  readonly replayed: boolean;
}

/** What is needed of an answer; a zod schema is one. */
export interface AnswerSchema<T> {
  safeParse(
    answer: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] } };
}

/**
 * One of our own services as any script sees it: a problem document comes as the DomainError it was there. Reads, and writes with
 * an idempotency key, are repeated while the service is away. All tries together stay below a transaction's patience of a minute.
 */
export class ServiceRest {
  readonly #client: PodspanClient;
  readonly #serviceAuthorization: string;
  readonly #service: string;
  readonly #traceparent: () => string | undefined;

  constructor({ service, baseUrl, userAgent, serviceAuthorization, traceparent, client }: ServiceRestOptions) {
    this.#client = createPodspanClient({ timeoutMs: 15_000, attempts: 3, maxWaitMs: 5_000, ...client, userAgent, baseUrl });
    this.#serviceAuthorization = serviceAuthorization;
    this.#service = service;
    this.#traceparent = traceparent ?? ((): undefined => undefined);
  }

  /** @throws DomainError as the service answered; Transient when it did not answer, or not as its contract says */
  async call<T>(call: ServiceCall, schema: AnswerSchema<T>): Promise<T> {
    return (await this.answer(call, schema)).body;
  }

  /** As {@link call}; `undefined` for what does not exist. */
  async find<T>(call: ServiceCall, schema: AnswerSchema<T>): Promise<T | undefined> {
    try {
      return await this.call(call, schema);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  /** The names of everything in a list that a caller sees there. @param authorization the caller's own */
  async names(path: string, query: Readonly<Record<string, string>>, authorization: string): Promise<ReadonlySet<string>> {
    const trace = this.#traceparent();
    const options = { query, authorization, ...(trace === undefined ? {} : { traceparent: trace }) };
    const names = new Set<string>();
    try {
      for await (const { name } of this.#client.items<{ readonly name: string }>(path, options)) names.add(name);
    } catch (error) {
      rethrown(error);
    }
    return names;
  }

  /** As {@link call}, and says whether it was answered before. */
  async answer<T>(
    { method, path, key, authorization, requestId, ...request }: ServiceCall,
    schema: AnswerSchema<T>,
  ): Promise<ServiceAnswer<T>> {
    const trace = this.#traceparent();
    const { body, headers } = await this.#client
      .call<unknown>(method, path, {
        ...request,
        ...(trace === undefined ? {} : { traceparent: trace }),
        authorization: authorization ?? this.#serviceAuthorization,
        ...(key === undefined ? {} : { idempotencyKey: key }),
        ...(requestId === undefined ? {} : { requestId }),
      })
      .catch(rethrown);
    const read = schema.safeParse(body);
    if (read.success) return { body: read.data, replayed: headers.get('idempotency-replayed') === 'true' };
    const member = read.error.issues[0]?.path.join('.') ?? '';
    throw new Transient('dependency_failed', `${this.#service} answered in a shape that is not its contract: ${member}`, 30);
  }
}

/** Everything that passes by itself says when to try again. An answer that broke off in its middle is none. */
function rethrown(error: unknown): never {
  const answered = error instanceof DomainError && !(error instanceof ServerUnreachable);
  if (answered && (error.kind !== 'transient' || error.retryAfterSeconds !== undefined)) throw error;
  // Where the service is, is nobody's business outside.
  const [code, message] = answered
    ? [error.code, error.message]
    : ['dependency_unavailable', 'a service that this one needs does not answer'];
  throw new Transient(code, message, 5, { cause: error });
}
