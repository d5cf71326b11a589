import type { ServerResponse } from 'node:http';
import type { EventView } from './views.js';

/** A comment this often keeps proxies and clients from giving up on a quiet stream. */
const heartbeatMs = 15_000;

export const eventStreamHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/** One event in the form of server-sent events: the id is the sequence, so `Last-Event-ID` is what was seen last. */
export function eventText(event: EventView): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Writes batches until they end or the reader leaves; waits for a slow reader instead of filling the memory. */
export async function writeEventStream(response: ServerResponse, batches: AsyncIterable<readonly EventView[]>): Promise<void> {
  let quietSince = performance.now();
  response.write(': podspan\n\n');
  for await (const batch of batches) {
    if (response.destroyed) return;
    if (batch.length > 0) await write(response, batch.map(eventText).join(''));
    else if (performance.now() - quietSince >= heartbeatMs) await write(response, ': heartbeat\n\n');
    else continue;
    quietSince = performance.now();
  }
  response.end();
}

function write(response: ServerResponse, text: string): Promise<void> {
  if (response.write(text)) return Promise.resolve();
  return new Promise((done) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      done();
    };
    response.once('drain', go).once('close', go);
  });
}
