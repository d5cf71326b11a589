import type { Problem } from '@podspan/errors';
import type { z } from 'zod';
import { didYouMean } from './did-you-mean.js';
import { FleetFile } from './fleet-schema.js';
import { formatPath } from './paths.js';
import type { ReadYaml, YamlPath } from './read-yaml.js';

/** A problem and where in the file it is. */
export interface FileProblem extends Problem {
  readonly origin: YamlPath;
  /** The key itself is wrong, not its value. */
  readonly atKey?: true;
}

/** Everything in which the file is not a fleet file: unknown keys, missing members, values of another kind. */
export function checkShape(file: ReadYaml): readonly FileProblem[] {
  const result = FleetFile.safeParse(file.value, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap((issue) => problemsOfIssue(issue, [], file));
}

function problemsOfIssue(issue: z.core.$ZodIssue, root: YamlPath, file: ReadYaml): readonly FileProblem[] {
  const origin = [...root, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, origin, file));
  if (issue.code === 'invalid_union') return problemsOfUnion(issue, origin, file);
  if (issue.code === 'invalid_type') return [wrongType(issue, origin, file)];
  if (issue.code === 'invalid_value') return [notOneOf(issue, origin)];
  return [problem(origin, issue.code, lowerFirst(issue.message), issue.input)];
}

/** Of the shapes a value may have, the one that was meant is the one whose kind it has. */
function problemsOfUnion(issue: z.core.$ZodIssueInvalidUnion, origin: YamlPath, file: ReadYaml): readonly FileProblem[] {
  const meant = issue.errors.filter((branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return only.flatMap((inner) => problemsOfIssue(inner, origin, file));
  return [problem(origin, 'invalid_value', meaningsOf(issue.errors), issue.input)];
}

function notOneOf(issue: z.core.$ZodIssueInvalidValue, origin: YamlPath): FileProblem {
  const values = issue.values.map(String);
  const [only] = values;
  const near = typeof issue.input === 'string' ? didYouMean(issue.input, values) : undefined;
  const suggestion = near ?? (values.length === 1 ? only : undefined);
  return problem(
    origin,
    issue.input === undefined ? 'required' : 'invalid_value',
    values.length === 1 ? `must be ${only}` : `must be one of ${values.join(', ')}`,
    issue.input,
    suggestion,
  );
}

function unknownKey(key: string, parent: YamlPath, file: ReadYaml): FileProblem {
  const origin = [...parent, key];
  const meant = didYouMean(key, knownKeysAt(parent));
  const where = parent.length === 0 ? 'a fleet file' : `'${formatPath(parent)}'`;
  return {
    ...problem(
      origin,
      'unknown_key',
      `'${key}' is not a key of ${where}${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
      file.sourceOf(origin),
      meant,
    ),
    atKey: true,
  };
}

function wrongType(issue: z.core.$ZodIssueInvalidType, origin: YamlPath, file: ReadYaml): FileProblem {
  if (issue.input === undefined) return problem(origin, 'required', `'${String(origin.at(-1) ?? 'the file')}' is missing`, undefined);
  const source = file.sourceOf(origin);
  if (issue.expected === 'string' && source !== undefined && issue.input !== null) {
    return problem(
      origin,
      'invalid_type',
      `must be text, but YAML reads ${source} as a ${typeof issue.input}; put it in quotes`,
      issue.input,
      `"${source}"`,
    );
  }
  return problem(origin, 'invalid_type', `must be ${nameOf(issue.expected)}, not ${kindOf(issue.input)}`, issue.input);
}

function problem(origin: YamlPath, code: string, message: string, value: unknown, suggestion?: string): FileProblem {
  return {
    path: formatPath(origin),
    origin,
    code,
    message,
    ...(value === undefined ? {} : { value }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function meaningsOf(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const messages = new Set(branches.flat().map(({ message }) => lowerFirst(message)));
  return [...messages].join(', or ');
}

const NAMES: Readonly<Record<string, string>> = {
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function nameOf(expected: string): string {
  return NAMES[expected] ?? expected;
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  return Array.isArray(value) ? 'a list' : (NAMES[typeof value] ?? typeof value);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The keys the schema knows at a path, whatever stands there. */
function knownKeysAt(path: YamlPath): readonly string[] {
  let schemas: readonly Definition[] = [FleetFile._zod.def];
  for (const step of path) {
    schemas = schemas.flatMap(unwrapped).flatMap((definition) => {
      const next = typeof step === 'number' ? definition.element : definition.shape?.[step];
      return next === undefined ? [] : [next._zod.def as Definition];
    });
  }
  return [...new Set(schemas.flatMap(unwrapped).flatMap(({ shape }) => Object.keys(shape ?? {})))];
}

/** The members of a zod definition that lead on. */
interface Definition {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

function unwrapped(definition: Definition): readonly Definition[] {
  if (definition.innerType !== undefined) return unwrapped(definition.innerType._zod.def as Definition);
  if (definition.options !== undefined) return definition.options.flatMap((option) => unwrapped(option._zod.def as Definition));
  return [definition];
}
