import type { Problem } from '@podspan/errors';

type MaybeLocated = Problem & { readonly file?: string; readonly line?: number; readonly column?: number };

/**
 * Problems for people: `file:line:column  path  message`, and below it what collides and how to mend it. What many clusters
 * share, because it is written in one place, is said once.
 */
export function problemLines(problems: readonly MaybeLocated[]): string {
  return grouped(problems).map(groupLines).join('\n');
}

/** One problem whose message has been said already: what collides and how to mend it. */
export function problemDetails(problem: Problem): string {
  return detailsOf(problem).join('\n');
}

function grouped(problems: readonly MaybeLocated[]): readonly (readonly MaybeLocated[])[] {
  const groups = new Map<string, MaybeLocated[]>();
  for (const problem of problems) {
    const key = keyOf(problem);
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()];
}

function keyOf({ file, line, column, code, path }: MaybeLocated): string {
  return JSON.stringify(line === undefined ? [path, code] : [file, line, column, code]);
}

function groupLines(group: readonly MaybeLocated[]): string {
  const [first, ...others] = group;
  if (first === undefined) return '';
  const place = first.file === undefined ? '' : [first.file, first.line, first.column].filter((part) => part !== undefined).join(':');
  const more =
    others.length === 0
      ? ''
      : ` (and ${others.length} more: ${others
          .slice(0, 3)
          .map((other) => alike(first, other))
          .join(', ')}${others.length > 3 ? ' ...' : ''})`;
  const head = [place, first.path, `${first.message}${more}`].filter((part) => part !== '').join('  ');
  return [head, ...detailsOf(first)].join('\n');
}

/** Another one of a group: its path, and its value where that differs. What has both in common differs in its words. */
function alike(first: Problem, { path, value, message }: Problem): string {
  if (path === first.path && shown(value) === shown(first.value)) return message;
  return value === undefined || shown(value) === shown(first.value) ? path : `${path} ${shown(value)}`;
}

function detailsOf({ value, conflictsWith, rule, code, suggestion }: Problem): readonly string[] {
  const facts = [
    ...(value === undefined ? [] : [`value ${shown(value)}`]),
    ...(conflictsWith === undefined ? [] : [`conflicts with ${shown(conflictsWith)}`]),
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    code,
  ];
  return [`    ${facts.join(', ')}`, ...(suggestion === undefined ? [] : [`    fix: ${suggestion}`])];
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
