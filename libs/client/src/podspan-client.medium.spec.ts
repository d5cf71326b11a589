import { InvalidRequest } from '@podspan/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiProblem, ServerUnreachable } from './api-problem.js';
import { createPodspanClient, dataOf } from './podspan-client.js';
import { all, json, scriptedServer, type ScriptedServer } from './testing.js';

const open: ScriptedServer[] = [];
const busy = json(503, { code: 'database_unavailable', detail: 'down', status: 503 }, { 'retry-after': '2' });

async function serverWith(...steps: Parameters<typeof scriptedServer>): Promise<ScriptedServer> {
  const server = await scriptedServer(...steps);
  open.push(server);
  return server;
}

function clientOf(server: { url: string }, waits: number[] = []) {
  return createPodspanClient({ baseUrl: server.url, token: 't0ken', timeoutMs: 2_000, wait: async (ms) => void waits.push(ms) });
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('a call of the API', () => {
  it('sends token, request id, key and body, and gives status, headers and body back', async () => {
    const server = await serverWith(json(201, { id: '1' }, { etag: '"1"' }));
    const answer = await clientOf(server).call<{ id: string }>('POST', '/v1/pools', {
      body: { name: 'p' },
      query: { dryRun: true, x: undefined },
      idempotencyKey: 'k',
      ifMatch: '"0"',
    });
    expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([201, '"1"', { id: '1' }]);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/pools?dryRun=true',
      body: '{"name":"p"}',
      headers: { authorization: 'Bearer t0ken', 'idempotency-key': 'k', 'if-match': '"0"', 'content-type': 'application/json' },
    });
    expect(server.requests[0]?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('finds a server below a path, by call, by the typed client and by events', async () => {
    const over = { sequence: 1, at: '', type: 'rollout.done', cluster: null, wave: null, data: {} };
    const stream: Parameters<typeof scriptedServer>[0] = (response) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${JSON.stringify(over)}\n\n`);
    const server = await serverWith(json(200, {}), json(200, {}), stream, json(200, { lifecycle: 'DONE', lastSequence: 1 }));
    const client = clientOf({ url: `${server.url}/tools/podspan/` });
    await client.call('GET', '/v1/pools');
    await dataOf(client.rest.GET('/v1/pools/{pool}', { params: { path: { pool: 'a' } } }));
    expect(await all(client.rolloutEvents('r'))).toEqual([over]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/tools/podspan/v1/pools',
      '/tools/podspan/v1/pools/a',
      '/tools/podspan/v1/rollouts/r/events',
      '/tools/podspan/v1/rollouts/r',
    ]);
  });

  it('does not take a web page for an answer, unless it asked for one', async () => {
    const page = (response: Parameters<ReturnType<typeof json>>[0]) =>
      void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Sign in</h1>');
    const client = clientOf(await serverWith(page));
    await expect(client.call('GET', '/v1/pools')).rejects.toThrow(/^http:\/\/127\.0\.0\.1:\d+ answers with a web page: it is not Podspan$/);
    expect((await client.call('GET', '/v1/report', { accept: 'text/html' })).body).toBe('<h1>Sign in</h1>');
  });

  it('speaks in the name of somebody else where it is told to', async () => {
    const server = await serverWith(json(200, {}));
    await clientOf(server).call('GET', '/v1/pools', { authorization: 'Bearer theirs', requestId: 'r-1', traceparent: 'tp' });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer theirs', 'x-request-id': 'r-1', traceparent: 'tp' });
  });

  it('throws the problem the server answered, with everything in it', async () => {
    const errors = new InvalidRequest([{ path: 'cidr', code: 'host_bits_set', message: 'm', suggestion: '10.244.0.0/16', rule: 'OV-04' }])
      .problems;
    const server = await serverWith(
      json(409, {
        type: 'urn:x',
        title: 'T',
        status: 409,
        code: 'pool_exhausted',
        detail: 'no /16 left',
        traceId: 'abc',
        errors,
        largestFreePrefixLength: 17,
      }),
    );
    const failure = await clientOf(server)
      .call('POST', '/v1/pools/p/allocations', { body: {} })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiProblem);
    expect(failure).toMatchObject({
      status: 409,
      kind: 'conflict',
      code: 'pool_exhausted',
      message: 'no /16 left',
      traceId: 'abc',
      facts: { largestFreePrefixLength: 17 },
      problems: errors,
    });
  });

  it('makes a problem of an answer that is none', async () => {
    const server = await serverWith((response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'));
    await expect(clientOf(server).call('GET', '/v1/pools')).rejects.toMatchObject({ status: 502, code: 'http_502', kind: 'transient' });
  });

  it('repeats a read after 503 and 429, waiting as long as Retry-After says, under one request id', async () => {
    const server = await serverWith(busy, json(429, { code: 'too_many_requests', detail: 'slow down' }), json(200, { ok: true }));
    const waits: number[] = [];
    expect((await clientOf(server, waits).call('GET', '/v1/pools')).body).toEqual({ ok: true });
    expect(waits).toEqual([2000, 400]);
    expect(new Set(server.requests.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
  });

  it('repeats a write with an Idempotency-Key, body and all, and never one without', async () => {
    const server = await serverWith(busy, json(200, {}), busy);
    await clientOf(server).call('POST', '/v1/rollouts', { body: { a: 1 }, idempotencyKey: 'k' });
    expect(server.requests.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
    await expect(clientOf(server).call('POST', '/v1/rollouts', { body: { a: 1 } })).rejects.toMatchObject({
      status: 503,
      retryAfterSeconds: 2,
    });
    expect(server.requests).toHaveLength(3);
  });

  it('stops repeating after four attempts, and at once when Retry-After is longer than it may wait', async () => {
    const server = await serverWith(busy);
    await expect(clientOf(server).call('GET', '/v1/pools')).rejects.toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(4);
    const slow = await serverWith(json(503, { code: 'x', detail: 'x' }, { 'retry-after': '3600' }));
    await expect(clientOf(slow).call('GET', '/v1/pools')).rejects.toMatchObject({ retryAfterSeconds: 3600 });
    expect(slow.requests).toHaveLength(1);
  });

  it('says that the server is not there', async () => {
    const server = await scriptedServer(json(200, {}));
    await server.close();
    await expect(clientOf(server).call('POST', '/v1/pools', { body: {} })).rejects.toBeInstanceOf(ServerUnreachable);
  });

  it('gives up on a server that does not answer in time', async () => {
    const server = await serverWith(() => undefined);
    const client = createPodspanClient({ baseUrl: server.url, timeoutMs: 20, attempts: 1 });
    await expect(client.call('GET', '/v1/pools')).rejects.toThrow('did not answer within 0.02 s');
  });

  it('walks through all pages of a list', async () => {
    const server = await serverWith(json(200, { items: [1, 2], nextCursor: 'c' }), json(200, { items: [3], nextCursor: null }));
    expect(await all(clientOf(server).items('/v1/pools'))).toEqual([1, 2, 3]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/v1/pools?limit=1000', '/v1/pools?limit=1000&cursor=c']);
  });
});

describe('a typed call', () => {
  it('knows paths, parameters and answers from the documents of the services, and is repeated and refused as any call', async () => {
    const server = await serverWith(
      busy,
      json(200, { usedAddresses: '256' }),
      json(404, { code: 'not_found', detail: "pool 'q' does not exist" }),
    );
    const { rest } = clientOf(server);
    const { usedAddresses } = await dataOf(rest.GET('/v1/pools/{pool}/utilization', { params: { path: { pool: 'a b' } } }));
    const text: string = usedAddresses;
    expect(text).toBe('256');
    expect(server.requests[1]).toMatchObject({ url: '/v1/pools/a%20b/utilization', headers: { authorization: 'Bearer t0ken' } });
    await expect(rest.GET('/v1/pools/{pool}', { params: { path: { pool: 'q' } } })).rejects.toMatchObject({
      status: 404,
      code: 'not_found',
    });
  });

  it('sends a body', async () => {
    const server = await serverWith(json(201, { id: '1' }));
    const body = { prefixLength: 24, owner: { kind: 'TEAM', id: 'pay' }, purpose: 'lab' };
    const { response } = await clientOf(server).rest.POST('/v1/pools/{pool}/allocations', {
      body,
      params: { path: { pool: 'nodes' } },
      headers: { 'idempotency-key': 'k' },
    });
    expect(response.status).toBe(201);
    expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/v1/pools/nodes/allocations', headers: { 'idempotency-key': 'k' } });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(body);
  });
});

describe('the events of a rollout', () => {
  const event = (sequence: number, type = 'item.started') =>
    `id: ${sequence}\ndata: ${JSON.stringify({ sequence, type, at: '2026-11-23T00:00:00Z', cluster: null, wave: null, data: {} })}\n\n`;
  const stream =
    (...events: string[]): Parameters<typeof scriptedServer>[0] =>
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events.join(''));
      response.end();
    };
  const running = json(200, { lifecycle: 'RUNNING', lastSequence: 9 });
  const over = (lastSequence: number) => json(200, { lifecycle: 'DONE', lastSequence });
  const noWait = { wait: async () => undefined };

  it('come in order until the rollout is done', async () => {
    const server = await serverWith(stream(event(1), event(2, 'rollout.done')), over(2));
    const seen = await all(clientOf(server).rolloutEvents('spring 1'));
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(server.requests[0]).toMatchObject({
      url: '/v1/rollouts/spring%201/events',
      headers: { 'last-event-id': '0', accept: 'text/event-stream' },
    });
  });

  it('go on behind the last one after the connection broke, none lost and none twice', async () => {
    const broken: Parameters<typeof scriptedServer>[0] = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(4) + 'data: {"half', () => response.destroy());
    };
    const server = await serverWith(broken, stream(event(4), event(5)), running, stream(event(6, 'rollout.done')), over(6));
    const seen = await all(clientOf(server).rolloutEvents('spring', { after: 3, ...noWait }));
    expect(seen.map(({ sequence }) => sequence)).toEqual([4, 5, 6]);
    expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual(['3', '4', undefined, '5', undefined]);
  });

  it('go on after an end that was not the last: the rollout was retried or resumed since', async () => {
    const server = await serverWith(
      stream(event(1, 'rollout.done'), event(2, 'rollout.retried'), event(3, 'rollout.done')),
      over(3),
      over(3),
    );
    const seen = await all(clientOf(server).rolloutEvents('spring', noWait));
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('end when the rollout was over before the first of them', async () => {
    const server = await serverWith(stream(), json(200, { lifecycle: 'DONE', lastSequence: 7 }));
    expect(await all(clientOf(server).rolloutEvents('old', { after: 7, ...noWait }))).toEqual([]);
  });

  it('fail when the server refuses', async () => {
    const server = await serverWith(json(404, { code: 'not_found', detail: 'no such rollout' }));
    await expect(clientOf(server).rolloutEvents('none', noWait).next()).rejects.toMatchObject({ status: 404 });
  });

  it('end when the watcher leaves', async () => {
    const server = await serverWith((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(1));
    });
    const leave = new AbortController();
    const events = clientOf(server).rolloutEvents('spring', { signal: leave.signal });
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    leave.abort();
    expect((await events.next()).done).toBe(true);
  });
});
