import createClient, { type Client } from 'openapi-fetch';
import type { paths as IngressPaths } from './generated/ingress.js';
import type { paths as IpamPaths } from './generated/ipam.js';
import type { paths as ProvisioningPaths } from './generated/provisioning.js';
import { resilientFetch, type ResilientFetchOptions } from './resilient-fetch.js';
import { rolloutEvents, type RolloutEvent, type RolloutEventsOptions } from './rollout-events.js';
import { urlBelow } from './url-below.js';

export interface PodspanClientOptions extends ResilientFetchOptions {
  /** Such as `http://127.0.0.1:4000`, or `https://tools.example/podspan` where a proxy serves it under a path. */
  readonly baseUrl: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON; a string goes as it is with `contentType`. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Lets the request be repeated until it is answered. */
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  /** In place of the client's own token: a call in somebody's name. */
  readonly authorization?: string;
  readonly requestId?: string;
  readonly traceparent?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** undefined for 204. */
  readonly body: T;
}

/** Every path of the three services, as their OpenAPI documents have it. */
export type PodspanPaths = IpamPaths & ProvisioningPaths & IngressPaths;

/** The REST API as any script uses it: no knowledge of the services but their contract. */
export interface PodspanClient {
  /**
   * Typed by the services' documents: `await dataOf(client.rest.GET('/v1/pools/{pool}', { params: { path: { pool } } }))`.
   * A failure is thrown as below; `error` is never set.
   */
  readonly rest: Client<PodspanPaths>;
  /** @throws ApiProblem, ServerUnreachable */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** Every item of a list, page by page. */
  items<T>(path: string, options?: CallOptions): AsyncGenerator<T>;
  rolloutEvents(rollout: string, options?: RolloutEventsOptions): AsyncGenerator<RolloutEvent>;
}

export function createPodspanClient({ baseUrl, ...options }: PodspanClientOptions): PodspanClient {
  const send = resilientFetch(options);
  const call = async <T>(method: Method, path: string, callOptions: CallOptions = {}): Promise<Answer<T>> => {
    const response = await send(requestOf(baseUrl, method, path, callOptions));
    return { status: response.status, headers: response.headers, body: (await bodyOf(response)) as T };
  };
  return {
    rest: createClient<PodspanPaths>({ baseUrl: urlBelow(baseUrl, '').href, fetch: send }),
    call,
    async *items<T>(path: string, callOptions: CallOptions = {}): AsyncGenerator<T> {
      let cursor: string | undefined;
      do {
        const { body } = await call<Page<T>>('GET', path, { ...callOptions, query: { limit: 1000, ...callOptions.query, cursor } });
        yield* body.items;
        cursor = body.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },
    rolloutEvents: (rollout, eventOptions) => rolloutEvents(send, baseUrl, rollout, eventOptions),
  };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

function requestOf(baseUrl: string, method: Method, path: string, options: CallOptions): Request {
  const url = urlBelow(baseUrl, path);
  for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
  const headers = new Headers({ accept: options.accept ?? 'application/json' });
  const optional = {
    authorization: options.authorization,
    'idempotency-key': options.idempotencyKey,
    'if-match': options.ifMatch,
    'x-request-id': options.requestId,
    traceparent: options.traceparent,
    'content-type': options.body === undefined ? undefined : (options.contentType ?? 'application/json'),
  };
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) headers.set(name, value);
  return new Request(url, {
    method,
    headers,
    ...(options.body === undefined
      ? {}
      : { body: typeof options.body === 'string' && options.contentType !== undefined ? options.body : JSON.stringify(options.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  // JSON lines are a text of many documents.
  return /[/+]json\s*(;|$)/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as unknown) : text;
}

/** Joins path segments, each escaped: names may hold anything. */
export function pathTo(...segments: readonly string[]): string {
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}

/** The body of a typed call. There is one unless the answer is 204: failures have been thrown. */
export async function dataOf<T>(call: Promise<{ readonly data?: T }>): Promise<T> {
  const { data } = await call;
  return data as T;
}
