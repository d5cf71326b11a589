import type { Finding, Outcome, Report } from './report.js';
import type { SourceIngress } from './source-objects.js';

/** What Go's strconv.ParseBool takes; controllers read their annotations with it. */
const booleans = new Map<string, boolean>([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** Reads the annotations of one prefix. A value that does not parse is an ERROR and counts as absent, as the controller takes it. */
export interface AnnotationReader {
  text(name: string): string | undefined;
  bool(name: string): boolean | undefined;
  int(name: string, least: number, most: number): number | undefined;
  choice<T extends string>(name: string, choices: readonly T[], converted: Finding): T | undefined;
  /** A boolean that is off unless it says otherwise. */
  flag(name: string, on: Finding, off: string): boolean;
  /** Present, and not found wrong. */
  valid(name: string): boolean;
  say(name: string, outcome: Outcome, finding: Finding): void;
  fail(name: string, finding: Finding): void;
  /** Reports what nobody asked for: a misspelt annotation does nothing, and its author should know. */
  unknown(): void;
}

export function annotationReader(ingress: SourceIngress, prefix: string, report: Report): AnnotationReader {
  const asked = new Set<string>();
  const wrong = new Set<string>();
  const say = (name: string, outcome: Outcome, finding: Finding): void =>
    report.add({ ...ingress.ref, annotation: prefix + name }, outcome, { line: ingress.line, ...finding });
  const fail = (name: string, finding: Finding): void => {
    if (wrong.has(name)) return;
    wrong.add(name);
    say(name, 'ERROR', finding);
  };
  const text = (name: string): string | undefined => {
    asked.add(name);
    return ingress.annotations.get(prefix + name);
  };
  const invalid = (name: string, value: string, wanted: string): undefined => {
    const message = `annotation ${prefix}${name} does not contain a valid value (${value.slice(0, 100)}): the controller ignores it, and so does the translation`;
    fail(name, { rule: 'YAML-05', message, action: `write ${wanted}` });
    return undefined;
  };
  const bool = (name: string): boolean | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    return booleans.get(value) ?? invalid(name, value, '"true" or "false"');
  };
  const int = (name: string, least: number, most: number): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const number = /^[+-]?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : invalid(name, value, `a whole number from ${least} to ${most}`);
  };
  return {
    text,
    bool,
    int,
    choice: (name, choices, converted) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const chosen = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
      if (chosen === undefined) return invalid(name, value, choices.join(' or '));
      say(name, 'CONVERTED', converted);
      return chosen;
    },
    flag: (name, on, off) => {
      const value = bool(name);
      if (value !== undefined) say(name, 'CONVERTED', value ? on : { rule: on.rule, message: `is off: ${off}` });
      return value === true;
    },
    valid: (name) => ingress.annotations.has(prefix + name) && !wrong.has(name),
    say,
    fail,
    unknown: () => {
      for (const key of ingress.annotations.keys()) {
        if (!key.startsWith(prefix) || asked.has(key.slice(prefix.length))) continue;
        const name = key.slice(prefix.length);
        const near = [...asked].find((candidate) => distanceIsSmall(candidate, name));
        const message = 'the controller knows no such annotation: it has no effect, today neither';
        say(name, 'WARNING', { rule: 'YAML-06', message, action: near === undefined ? 'remove it' : `did you mean ${prefix}${near}?` });
      }
    },
  };
}

/** At most two letters apart. */
function distanceIsSmall(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return (row[b.length] ?? 9) <= 2;
}
