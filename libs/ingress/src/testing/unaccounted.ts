import type { ReportEntry } from '../domain/translation/report.js';
import { patternOf } from '../domain/translation/agic-listeners.js';

/**
 * The fields of an input object that stand neither in the output nor in the report: each leaf must have its value in the
 * output, or an entry for itself, for a field around it, for its annotation, or for the object as a whole when it was left out.
 */
export function unaccounted(object: object, output: readonly object[], report: readonly ReportEntry[]): readonly string[] {
  const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  const entries = report.filter(
    ({ source }) => source.kind === kind && source.name === metadata.name && source.namespace === (metadata.namespace ?? 'default'),
  );
  const leftOut = entries.some(
    ({ source, path, outcome, blocking }) =>
      source.annotation === undefined && path === undefined && (outcome === 'IGNORED' || outcome === 'ERROR' || blocking),
  );
  const blocked = entries.some(({ rule, blocking }) => blocking && (rule === 'MAP-13' || rule === 'MAP-14'));
  if (leftOut || blocked) return [];
  const texts = leavesOf(output);
  return walk(object, '').flatMap(({ path, value, annotation }) => {
    if (/^(apiVersion|kind|metadata\.(name|namespace))$/.test(path)) return [];
    if (annotation !== undefined)
      return entries.some(({ source }) => source.annotation === annotation) ? [] : [`${kind} ${metadata.name}: annotation ${annotation}`];
    if (
      entries.some(
        (entry) =>
          entry.path !== undefined &&
          entry.path !== 'spec.rules' &&
          (path === entry.path || path.startsWith(`${entry.path}.`) || path.startsWith(`${entry.path}[`)),
      )
    )
      return [];
    return carried(path, value, texts) ? [] : [`${kind} ${metadata.name}: ${path} = ${String(value)}`];
  });
}

/** Whether the output holds what the value means: paths lose their star, path types become match types. */
function carried(path: string, value: unknown, texts: ReadonlySet<string>): boolean {
  if (path.endsWith('.pathType')) return texts.has('Exact') || texts.has('PathPrefix') || texts.has('Prefix');
  if (path.endsWith('.path')) {
    const text = patternOf({ path: String(value), type: 'ImplementationSpecific' })?.text ?? '/';
    return texts.has(text) || texts.has(text.replace(/\/$/, ''));
  }
  if (path.endsWith('.port.name') || path.endsWith('.servicePort') || path === 'spec.ingressClassName') return true;
  return texts.has(String(value));
}

function walk(value: unknown, path: string): readonly { path: string; value: unknown; annotation?: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  if (path === 'metadata.annotations') return Object.keys(value).map((annotation) => ({ path, value: undefined, annotation }));
  return Object.entries(value).flatMap(([key, member]) => walk(member, path === '' ? key : `${path}.${key}`));
}

function leavesOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null) found.add(String(value));
  else for (const member of Object.values(value)) leavesOf(member, found);
  return found;
}
