import { createPodspanClient, type PodspanClient, type PodspanClientOptions, ServerUnreachable } from '@podspan/client';
import { DomainError, Transient } from '@podspan/errors';

export interface RestOptions {
  readonly baseUrl: string;
  /** `Bearer ...` for work that no caller waits for. */
  readonly serviceAuthorization: string;
  readonly client?: Omit<PodspanClientOptions, 'baseUrl' | 'token'>;
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
 * One of our own services as any script sees it: a problem document comes as the DomainError it was there. Reads, and writes with
 * an idempotency key, are repeated while the service is away. All tries together stay below a transaction's patience of a minute.
 */
export class Rest {
  readonly #client: PodspanClient;
  readonly #serviceAuthorization: string;

  constructor({ baseUrl, serviceAuthorization, client }: RestOptions) {
    this.#client = createPodspanClient({ timeoutMs: 15_000, attempts: 3, maxWaitMs: 5_000, userAgent: 'podspan-provisioning', ...client, baseUrl });
    this.#serviceAuthorization = serviceAuthorization;
  }

  /** @throws DomainError as the service answered; Transient when it did not answer */
  async call<T>(call: RestCall): Promise<T> {
    return (await this.answer<T>(call)).body;
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

  /** As {@link call}, and says whether it was answered before. */
  async answer<T>({ method, path, body, key, authorization, requestId }: RestCall): Promise<RestAnswer<T>> {
    try {
      const answer = await this.#client.call<T>(method, path, {
        authorization: authorization ?? this.#serviceAuthorization,
        ...(body === undefined ? {} : { body }),
        ...(key === undefined ? {} : { idempotencyKey: key }),
        ...(requestId === undefined ? {} : { requestId }),
      });
      return { body: answer.body, replayed: answer.headers.get('idempotency-replayed') === 'true' };
    } catch (error) {
      throw error instanceof ServerUnreachable ? away(error) : error;
    }
  }
}

/** Where the service is, is nobody's business outside. */
function away(error: ServerUnreachable): Transient {
  return new Transient('dependency_unavailable', 'a service that this one needs does not answer', error.retryAfterSeconds ?? 5, { cause: error });
}
