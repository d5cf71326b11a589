import { ApiProblem, ServerUnreachable } from '@podspan/client';
import type { ErrorKind } from '@podspan/errors';

/** The exit codes of the command line; part of the public contract. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  conflict: 5,
  rolloutFailed: 6,
  notAuthorised: 7,
  unreachable: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_KIND: Record<ErrorKind, ExitCode> = {
  malformed: EXIT.refused,
  invalid: EXIT.refused,
  unauthenticated: EXIT.notAuthorised,
  forbidden: EXIT.notAuthorised,
  not_found: EXIT.notFound,
  method_not_allowed: EXIT.unexpected,
  not_acceptable: EXIT.refused,
  conflict: EXIT.conflict,
  precondition: EXIT.conflict,
  too_large: EXIT.refused,
  unsupported_media_type: EXIT.refused,
  throttled: EXIT.unreachable,
  transient: EXIT.unreachable,
};

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Ends a command with a code after it has said everything itself. */
export class Quit extends Error {
  constructor(readonly exitCode: ExitCode) {
    super(`exit ${exitCode}`);
    this.name = 'Quit';
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Quit) return error.exitCode;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ServerUnreachable) return EXIT.unreachable;
  if (error instanceof ApiProblem) return error.status === 500 ? EXIT.unexpected : BY_KIND[error.kind];
  return EXIT.unexpected;
}
