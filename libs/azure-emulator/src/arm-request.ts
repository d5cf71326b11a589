import type { JsonObject } from './json.js';
import type { Operation } from './operations.js';

export interface ArmRequest {
  readonly method: string;
  /** Path without the query, slashes tidied, escapes resolved. */
  readonly path: string;
  /** Query with lower-case keys. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: ReadonlyMap<string, string>;
  readonly bodyText: string;
  /** Scheme and host for absolute URLs, from the Host header. */
  readonly origin: string;
  /** Hash of the bearer token; undefined without one. */
  readonly principal: string | undefined;
}

export type Accepted = 'create' | 'update' | 'delete' | 'action';

export interface ArmResponse {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: JsonObject;
  /** Set when the request changed something; what the journal notes. */
  readonly accepted?: Accepted;
  readonly operation?: Operation;
}

export const apiVersionOf = (request: ArmRequest): string => request.query.get('api-version') ?? '';
