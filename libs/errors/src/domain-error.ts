/** What a caller can do about a failure. The edge maps it to an HTTP status, a GraphQL type or a retry policy. */
export type ErrorKind =
  | 'malformed' // the request could not even be read: 400
  | 'invalid' // the caller must change the request: 422
  | 'unauthenticated' // no or bad credentials: 401
  | 'forbidden' // good credentials, missing right: 403
  | 'not_found' // 404
  | 'method_not_allowed' // the path is there, the method is not: 405
  | 'not_acceptable' // no answer in a form the caller accepts: 406
  | 'conflict' // taken, exhausted or in use: 409
  | 'precondition' // a stale ETag: 412
  | 'too_large' // the body: 413
  | 'unsupported_media_type' // the body's form: 415
  | 'throttled' // 429, comes with retryAfterSeconds
  | 'transient'; // a dependency is down or retries are used up: 503, comes with retryAfterSeconds

/** One thing wrong with a request. A failed request lists all of them, not the first. */
export interface Problem {
  /** Where, as a path into the request: `clusters[3].nodePools[0].maxPods`. */
  readonly path: string;
  /** Stable, lower_snake. For a rule of AKS the code of the rule, such as `pod_cidr_overlaps_vnet`. */
  readonly code: string;
  /** One sentence for a person. */
  readonly message: string;
  /** The offending value as it was sent. */
  readonly value?: unknown;
  /** What it collides with: a range, a name, another path. */
  readonly conflictsWith?: unknown;
  /** The value that would be accepted, or what to do. */
  readonly suggestion?: string;
  /** The rule's id, such as `OV-23`. */
  readonly rule?: string;
}

export interface DomainErrorOptions {
  /** Facts a program can act on; they become members of the problem document. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly problems?: readonly Problem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * An expected failure. Everything the domain and the use cases throw on purpose is one of these;
 * anything else that reaches an edge is a bug and is answered 500.
 */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  /** Stable, lower_snake, part of the public contract. */
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.facts = options.facts ?? {};
    this.problems = options.problems ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** The problems of a failure; a failure without a list is one problem at `path`. */
export function problemsOf(error: DomainError, path = ''): readonly Problem[] {
  if (error.problems.length === 0) return [{ path, code: error.code, message: error.message }];
  return error.problems.map((problem) => ({ ...problem, path: joinPath(path, problem.path) }));
}

function joinPath(prefix: string, path: string): string {
  if (prefix === '' || path === '') return prefix + path;
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`;
}
