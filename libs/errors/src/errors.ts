import { DomainError, type DomainErrorOptions, type Problem } from './domain-error.js';

/** 422: one or more members of the request are wrong; every one of them is in `problems`. */
export class InvalidRequest extends DomainError {
  constructor(problems: readonly Problem[], options: Omit<DomainErrorOptions, 'problems'> & { code?: string } = {}) {
    const codes = new Set(problems.map((problem) => problem.code));
    const only = codes.size === 1 ? [...codes][0] : undefined;
    super('invalid', options.code ?? only ?? 'invalid_request', summaryOf(problems), { ...options, problems });
  }
}

/** 422 `ambiguous_request`: two members that exclude one another were both sent, or neither. */
export class AmbiguousRequest extends DomainError {
  constructor(message: string, options: DomainErrorOptions = {}) {
    super('invalid', 'ambiguous_request', message, options);
  }
}

/** 404 `not_found`. */
export class NotFound extends DomainError {
  constructor(what: string, key: string) {
    super('not_found', 'not_found', `${what} '${key}' does not exist`, { facts: { resource: what, key } });
  }
}

/** 409 with a code of its own, such as `pool_exhausted`, `prefix_taken`, `in_use`, `name_taken`. */
export class Conflict extends DomainError {
  constructor(code: string, message: string, options: DomainErrorOptions = {}) {
    super('conflict', code, message, options);
  }
}

/** 412 `precondition_failed`: the ETag sent in If-Match is not the current one. */
export class PreconditionFailed extends DomainError {
  constructor(expected: string, current: string) {
    super('precondition', 'precondition_failed', `the resource has changed: If-Match ${expected}, current ${current}`, {
      facts: { expected, current },
    });
  }
}

/** 401 `unauthenticated`. */
export class Unauthenticated extends DomainError {
  constructor(message = 'a bearer token is required') {
    super('unauthenticated', 'unauthenticated', message);
  }
}

/** 403 `forbidden`. */
export class Forbidden extends DomainError {
  constructor(message: string, facts: Readonly<Record<string, unknown>> = {}) {
    super('forbidden', 'forbidden', message, { facts });
  }
}

/** 503: try again later; nothing was written. */
export class Transient extends DomainError {
  constructor(code: string, message: string, retryAfterSeconds: number, options: DomainErrorOptions = {}) {
    super('transient', code, message, { ...options, retryAfterSeconds });
  }
}

function summaryOf(problems: readonly Problem[]): string {
  const [first] = problems;
  if (!first) return 'the request is invalid';
  const where = first.path === '' ? '' : `${first.path}: `;
  return problems.length === 1 ? where + first.message : `${problems.length} problems; the first: ${where}${first.message}`;
}
