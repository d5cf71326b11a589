import { ApiProblem, ServerUnreachable } from '@podspan/client';
import { DomainError, type Problem } from '@podspan/errors';
import { UsageError } from '../exit-codes.js';
import { problemDetails, problemLines } from './problem-lines.js';
import type { Printer } from './printer.js';

const MOST_BLOCKERS = 10;

/** Says what went wrong, in the format of the command. `problems` and `message` replace those of the error, for instance by located ones. */
export function reportFailure(
  printer: Printer,
  error: unknown,
  problems: readonly Problem[] = error instanceof DomainError ? error.problems : [],
  message = messageOf(error),
): void {
  printer.failure({ error: documentOf(error, problems, message) }, () => textOf(error, problems, message));
}

function documentOf(error: unknown, problems: readonly Problem[], message: string): unknown {
  if (!(error instanceof DomainError)) return { code: error instanceof UsageError ? 'usage' : 'unexpected', message };
  return {
    code: error.code,
    message,
    ...(error instanceof ApiProblem ? { status: error.status, traceId: error.traceId } : {}),
    ...error.facts,
    problems,
  };
}

function textOf(error: unknown, problems: readonly Problem[], message: string): string {
  const trace = error instanceof ApiProblem && error.status >= 500 && error.traceId !== undefined ? ` (trace ${error.traceId})` : '';
  const hint =
    error instanceof DomainError && error.kind === 'unauthenticated'
      ? '\nGive a token with --token or PODSPAN_TOKEN, or set PODSPAN_HOME to the data folder of a local server.'
      : error instanceof ServerUnreachable
        ? '\nStart Podspan with npm start, or say where it is with --server or PODSPAN_SERVER.'
        : '';
  return `podspan: ${message}${trace}${listOf(problems, message)}${blockersOf(error)}${hint}`;
}

function listOf(problems: readonly Problem[], message: string): string {
  const [first, ...others] = problems;
  if (first === undefined) return '';
  const isSaid = others.length === 0 && !('file' in first) && message.endsWith(first.message);
  return `\n${isSaid ? problemDetails(first) : problemLines(problems)}`;
}

/** Who is in the way, as far as the caller may know. */
function blockersOf(error: unknown): string {
  const blockers = error instanceof DomainError ? error.facts['blockers'] : undefined;
  if (!Array.isArray(blockers)) return '';
  const lines = blockers
    .slice(0, MOST_BLOCKERS)
    .map((blocker: { cidr?: unknown; name?: unknown }) => `\n    ${String(blocker.cidr)}  ${String(blocker.name)}`);
  return `${lines.join('')}${blockers.length > MOST_BLOCKERS ? `\n    and ${blockers.length - MOST_BLOCKERS} more` : ''}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
