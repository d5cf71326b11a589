import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidRequest, type Problem } from '@podspan/errors';
import { z } from 'zod';

/** Checks every `{ schema }` of a handler and reports all problems of the value together as 422. */
@Injectable()
export class ValidationPipe implements PipeTransform<unknown, unknown> {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { schema } = metadata;
    if (!(schema instanceof z.ZodType)) return value;
    const given = value ?? (metadata.type === 'body' ? {} : value);
    return parseRequest(schema, given, metadata.type === 'param' ? (metadata.data ?? '') : '');
  }
}

/**
 * Parses a request's member with its schema.
 * @throws InvalidRequest with one problem per issue, its path, code and value.
 */
export function parseRequest<T extends z.ZodType>(schema: T, value: unknown, path = ''): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw refuse(result.error.issues.flatMap((issue) => problemsOfIssue(asSent(issue, value), path)));
}

/** A parameter comes as text and is read as a number: what is told is the text. */
function asSent(issue: z.core.$ZodIssue, root: unknown): z.core.$ZodIssue {
  if (issue.code !== 'invalid_type' || !Number.isNaN(issue.input)) return issue;
  const input = issue.path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    root,
  );
  return { ...issue, input, message: `Invalid input: expected ${issue.expected}` };
}

/** A program that sent one wrong value finds the right one beside the code. */
export function refuse(problems: readonly Problem[]): InvalidRequest {
  const [only] = problems;
  return new InvalidRequest(
    problems,
    problems.length === 1 && only?.suggestion !== undefined ? { facts: { suggestion: only.suggestion } } : {},
  );
}

/** A refinement says its own code, rule, conflict and suggestion in `params`. */
interface RefinementParams {
  readonly code?: string;
  readonly rule?: string;
  readonly suggestion?: string;
  readonly conflictsWith?: unknown;
}

const CODES: Record<string, string> = {
  invalid_type: 'invalid_type',
  too_big: 'too_big',
  too_small: 'too_small',
  invalid_format: 'invalid_format',
  not_multiple_of: 'invalid_value',
  unrecognized_keys: 'unknown_field',
  invalid_union: 'invalid_value',
  invalid_key: 'invalid_value',
  invalid_element: 'invalid_value',
  invalid_value: 'invalid_value',
};

/** One problem, or one for each unknown key. */
export function problemsOfIssue(issue: z.core.$ZodIssue, root: string): Problem[] {
  const path = pathOf(root, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathOf(path, [key]),
      code: 'unknown_field',
      message: `'${key}' is not a field of this object`,
    }));
  }
  const isMissing = issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  const { code, rule, suggestion, conflictsWith } = (issue.code === 'custom' ? (issue.params ?? {}) : {}) as RefinementParams;
  return [
    {
      path,
      code: code ?? (isMissing ? 'required' : (CODES[issue.code] ?? 'invalid_value')),
      message: isMissing ? `${path === '' ? 'a body' : path} is required: ${wantedBy(issue)}` : issue.message,
      ...(issue.input === undefined ? {} : { value: echo(issue.input) }),
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(conflictsWith === undefined ? {} : { conflictsWith }),
      ...(rule === undefined ? {} : { rule }),
    },
  ];
}

function wantedBy(issue: z.core.$ZodIssueInvalidType | z.core.$ZodIssueInvalidValue): string {
  if (issue.code === 'invalid_value') return `one of: ${issue.values.map(String).join(', ')}`;
  return ['array', 'object', 'int'].includes(issue.expected) ? `an ${issue.expected}` : `a ${issue.expected}`;
}

const MOST_ECHOED = 2000;

/** The value as it was sent, as far as a person would read it: an answer must not grow with its request. */
function echo(value: unknown): unknown {
  if (typeof value === 'string') return value.length <= MOST_ECHOED ? value : `${value.slice(0, MOST_ECHOED)}…`;
  if (Array.isArray(value)) return isShort(value) ? value : `a list of ${value.length}`;
  return isShort(value) ? value : 'a large object';
}

function isShort(value: unknown): boolean {
  let left = MOST_ECHOED;
  const waiting = [value];
  while (waiting.length > 0 && left > 0) {
    const next = waiting.pop();
    left -= typeof next === 'string' ? next.length : 1;
    if (typeof next !== 'object' || next === null) continue;
    const members: readonly unknown[] = Array.isArray(next) ? next : Object.entries(next).flat();
    if (members.length >= left) return false;
    for (const member of members) waiting.push(member);
  }
  return left > 0;
}

/** `clusters[3].nodePools[0].maxPods` */
export function pathOf(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    root,
  );
}
