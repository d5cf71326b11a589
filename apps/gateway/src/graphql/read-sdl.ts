import { request, type Dispatcher } from 'undici';
import { graphqlUrl, type Subgraph } from './subgraph.js';

const TIMEOUT_MS = 5_000;

/** Asks a subgraph for its own schema by federation's `_service { sdl }`. Rejects when it does not answer with one. */
export async function readSdl(subgraph: Subgraph, token: string | undefined, dispatcher: Dispatcher): Promise<string> {
  const { statusCode, body } = await request(graphqlUrl(subgraph), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    dispatcher,
  });
  const text = await body.text();
  const sdl = statusCode === 200 ? sdlIn(text) : undefined;
  if (sdl === undefined) throw new Error(`${subgraph.name} did not give its schema (HTTP ${statusCode})`);
  return sdl;
}

function sdlIn(text: string): string | undefined {
  const answer: unknown = JSON.parse(text);
  const data = member(answer, 'data');
  const sdl = member(member(data, '_service'), 'sdl');
  return typeof sdl === 'string' ? sdl : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;
}
