import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Api } from './api.js';

/** An event of a rollout with the id under which the stream sent it. */
export interface StreamedEvent {
  readonly id: number;
  readonly event: string;
  readonly data: { readonly sequence: number; readonly type: string; readonly cluster: string | null };
}

export interface StreamOptions {
  /** Sent as Last-Event-ID. */
  readonly lastSeen?: number;
  /** The reader hangs up after so many events. */
  readonly atMost?: number;
}

/** Reads the server-sent events of a rollout through the gateway until the rollout is over or enough were read. */
export async function rolloutEvents(
  api: Api,
  rollout: string,
  { lastSeen, atMost = Infinity }: StreamOptions = {},
): Promise<readonly StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  const headers = lastSeen === undefined ? {} : { 'last-event-id': String(lastSeen) };
  for await (const block of blocksOf(api, `/v1/rollouts/${rollout}/events`, { headers })) {
    if (block['data'] === undefined) continue;
    events.push({ id: Number(block['id']), event: block['event'] ?? '', data: JSON.parse(block['data']) as StreamedEvent['data'] });
    if (events.length >= atMost) break;
  }
  return events;
}

const SUBSCRIPTION =
  'subscription ($rollout: String!, $after: Int) { rolloutEvents(rollout: $rollout, afterSequence: $after) { sequence type cluster } }';

/** The subscription over server-sent events, until the server completes it. */
export async function subscribedOverSse(api: Api, rollout: string, after: number): Promise<readonly number[]> {
  const body = JSON.stringify({ query: SUBSCRIPTION, variables: { rollout, after } });
  const sequences: number[] = [];
  for await (const block of blocksOf(api, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body })) {
    if (block['data']?.startsWith('{') !== true) continue;
    sequences.push(sequenceOf(JSON.parse(block['data'])));
  }
  return sequences;
}

/** The subscription over graphql-transport-ws, until the server completes it. */
export async function subscribedOverWebSocket(api: Api, rollout: string, after: number): Promise<readonly number[]> {
  const client = createClient({
    url: `${api.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${api.token}` },
    retryAttempts: 0,
  });
  try {
    const sequences: number[] = [];
    for await (const result of client.iterate({ query: SUBSCRIPTION, variables: { rollout, after } })) sequences.push(sequenceOf(result));
    return sequences;
  } finally {
    await client.dispose();
  }
}

function sequenceOf(result: unknown): number {
  const { data, errors } = result as { data?: { rolloutEvents: { sequence: number } } | null; errors?: unknown };
  if (!data) throw new Error(`the subscription answered ${JSON.stringify(errors ?? result)}`);
  return data.rolloutEvents.sequence;
}

type Block = Readonly<Record<string, string>>;

/** The blocks of a `text/event-stream`, field by field. Leaving the loop ends the connection. */
async function* blocksOf(api: Api, path: string, init: RequestInit): AsyncGenerator<Block> {
  const hangUp = new AbortController();
  const response = await fetch(`${api.url}${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), accept: 'text/event-stream', authorization: `Bearer ${api.token}` },
    signal: hangUp.signal,
  });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  try {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk, { stream: true });
      const blocks = rest.split('\n\n');
      rest = blocks.pop() ?? '';
      yield* blocks.map(fieldsOf);
    }
  } finally {
    hangUp.abort();
  }
}

function fieldsOf(block: string): Block {
  const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
}
