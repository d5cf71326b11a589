import { byCodePoint } from '../listeners.js';

/** What became of one piece of the input. */
export type Outcome = 'CONVERTED' | 'WARNING' | 'UNSUPPORTED' | 'ERROR' | 'IGNORED';

/** The object, and the annotation of it, that an entry is about. Documents that could not be read have the kind `Document`. */
export interface SourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotation?: string;
}

export interface ReportEntry {
  readonly source: SourceRef;
  readonly outcome: Outcome;
  /** Of docs/translation.md and the rule book: MAP-04, AGC-14, or YAML-01 for what could not be read. */
  readonly rule: string;
  readonly message: string;
  /** What a person has to do. */
  readonly action?: string;
  /** The field, such as `spec.rules[0].http.paths[1]`; without it the entry is about the annotation or the whole object. */
  readonly path?: string;
  /** Line of the input, from 1. */
  readonly line?: number;
  /** Traffic would differ or not be served: stands first, and `strict` refuses it. */
  readonly blocking: boolean;
}

export type Finding = Pick<ReportEntry, 'rule' | 'message' | 'action' | 'path' | 'line'> & { readonly blocking?: boolean };

const severity: readonly Outcome[] = ['ERROR', 'UNSUPPORTED', 'WARNING', 'CONVERTED', 'IGNORED'];

/** Collects what is said about the input. An ERROR always blocks; the others only where they say so. */
export class Report {
  readonly #entries = new Map<string, ReportEntry>();
  readonly #annotations = new Map<string, string[]>();

  add(source: SourceRef, outcome: Outcome, { blocking = outcome === 'ERROR', ...finding }: Finding): void {
    const entry = { source, outcome, ...withoutUndefined(finding), blocking };
    // The same thing is said once, however many routes it concerns.
    this.#entries.set(keyOf(entry), entry);
    if (source.annotation === undefined) return;
    const object = nameOf(source);
    const held = this.#annotations.get(object);
    if (held) held.push(source.annotation);
    else this.#annotations.set(object, [source.annotation]);
  }

  error(source: SourceRef, finding: Finding): void {
    this.add(source, 'ERROR', finding);
  }

  warning(source: SourceRef, finding: Finding): void {
    this.add(source, 'WARNING', finding);
  }

  unsupported(source: SourceRef, finding: Finding): void {
    this.add(source, 'UNSUPPORTED', finding);
  }

  converted(source: SourceRef, finding: Finding): void {
    this.add(source, 'CONVERTED', finding);
  }

  ignored(source: SourceRef, finding: Finding): void {
    this.add(source, 'IGNORED', finding);
  }

  /** Nothing of these Ingresses came through, so nothing of them was converted, whatever was said on the way. */
  withdraw(ingresses: readonly SourceRef[]): void {
    const gone = new Set(ingresses.map(nameOf));
    for (const [key, entry] of this.#entries) {
      if (entry.outcome !== 'CONVERTED' || !gone.has(nameOf(entry.source))) continue;
      this.#entries.delete(key);
      const ignored = { ...entry, outcome: 'IGNORED' as const, message: `nothing of the Ingress is in the output; else: ${entry.message}` };
      this.#entries.set(keyOf(ignored), ignored);
    }
  }

  /** The annotations of an object that something was said about. */
  annotationsOf(source: SourceRef): readonly string[] {
    return this.#annotations.get(nameOf(source)) ?? [];
  }

  /** Blockers first, then by severity, then by object. */
  sorted(): readonly ReportEntry[] {
    return [...this.#entries].sort(([a], [b]) => byCodePoint(a, b)).map(([, entry]) => entry);
  }
}

function nameOf({ kind, namespace, name }: SourceRef): string {
  return `${kind}/${namespace}/${name}`;
}

function keyOf({ blocking, outcome, source, path = '', rule, line = 0, message }: ReportEntry): string {
  const rank = `${blocking ? 0 : 1}${severity.indexOf(outcome)}`;
  const place = [source.namespace, source.kind, source.name, source.annotation ?? '', path, String(line).padStart(9, '0')];
  return [rank, ...place, rule, message].join('\u0000');
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
