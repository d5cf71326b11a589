export interface ServerSentEvent {
  /** The last id seen so far, this event's own included. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** The events of a `text/event-stream` body in order, as the HTML standard reads them. Comments and empty blocks give none. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const parser = new EventParser();
  for await (const line of linesOf(body)) {
    const event = parser.take(line);
    if (event !== undefined) yield event;
  }
}

/** Lines may end in CR, LF or both, and a chunk may end anywhere, in the middle of a character too. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be half of a CRLF.
    const held = rest.endsWith('\r') ? '\r' : '';
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\r|\n/);
    rest = (lines.pop() ?? '') + held;
    yield* lines;
  }
}

class EventParser {
  #id = '';
  #event = '';
  #data: string[] = [];

  /** The finished event when the line is the empty one that ends it. */
  take(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #finish(): ServerSentEvent | undefined {
    const data = this.#data;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? undefined : { id: this.#id, event, data: data.join('\n') };
  }
}
