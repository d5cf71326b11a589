import type { Problem } from '@podspan/errors';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
} from 'yaml';

export const MAX_BYTES = 10 * 1024 * 1024;
/** How often aliases may multiply nodes; a fleet file has no use for more. */
const MAX_ALIAS_COUNT = 1_000;

/** A place in a file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem of the text itself, with the place the parser names. */
export interface TextProblem extends Problem {
  readonly position?: Position;
}

/** Keys and indexes from the root of a document. */
export type YamlPath = readonly (string | number)[];

export interface ReadYaml {
  /** undefined when the text cannot be read at all. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** Where a value is written; of what is not there, the nearest thing around it. `key`: of its key rather than its value. */
  positionOf(path: YamlPath, of?: 'key' | 'value'): Position | undefined;
  /** The text of a scalar as it is written, such as 1.30 where the value is 1.3. */
  sourceOf(path: YamlPath): string | undefined;
}

/** Reads one YAML document and keeps where everything stands. Never throws: what is wrong is in `problems`. */
export function readYaml(text: string): ReadYaml {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return unreadable([
      {
        path: '',
        code: 'file_too_large',
        message: `the file is larger than ${MAX_BYTES / 1024 / 1024} MB`,
        position: { line: 1, column: 1 },
      },
    ]);
  }
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      strict: true,
      logLevel: 'silent',
    });
    if (!Array.isArray(documents) || documents[0] === undefined)
      return unreadable([{ path: '', code: 'empty_file', message: 'the file is empty', position: { line: 1, column: 1 } }]);
    return readDocument(documents as [Document.Parsed, ...Document.Parsed[]], place);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable([{ path: '', code: 'yaml_syntax', message: 'the file is nested too deeply', position: { line: 1, column: 1 } }]);
  }
}

function readDocument([document, second]: readonly [Document.Parsed, ...Document.Parsed[]], place: (offset: number) => Position): ReadYaml {
  const problems = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, place(error.pos[0])));
  if (second !== undefined) {
    problems.push({
      path: '',
      code: 'several_documents',
      message: 'a fleet file holds one document; put each fleet into a file of its own',
      position: place(second.range[0]),
    });
  }
  const isBroken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY') || document.warnings.length > 0;
  if (isBroken) return unreadable(problems);
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIAS_COUNT });
    return {
      value,
      problems,
      positionOf: (path, of = 'value') => {
        const offset = offsetOf(document, path, of);
        return offset === undefined ? undefined : place(offset);
      },
      sourceOf: (path) => {
        const node = nodeAt(document, path);
        return isScalar(node) && typeof node.source === 'string' ? node.source : undefined;
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return unreadable([
      ...problems,
      {
        path: '',
        code: 'too_many_aliases',
        message: `anchors and aliases multiply too much: ${message}`,
        position: { line: 1, column: 1 },
      },
    ]);
  }
}

function unreadable(problems: readonly TextProblem[]): ReadYaml {
  return { value: undefined, problems, positionOf: () => undefined, sourceOf: () => undefined };
}

function syntaxProblem(error: YAMLError, position: Position): TextProblem {
  if (error.code === 'DUPLICATE_KEY')
    return { path: '', code: 'duplicate_key', message: 'this key stands twice in the same place; the first would be lost', position };
  if (error.code === 'TAB_AS_INDENT') {
    return {
      path: '',
      code: 'yaml_syntax',
      message: 'YAML is indented by spaces; there is a tab here',
      suggestion: 'replace the tab by spaces',
      position,
    };
  }
  return { path: '', code: 'yaml_syntax', message: error.message, position };
}

/** The offset of the node at the path, or of the deepest node on the way to it. */
function offsetOf(document: Document.Parsed, path: YamlPath, of: 'key' | 'value'): number | undefined {
  let node: unknown = document.contents;
  let offset = rangeStart(node);
  for (const [depth, step] of path.entries()) {
    const container = resolved(document, node);
    const isLast = depth === path.length - 1;
    if (isMap(container)) {
      const pair = pairOf(container.items, step);
      if (pair === undefined) return offset;
      const key = rangeStart(pair.key);
      node = pair.value;
      offset = (isLast && of === 'key') || !isScalar(resolved(document, node)) ? (key ?? offset) : (rangeStart(node) ?? key ?? offset);
    } else if (isSeq(container) && typeof step === 'number' && container.items[step] !== undefined) {
      node = container.items[step];
      offset = rangeStart(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function nodeAt(document: Document.Parsed, path: YamlPath): unknown {
  return path.reduce<unknown>((node, step) => {
    const container = resolved(document, node);
    if (isMap(container)) return resolved(document, pairOf(container.items, step)?.value);
    return isSeq(container) && typeof step === 'number' ? resolved(document, container.items[step]) : undefined;
  }, document.contents);
}

function pairOf(items: readonly Pair[], step: string | number): Pair | undefined {
  return items.find(({ key }) => (isScalar(key) ? String(key.value) : key) === String(step));
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
