import type { Problem } from '@podspan/errors';

/** What PostgreSQL keeps in no text: U+0000 and a half of a surrogate pair. */
const NOT_KEPT = /[\0\p{Cs}]/u;
const NOT_KEPT_ANYWHERE = /[\0\p{Cs}]/gu;
const MOST_PROBLEMS = 100;

/**
 * Every text within a value, keys of objects too, that could not be kept as it was sent. Without this the database
 * would refuse it, or keep something else.
 * @param root the path of the value itself
 */
export function textNotKept(value: unknown, root = ''): readonly Problem[] {
  const problems: Problem[] = [];
  // By hand and not by recursion: a body may be nested deeper than the stack.
  const waiting: (readonly [path: string, value: unknown])[] = [[root, value]];
  for (let next = waiting.pop(); next !== undefined && problems.length < MOST_PROBLEMS; next = waiting.pop()) {
    const [path, member] = next;
    if (typeof member === 'string') {
      if (NOT_KEPT.test(member)) problems.push(problemOf(path, member));
    } else if (Array.isArray(member)) {
      for (let index = member.length - 1; index >= 0; index--) if (holds(member[index])) waiting.push([`${path}[${index}]`, member[index]]);
    } else if (typeof member === 'object' && member !== null && !Buffer.isBuffer(member)) {
      for (const [key, inner] of Object.entries(member)) {
        if (NOT_KEPT.test(key)) problems.push(problemOf(path, key));
        else if (holds(inner)) waiting.push([path === '' ? key : `${path}.${key}`, inner]);
      }
    }
  }
  return problems;
}

/** Most members are right: only what needs a closer look gets a path made for it. */
function holds(value: unknown): boolean {
  return typeof value === 'string' ? NOT_KEPT.test(value) : typeof value === 'object' && value !== null;
}

function problemOf(path: string, value: string): Problem {
  return {
    path,
    code: 'invalid_characters',
    message: 'text has neither U+0000 nor half of a surrogate pair',
    value,
    suggestion: value.replaceAll(NOT_KEPT_ANYWHERE, ''),
  };
}
