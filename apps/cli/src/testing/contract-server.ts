import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}

export type Handler = (call: Call, response: ServerResponse) => void;

/** A real HTTP server that keeps the contract for the few paths a test gives it; everything else is 404, without the token 401. */
export interface ContractServer {
  readonly url: string;
  readonly calls: Call[];
  /** `POST /v1/rollouts` or, for a dry run, `POST /v1/rollouts?dryRun`. The last answer given for a path counts. */
  on(route: string, handler: Handler): ContractServer;
  close(): Promise<void>;
}

export const TOKEN = 'contract-token';

export async function contractServer(): Promise<ContractServer> {
  const routes = new Map<string, Handler>();
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://server');
      const call = {
        method: request.method ?? '',
        url: request.url ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: text === '' ? {} : request.headers['content-type'] === 'text/csv' ? { text } : (JSON.parse(text) as Json),
      };
      calls.push(call);
      if (request.headers.authorization !== `Bearer ${TOKEN}`)
        return problem(401, 'unauthenticated', 'a bearer token is required')(call, response);
      const route = `${call.method} ${call.path}`;
      const handler = (url.searchParams.get('dryRun') === 'true' ? routes.get(`${route}?dryRun`) : undefined) ?? routes.get(route);
      return (handler ?? problem(404, 'not_found', `${call.path} does not exist`))(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: ContractServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    on: (route, handler) => {
      routes.set(route, handler);
      return self;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Handler {
  return (_call, response) => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers });
    response.end(JSON.stringify(body));
  };
}

export function problem(status: number, code: string, detail: string, more: Json = {}): Handler {
  return answer(status, {
    type: `urn:podspan:problem:${code}`,
    title: code,
    status,
    code,
    detail,
    instance: '/',
    traceId: 'trace-1',
    ...more,
  });
}

export function events(...list: readonly Json[]): Handler {
  return (call, response) => {
    const last = Number(call.headers['last-event-id'] ?? 0);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': podspan\n\n');
    for (const event of list.filter(({ sequence }) => Number(sequence) > last))
      response.write(`id: ${String(event['sequence'])}\nevent: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  };
}

export function event(sequence: number, type: string, more: Json = {}): Json {
  return {
    sequence,
    type,
    at: `2026-11-23T10:00:${String(sequence % 60).padStart(2, '0')}.000Z`,
    cluster: null,
    wave: null,
    data: {},
    ...more,
  };
}
