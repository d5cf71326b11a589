import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { isDnsLabel, isDnsSubdomain } from '../domain/kubernetes-names.js';
import type { Report } from '../domain/translation/report.js';
import { isObject, type JsonObject, type SourceObject } from '../domain/translation/source-objects.js';
import type { YamlDocument } from './yaml-documents.js';

/** Counted with every alias written out: what an alias bomb makes large. */
const mostNodes = 2_000_000;
const mostDepth = 100;

/** Reads one document into the objects it holds; a List holds many. Whatever is wrong with it is reported and costs no other document. */
export function readObjects(document: YamlDocument, number: number, namespace: string, report: Report): readonly SourceObject[] {
  const value = parsed(document, number, report);
  return value === undefined ? [] : objectsOf(value, document.line, number, namespace, report);
}

/** The same for what came as JSON. */
export function objectsOf(value: unknown, line: number, number: number, namespace: string, report: Report): readonly SourceObject[] {
  const ref = documentRef(number);
  const size = measure(value);
  if (size !== undefined) {
    report.error(ref, {
      rule: 'YAML-02',
      message: `${size}: the document is left out`,
      action: 'write the aliases out, or split the document',
      line,
    });
    return [];
  }
  if (!isObject(value)) {
    report.error(ref, { rule: 'YAML-03', message: 'is no Kubernetes object', action: 'write apiVersion, kind and metadata', line });
    return [];
  }
  const { kind, items, apiVersion } = value;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return objectOf(value, line, ref, namespace, report);
  const inherited = kind === 'List' ? {} : { kind: kind.slice(0, -'List'.length), apiVersion };
  return items.flatMap((item: unknown, index) =>
    objectOf(isObject(item) ? { ...inherited, ...item } : item, line, { ...ref, name: `${ref.name}[${index}]` }, namespace, report),
  );
}

function parsed({ text, line }: YamlDocument, number: number, report: Report): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA }) ?? undefined;
  } catch (error) {
    const at = error instanceof YAMLException && error.mark ? line + error.mark.line : line;
    const reason = error instanceof YAMLException ? error.reason : error instanceof RangeError ? 'it nests too deeply' : String(error);
    const message = `cannot be read as YAML: ${reason}; the other documents are translated`;
    report.error(documentRef(number), { rule: 'YAML-01', message, action: 'correct the document', line: at });
    return undefined;
  }
}

function objectOf(
  value: unknown,
  line: number,
  ref: ReturnType<typeof documentRef>,
  namespace: string,
  report: Report,
): readonly SourceObject[] {
  const wrong = (message: string, path?: string): readonly SourceObject[] => {
    report.error(ref, { rule: 'YAML-03', message, action: 'correct the document', line, ...(path === undefined ? {} : { path }) });
    return [];
  };
  if (!isObject(value)) return wrong('is no Kubernetes object');
  const { apiVersion, kind, metadata } = value;
  if (typeof kind !== 'string' || kind === '') return wrong('has no kind', 'kind');
  if (typeof apiVersion !== 'string' || apiVersion === '') return wrong('has no apiVersion', 'apiVersion');
  const { name, namespace: own = namespace } = isObject(metadata) ? metadata : ({} as JsonObject);
  if (typeof name !== 'string' || !isDnsSubdomain(name))
    return wrong(`${kind} has no valid metadata.name (${shown(name)})`, 'metadata.name');
  if (typeof own !== 'string' || !isDnsLabel(own))
    return wrong(`${kind} ${name} has no valid metadata.namespace (${shown(own)})`, 'metadata.namespace');
  // A copy: the report keeps it, and with texts cut out of the document the whole document.
  return [{ ref: structuredClone({ kind, namespace: own, name }), apiVersion, body: value, line }];
}

function documentRef(number: number): { kind: string; namespace: string; name: string } {
  return { kind: 'Document', namespace: '', name: `#${number}` };
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
}

/** Walks the value as a tree, so that shared nodes count as often as they are reached, and stops where it is too large. */
function measure(root: unknown): string | undefined {
  let nodes = 0;
  const walk = (value: unknown, depth: number): string | undefined => {
    if (++nodes > mostNodes) return `it has more than ${mostNodes} nodes once its aliases are written out`;
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth >= mostDepth) return `it nests deeper than ${mostDepth}`;
    for (const member of Array.isArray(value) ? value : Object.values(value)) {
      const found = walk(member, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(root, 0);
}
