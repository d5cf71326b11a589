import type { FailureClass, MustAct } from '../arm.js';
import type { AzureError } from './error-envelope.js';
import { ABSENT_CODES, GENERIC_CODES, RIGHTS_CODES, SPECIFIC_CODES, type CodeRule } from './error-codes.js';

/**
 * Where a failure was met. `WRITE`: a PUT, DELETE or POST was answered so, or not at all. `READ`: a GET or LIST.
 * `STATUS`: the status URL of an operation. `OPERATION`: the operation, read without trouble, says it failed.
 */
export type Met = 'WRITE' | 'READ' | 'STATUS' | 'OPERATION';

export interface FailureSigns extends AzureError {
  readonly met: Met;
  /** Absent when no answer came. An operation that failed was read with 200. */
  readonly httpStatus?: number;
  /** Nested errors, outermost first. */
  readonly causes?: readonly AzureError[];
  /** False when the request certainly never left: refused connection, no token, unknown host. */
  readonly mayHaveBeenSent?: boolean;
}

export interface Verdict {
  /** The code that decided. */
  readonly code: string;
  readonly class: FailureClass;
  readonly mustAct: MustAct;
}

type Judgement = Omit<Verdict, 'code'>;

const TRANSIENT: Judgement = { class: 'TRANSIENT', mustAct: 'NOBODY' };
const WAIT: Judgement = { class: 'WAIT', mustAct: 'NOBODY' };
const ADOPT: Judgement = { class: 'ADOPT', mustAct: 'NOBODY' };
const FATAL: Judgement = { class: 'FATAL', mustAct: 'USER' };
const ASK_OPERATOR: Judgement = { class: 'QUOTA', mustAct: 'OPERATOR' };

const SPECIFIC = index(SPECIFIC_CODES);
const GENERIC = index(GENERIC_CODES);

/** Decides what a failure means from status, code, nested details and message together: no code alone is enough. */
export function classify(signs: FailureSigns): Verdict {
  if (signs.httpStatus === undefined && signs.met !== 'OPERATION') return { code: signs.code, ...unanswered(signs) };
  if (signs.met === 'STATUS') return { code: signs.code, ...unreadable(signs.httpStatus ?? 0) };
  if (signs.met === 'WRITE' && isLostResponse(signs.httpStatus)) return { code: signs.code, ...ADOPT };
  return fromCodes(signs) ?? { code: signs.code, ...fromStatus(signs) };
}

/** ARM's front door gives up after 60 s although the provider may have accepted. */
function isLostResponse(status: number | undefined): boolean {
  return status === 408 || status === 504;
}

function unanswered(signs: FailureSigns): Judgement {
  return signs.met === 'WRITE' && signs.mayHaveBeenSent !== false ? ADOPT : TRANSIENT;
}

/** A status that cannot be read says nothing about the operation: read the resource instead. */
function unreadable(status: number): Judgement {
  if (status === 401) return ASK_OPERATOR;
  return status === 408 || status === 429 || status >= 500 ? TRANSIENT : ADOPT;
}

function fromCodes(signs: FailureSigns): Verdict | undefined {
  const innermostFirst = [...(signs.causes ?? [])].reverse();
  const errors: readonly AzureError[] = [...innermostFirst, signs];
  for (const lookUp of [(error: AzureError) => specific(error, signs), (error: AzureError) => GENERIC.get(error.code.toLowerCase())]) {
    for (const error of errors) {
      const judgement = lookUp(error);
      if (judgement) return { code: error.code, ...judgement };
    }
  }
  return undefined;
}

function specific(error: AzureError, signs: FailureSigns): Judgement | undefined {
  const code = error.code;
  if (code === 'OperationNotAllowed') return operationNotAllowed(error.message, signs);
  if (includes(RIGHTS_CODES, code)) return signs.met === 'WRITE' ? { class: 'TRANSIENT', mustAct: 'OPERATOR' } : ASK_OPERATOR;
  if (includes(ABSENT_CODES, code)) return signs.met === 'OPERATION' ? FATAL : TRANSIENT;
  if (/VMExtension/i.test(code)) return ASK_OPERATOR;
  return SPECIFIC.get(code.toLowerCase());
}

/** One code, four meanings: a quota of Compute, a throttle of Compute, a state that forbids it, an operation under way. */
function operationNotAllowed(message: string, signs: FailureSigns): Judgement {
  if (/quota|exceed(s|ing|ed)? .*(cores|limit)/i.test(message) && signs.httpStatus !== 429) return ASK_OPERATOR;
  if (signs.httpStatus === 429 || /throttl|too many requests/i.test(message)) return TRANSIENT;
  if (/already (been )?stopped|is stopped|being deleted|not allowed.*(power|stopped) state/i.test(message)) return FATAL;
  return signs.met === 'WRITE' ? ADOPT : WAIT;
}

function fromStatus(signs: FailureSigns): Judgement {
  const status = signs.httpStatus ?? 0;
  // A failed resource keeps its name and its addresses; once the cause is removed the same PUT repairs it.
  if (signs.met === 'OPERATION') return ASK_OPERATOR;
  if (status === 429) return TRANSIENT;
  if (status === 408 || status >= 500) return TRANSIENT;
  if (status === 409) return WAIT;
  if (status === 412) return ADOPT;
  if (status === 401 || status === 403) return ASK_OPERATOR;
  return FATAL;
}

function index(rules: readonly CodeRule[]): ReadonlyMap<string, Judgement> {
  return new Map(rules.flatMap((rule) => rule.codes.map((code) => [code.toLowerCase(), { class: rule.class, mustAct: rule.mustAct }])));
}

function includes(codes: readonly string[], code: string): boolean {
  return codes.some((known) => known.toLowerCase() === code.toLowerCase());
}
