import { describe, expect, it } from 'vitest';
import { serverSentEvents, type ServerSentEvent } from './server-sent-events.js';
import { all } from './testing.js';

async function parse(...chunks: readonly (string | Uint8Array)[]): Promise<readonly ServerSentEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  return all(serverSentEvents(body()));
}

describe('reading server-sent events', () => {
  it('reads id, event and data, and joins lines of data', async () => {
    expect(await parse('id: 7\nevent: item.started\ndata: {"a":\ndata: 1}\n\n')).toEqual([
      { id: '7', event: 'item.started', data: '{"a":\n1}' },
    ]);
  });

  it('does not care where chunks end or how lines do', async () => {
    const text = 'id: 1\r\ndata: zürich\r\n\r\ndata: b\rid: 2\r\r';
    const bytes = new TextEncoder().encode(text);
    const singles = Array.from(bytes, (_, index) => bytes.slice(index, index + 1));
    expect(await parse(...singles, '\n')).toEqual([
      { id: '1', event: 'message', data: 'zürich' },
      { id: '2', event: 'message', data: 'b' },
    ]);
  });

  it('passes over comments, empty blocks and an event that was not finished', async () => {
    expect(await parse(': keep-alive\n\n\n\ndata: 1\n\ndata: lost')).toEqual([{ id: '', event: 'message', data: '1' }]);
  });
});
