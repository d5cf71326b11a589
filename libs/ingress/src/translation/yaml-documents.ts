import { InvalidRequest } from '@podspan/errors';

/** One document of a YAML stream as text, and the line it starts on, from 1. */
export interface YamlDocument {
  readonly text: string;
  readonly line: number;
}

const separator = /^(?:---|\.\.\.)(?=[ \t\r\n])/gm;

/**
 * Cuts a stream of bytes at its document markers and gives each document as soon as it is complete, so that the input is never
 * held as a whole. A marker in the first column always is one: YAML forbids it inside a document.
 * @throws InvalidRequest `not_utf8`
 */
export async function* yamlDocuments(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<YamlDocument> {
  const cutter = new Cutter();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of bytes) yield* cutter.push(decoded(() => decoder.decode(chunk, { stream: true }), cutter));
  yield* cutter.push(decoded(() => decoder.decode(), cutter));
  yield* cutter.end();
}

class Cutter {
  /** Complete parts of the document under way. */
  #parts: string[] = [];
  /** The line that is not complete yet. */
  #rest = '';
  #start = 1;
  line = 1;

  *push(text: string): Generator<YamlDocument> {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      this.#rest += text;
      return;
    }
    const complete = this.#rest + text.slice(0, end);
    this.#rest = text.slice(end);
    yield* this.#cut(complete);
  }

  *end(): Generator<YamlDocument> {
    yield* this.#cut(`${this.#rest}\n`);
    yield* this.#take();
  }

  *#cut(complete: string): Generator<YamlDocument> {
    let from = 0;
    for (const match of complete.matchAll(separator)) {
      this.#keep(complete.slice(from, match.index));
      yield* this.#take();
      from = match.index + match[0].length;
    }
    this.#keep(complete.slice(from));
  }

  #keep(part: string): void {
    if (this.#parts.length === 0) this.#start = this.line;
    this.#parts.push(part);
    for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) this.line++;
  }

  *#take(): Generator<YamlDocument> {
    const text = this.#parts.length === 1 ? (this.#parts[0] ?? '') : this.#parts.join('');
    this.#parts = [];
    if (/^\s*[^\s#%]/m.test(text)) yield { text, line: this.#start };
  }
}

function decoded(decode: () => string, cutter: Cutter): string {
  try {
    return decode();
  } catch {
    const message = `the input is not UTF-8 (after line ${cutter.line})`;
    throw new InvalidRequest([{ path: 'body', code: 'not_utf8', message, suggestion: 'save the file as UTF-8', rule: 'YAML-01' }]);
  }
}
