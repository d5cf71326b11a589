import { testTokens } from '@podspan/platform/testing';
import fastify from 'fastify';
import { buildSchema, graphql } from 'graphql';
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bootGateway, type TestGateway } from './testing/boot-gateway.js';
import { startTestServices, type TestServices } from './testing/test-services.js';

const authorization = `Bearer ${testTokens.viewer}`;
const SUBSCRIPTION = 'subscription { rolloutEvents(rollout: "spring") { sequence cluster { name addressPlan { podCidr } } } }';
const event = (sequence: number) => ({
  rolloutEvents: { sequence, cluster: { name: 'aks-1', addressPlan: { podCidr: '192.168.0.0/16' } } },
});

describe('the graph over three services', () => {
  let services: TestServices;
  let edge: TestGateway;

  beforeAll(async () => {
    services = await startTestServices();
    edge = await bootGateway(services.urls);
    await edge.gateway.graph.refresh();
  });
  afterAll(async () => {
    await edge.gateway.close();
    await services.close();
  });

  it('joins a cluster of three services into one answer', async () => {
    const { body } = await edge.query(
      '{ clusters(first: 1) { nodes { name region addressPlan { podCidr reusedBy { name region } } ingressGateways { name } } } }',
    );
    expect(body).toEqual({
      data: {
        clusters: {
          nodes: [
            {
              name: 'aks-1',
              region: 'westeurope',
              addressPlan: { podCidr: '192.168.0.0/16', reusedBy: [{ name: 'aks-2', region: 'westeurope' }] },
              ingressGateways: [{ name: 'agc-aks-1' }],
            },
          ],
        },
      },
    });
  });

  it('passes the code and the facts of an expected failure through', async () => {
    const { body } = await edge.query('{ exhausted { name } }');
    expect(body.data).toEqual({ exhausted: null });
    expect(body.errors?.[0]).toMatchObject({
      message: 'the pool has no /16 left',
      path: ['exhausted'],
      extensions: { code: 'pool_exhausted', largestFreePrefixLength: 17 },
    });
  });

  it('says nothing of an unexpected failure but the fact', async () => {
    const { body } = await edge.query('{ cluster(name: "broken") { name addressPlan { podCidr } } }');
    expect(body.data).toEqual({ cluster: { name: 'broken', addressPlan: null } });
    expect(body.errors).toHaveLength(1);
    expect(body.errors?.[0]?.path).toEqual(['cluster', 'addressPlan']);
    expect(JSON.stringify(body)).not.toMatch(/hunter2|5432|stack|query\(|127\.0\.0\.1/);
  });

  it('answers 401 as a problem to a query without a token', async () => {
    const response = await fetch(`${edge.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ pools { nodes { name } } }"}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('refuses what is too deep, too costly, too long a list or has too many aliases, with a code each', async () => {
    const deep = `{ cluster(name: "a") { ${'addressPlan { reusedBy { '.repeat(8)} name ${'} }'.repeat(8)} } }`;
    const costly =
      '{ clusters(first: 1000) { nodes { addressPlan { reusedBy { addressPlan { reusedBy { addressPlan { podCidr } } } } } } } }';
    const aliased = `{ ${Array.from({ length: 51 }, (_, index) => `p${index}: pools { nodes { name } }`).join(' ')} }`;
    const codesOf = async (query: string, variables?: Record<string, unknown>) =>
      (await edge.query(query, variables)).body.errors?.map(({ extensions }) => extensions?.['code']);
    expect(await codesOf(deep)).toContain('query_too_deep');
    expect(await codesOf(costly)).toEqual(['query_too_costly']);
    expect(await codesOf(aliased)).toEqual(['too_many_aliases']);
    expect(await codesOf('query ($n: Int) { pools(first: $n) { nodes { name } } }', { n: 1001 })).toEqual(['list_too_long']);
    expect(await codesOf('query ($n: Int) { pools(first: $n) { nodes { name } } }', { n: 1000 })).toBeUndefined();
  });

  it('writes the codes of what is no query of this graph as every other code', async () => {
    const codesOf = async (query: string) => (await edge.query(query)).body.errors?.map(({ extensions }) => extensions?.['code']);
    expect(await codesOf('{ pools( ')).toEqual(['graphql_parse_failed']);
    expect(await codesOf('{ nonsense }')).toEqual(['graphql_validation_failed']);
    expect(await codesOf('')).toEqual(['graphql_parse_failed']);
    expect(await codesOf('query ($n: Int!) { pools(first: $n) { nodes { name } } }')).toEqual([expect.stringMatching(/^[a-z_]+$/)]);
  });

  it('refuses text that no service could keep, in a document as in variables', async () => {
    const errorsOf = async (query: string, variables?: Record<string, unknown>) =>
      (await edge.query(query, variables)).body.errors?.map(({ extensions }) => extensions);
    expect(await errorsOf('{ cluster(name: "a\\u0000b") { name } }')).toEqual([
      { code: 'invalid_characters', errors: [expect.objectContaining({ path: 'name', value: 'a\0b', suggestion: 'ab' })] },
    ]);
    expect(await errorsOf('query ($name: String!) { cluster(name: $name) { name } }', { name: '\ud800' })).toEqual([
      { code: 'invalid_characters', errors: [expect.objectContaining({ path: 'name', suggestion: '' })] },
    ]);
  });

  it('answers introspection when the configuration allows it', async () => {
    const { body } = await edge.query('{ __schema { queryType { name } } }');
    expect(body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  it('serves the explorer as one page without anything from elsewhere', async () => {
    const page = await fetch(`${edge.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(await page.text()).not.toMatch(/https?:\/\//);
  });

  it('carries a subscription from a service to a client over server-sent events, with fields of other services joined', async () => {
    const leave = new AbortController();
    const response = await fetch(`${edge.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
      body: JSON.stringify({ query: SUBSCRIPTION }),
      signal: leave.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const data = dataLines(response);
    await services.listening();
    services.emit(1);
    expect(await data.next()).toMatchObject({ value: { data: event(1) } });
    services.emit(2);
    expect(await data.next()).toMatchObject({ value: { data: event(2) } });
    leave.abort();
    await expect.poll(() => services.listeners()).toBe(0);
  });

  it('carries a subscription over graphql-transport-ws and ends it in the service when the client leaves', async () => {
    const client = createClient({
      url: `${edge.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: authorization },
      retryAttempts: 0,
    });
    const stream = client.iterate({ query: SUBSCRIPTION });
    const first = stream.next();
    await services.listening();
    services.emit(3);
    expect((await first).value).toEqual({ data: event(3) });
    await stream.return?.();
    await client.dispose();
    await expect.poll(() => services.listeners()).toBe(0);
  });

  it('closes a socket that shows no good token with 4403', async () => {
    const client = createClient({
      url: `${edge.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: 'Bearer wrong' },
      retryAttempts: 0,
    });
    await expect(client.iterate({ query: SUBSCRIPTION }).next()).rejects.toMatchObject({ code: 4403 });
    await client.dispose();
  });
});

describe('the graph when services come and go', () => {
  it('answers 503 with Retry-After until every schema was seen, then answers', async () => {
    const services = await startTestServices();
    const edge = await bootGateway({ ...services.urls, ingress: 'http://127.0.0.1:9' });
    try {
      await edge.gateway.graph.refresh();
      const response = await fetch(`${edge.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: '{"query":"{ pools { nodes { name } } }"}',
      });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ code: 'graph_not_ready', services: ['ingress'] });
    } finally {
      await edge.gateway.close();
      await services.close();
    }
  });

  it('gives what it has when one service is down, and subgraph_unavailable without an inner address for the rest', async () => {
    const services = await startTestServices();
    const edge = await bootGateway(services.urls);
    try {
      await edge.gateway.graph.refresh();
      await services.stop('ingress');
      const { body, status } = await edge.query(
        '{ clusters(first: 2) { nodes { name addressPlan { podCidr } ingressGateways { name } } } }',
      );
      expect(status).toBe(200);
      expect(body.data).toEqual({
        clusters: {
          nodes: [
            { name: 'aks-1', addressPlan: { podCidr: '192.168.0.0/16' }, ingressGateways: null },
            { name: 'aks-2', addressPlan: { podCidr: '192.168.0.0/16' }, ingressGateways: null },
          ],
        },
      });
      expect(body.errors?.map(({ extensions }) => extensions?.['code'])).toEqual(expect.arrayContaining(['subgraph_unavailable']));
      expect(body.errors?.every(({ extensions }) => extensions?.['service'] === 'ingress')).toBe(true);
      expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|_entities|"request"/);
    } finally {
      await edge.gateway.close();
      await services.close();
    }
  });

  it('ends a subscription with subgraph_unavailable when its service dies', async () => {
    const services = await startTestServices();
    const edge = await bootGateway(services.urls);
    try {
      await edge.gateway.graph.refresh();
      const response = await fetch(`${edge.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
        body: JSON.stringify({ query: SUBSCRIPTION }),
      });
      const data = dataLines(response);
      await services.listening();
      services.emit(1);
      expect(await data.next()).toMatchObject({ value: { data: event(1) } });
      await services.stop('provisioning');
      expect(await data.next()).toMatchObject({
        value: { errors: [{ extensions: { code: 'subgraph_unavailable', service: 'provisioning' } }] },
      });
      expect(await data.next()).toMatchObject({ done: true });
    } finally {
      await edge.gateway.close();
      await services.close();
    }
  });

  it('takes up a changed schema while it runs, and keeps answering in between', async () => {
    const services = await startTestServices();
    let sdl = 'type Query { first: String! }';
    const changing = fastify();
    changing.post<{ Body: { query: string } }>('/graphql', ({ body: { query: source } }) =>
      source.includes('_service')
        ? { data: { _service: { sdl } } }
        : graphql({ schema: buildSchema(sdl), source, rootValue: { first: 'one', second: 'two' } }),
    );
    const edge = await bootGateway({ ...services.urls, ingress: await changing.listen({ host: '127.0.0.1', port: 0 }) });
    try {
      await edge.gateway.graph.refresh();
      expect((await edge.query('{ first }')).body).toEqual({ data: { first: 'one' } });
      expect((await edge.query('{ second }')).body.errors?.[0]?.extensions?.['code']).toBe('graphql_validation_failed');
      sdl = 'type Query { first: String! second: String! }';
      await edge.gateway.graph.refresh();
      await expect.poll(async () => (await edge.query('{ first second }')).body).toEqual({ data: { first: 'one', second: 'two' } });
    } finally {
      await edge.gateway.close();
      await services.close();
      await changing.close();
    }
  });

  it('ends although subscriptions are open, over either way', async () => {
    const services = await startTestServices();
    const edge = await bootGateway(services.urls);
    try {
      await edge.gateway.graph.refresh();
      const response = await fetch(`${edge.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization },
        body: JSON.stringify({ query: SUBSCRIPTION }),
      });
      const streaming = response.text().catch(() => 'cut off');
      const silent = new WebSocket(`${edge.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(silent, 'open');
      const gone = once(silent, 'close');
      await services.listening();
      await edge.gateway.close();
      await Promise.all([gone, streaming]);
      await expect.poll(() => services.listeners()).toBe(0);
    } finally {
      await services.close();
    }
  });

  it('hides the schema when introspection is off', async () => {
    const services = await startTestServices();
    const edge = await bootGateway(services.urls, { settings: { GRAPHQL_INTROSPECTION: false, DOCS_ENABLED: false } });
    try {
      await edge.gateway.graph.refresh();
      const { body } = await edge.query('{ __schema { queryType { name } } }');
      expect(body.data ?? null).toBeNull();
      expect((await fetch(`${edge.url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(401);
    } finally {
      await edge.gateway.close();
      await services.close();
    }
  });
});

async function* dataLines(response: Response): AsyncGenerator {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: {'));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length));
    }
  }
}
