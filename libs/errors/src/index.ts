export { DomainError, problemsOf, type DomainErrorOptions, type ErrorKind, type Problem } from './domain-error.js';
export {
  AmbiguousRequest,
  Conflict,
  Forbidden,
  InvalidRequest,
  NotFound,
  PreconditionFailed,
  Transient,
  Unauthenticated,
} from './errors.js';
