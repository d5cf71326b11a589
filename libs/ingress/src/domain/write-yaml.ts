import { byCodePoint } from './listeners.js';

/** Texts that every reader of YAML, old or new, takes for a text without quotes. */
const plain = /^(?:[A-Za-z/][A-Za-z0-9/._-]*|\d+s)$/;
/** Words of YAML 1.1, and what one reader takes for a number with nothing before its exponent. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null|e\d+)$/i;

/**
 * JSON as block YAML with sorted keys. Large translations spend most of their time here, so it knows only what JSON knows:
 * what is not plain beyond doubt is written in double quotes, as JSON would, which YAML reads alike.
 */
export function writeYaml(value: object): string {
  const lines: string[] = [];
  block(value, '', lines);
  return `${lines.join('\n')}\n`;
}

/** Appends the lines of an object or a list; `first` replaces the indentation of the first line, as after a dash. */
function block(value: object, indent: string, lines: string[], first = indent): void {
  let lead = first;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      if (isBlock(item)) block(item, `${indent}  `, lines, `${lead}- `);
      else lines.push(`${lead}- ${inline(item)}`);
      lead = indent;
    }
    return;
  }
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => byCodePoint(a, b))) {
    if (member === undefined) continue;
    if (isBlock(member)) {
      lines.push(`${lead}${inline(key)}:`);
      block(member, `${indent}  `, lines);
    } else lines.push(`${lead}${inline(key)}: ${inline(member)}`);
    lead = indent;
  }
}

function isBlock(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((member) => member !== undefined);
}

function inline(value: unknown): string {
  if (typeof value === 'string') return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return JSON.stringify(value ?? null);
}
