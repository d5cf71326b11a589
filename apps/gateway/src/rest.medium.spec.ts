import { testTokens } from '@podspan/platform/testing';
import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootGateway, type TestGateway } from './testing/boot-gateway.js';
import { connectionGone, requestHanging, startTestServices, type TestServices } from './testing/test-services.js';

const authorization = `Bearer ${testTokens.admin}`;

interface Echo {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

describe('REST through the gateway', () => {
  let services: TestServices;
  let edge: TestGateway;

  beforeAll(async () => {
    services = await startTestServices();
    edge = await bootGateway(services.urls, { bodyLimitBytes: 1024 });
  });
  afterAll(async () => {
    await edge.gateway.close();
    await services.close();
  });

  it('brings a request to the service that owns the path and its answer back, headers and query included', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await fetch(`${edge.url}/v1/pools/pods%20a?limit=1&x=%2F`, {
      headers: { authorization, 'x-request-id': 'req-1', traceparent, 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"7"');
    expect(response.headers.get('x-request-id')).toBe('req-1');
    const echo = (await response.json()) as Echo;
    expect(echo.url).toBe('/v1/pools/pods%20a?limit=1&x=%2F');
    expect(echo.headers).toMatchObject({
      authorization,
      'x-request-id': 'req-1',
      traceparent,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    expect(echo.headers['forwarded']).toBeUndefined();
  });

  it('begins a trace where the caller has none', async () => {
    const echo = (await (await fetch(`${edge.url}/v1/pools/p`, { headers: { authorization } })).json()) as Echo;
    expect(echo.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(echo.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('carries body, method, Idempotency-Key and If-Match, and the status and headers of the answer', async () => {
    const response = await fetch(`${edge.url}/v1/meshes/m/members/c`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'k-1', 'if-match': '"3"' },
      body: '{"a": [1,  2]}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(await response.json()).toEqual({ body: { a: [1, 2] }, key: 'k-1', ifMatch: '"3"' });
  });

  it('passes the problems of a service on as they are', async () => {
    const response = await fetch(`${edge.url}/v1/meshes/m/members/c`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{broken',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ code: 'malformed_request' });
  });

  it('hands on server-sent events one by one, and hangs up on the service when the client leaves', async () => {
    const leave = new AbortController();
    const response = await fetch(`${edge.url}/v1/rollouts/spring/events`, {
      headers: { authorization, accept: 'text/event-stream', 'last-event-id': '41' },
      signal: leave.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(': after 41\n\n');
    await services.listening();
    services.emit(42);
    expect((await reader?.read())?.value).toBe('id: 42\ndata: {"sequence":42}\n\n');
    const gone = connectionGone();
    leave.abort();
    await gone;
  });

  it('hangs up on a service that has not answered when the client leaves', async () => {
    const leave = new AbortController();
    const hanging = requestHanging();
    const answer = fetch(`${edge.url}/v1/rollouts/spring/hang`, { method: 'POST', headers: { authorization }, signal: leave.signal }).catch(
      () => 'left',
    );
    await hanging;
    const gone = connectionGone();
    leave.abort();
    await gone;
    expect(await answer).toBe('left');
  });

  it('tells an answer that breaks off as a problem, and not as an answer', async () => {
    const response = await fetch(`${edge.url}/v1/rollouts/spring/broken`, { headers: { authorization } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ code: 'service_unavailable', service: 'provisioning' });
  });

  it.each(['/v1/nothing', '/v1', '/v1/constructor', '/elsewhere'])('answers 404 as a problem to %s', async (path) => {
    const response = await fetch(`${edge.url}${path}`, { headers: { authorization } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found', status: 404 });
  });

  it.each(['/v1/pools/../../healthz', '/v1/pools/%2e%2e/rollouts', '/v1/pools/..%2f..%2fmetrics'])(
    'does not let %s climb',
    async (path) => {
      expect(await statusOfRaw(edge.url, path)).toBe(404);
    },
  );

  it('answers a path that is no text as a problem', async () => {
    const response = await fetch(`${edge.url}/v1/pools/%E0%A4%A`, { headers: { authorization } });
    expect([response.status, response.headers.get('x-request-id')]).toEqual([400, expect.any(String)]);
    expect(await response.json()).toMatchObject({ code: 'malformed_request', instance: '/v1/pools/%E0%A4%A' });
  });

  it.each([
    ['PUT', '/graphql', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/healthz', 'GET, HEAD, OPTIONS'],
  ])('answers 405 to %s %s and says what there is', async (method, path, allow) => {
    const response = await fetch(edge.url + path, { method, headers: { authorization } });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', allowed: allow.split(', ') });
    const options = await fetch(edge.url + path, { method: 'OPTIONS', headers: { authorization } });
    expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'identity', 'unsupported_media_type'],
    ['application/json', 'gzip', 'unsupported_content_encoding'],
  ])('answers 415 to a body of %s, %s, on GraphQL', async (type, encoding, code) => {
    const response = await fetch(`${edge.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': type, 'content-encoding': encoding },
      body: 'query=x',
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code });
  });

  it('refuses a body above the limit', async () => {
    const response = await fetch(`${edge.url}/v1/pools`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify('x'.repeat(2000)),
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body_too_large', detail: expect.stringContaining('send it in parts') });
  });

  it.each(['/v1/pools', '/graphql', '/nowhere'])('asks for a token on %s', async (path) => {
    const response = await fetch(edge.url + path);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="podspan"');
    expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('merges the documents of the services and reads them at /docs from this origin alone', async () => {
    const document = (await (await fetch(`${edge.url}/openapi.json`)).json()) as {
      paths: Record<string, unknown>;
      components: { schemas: object; securitySchemes: object };
      security: unknown;
    };
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/pools/{pool}', '/v1/rollouts/{rollout}/events']));
    expect(document.components.schemas).toHaveProperty('Problem');
    expect(document.security).toEqual([{ bearer: [] }]);
    const page = await fetch(`${edge.url}/docs`);
    expect(await page.text()).not.toMatch(/https?:\/\//);
    for (const asset of ['swagger-ui-bundle.js', 'swagger-ui.css', 'start.js'])
      expect((await fetch(`${edge.url}/docs/${asset}`)).status).toBe(200);
  });

  it('names each service at /readyz and answers 503 for as long as one is away', async () => {
    await edge.gateway.graph.refresh();
    const ready = await fetch(`${edge.url}/readyz`);
    expect(await ready.json()).toMatchObject({ status: 'UP', checks: { ipam: 'UP', provisioning: 'UP', ingress: 'UP', graph: 'UP' } });
    await services.stop('ingress');
    const not = await fetch(`${edge.url}/readyz`);
    expect(not.status).toBe(503);
    expect(await not.json()).toMatchObject({ checks: { ipam: 'UP', ingress: 'DOWN' } });
    expect((await fetch(`${edge.url}/healthz`)).status).toBe(200);
  });

  it('answers 503 with Retry-After when the owner of a path is down, without saying where it lives', async () => {
    await services.stop('ingress');
    const response = await fetch(`${edge.url}/v1/ingress-gateways`, { headers: { authorization } });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'service_unavailable', service: 'ingress' });
    expect(text).not.toMatch(/127\.0\.0\.1|ECONN/);
  });
});

/** Sends the path as it is; fetch would tidy it first. */
function statusOfRaw(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    rawRequest({ hostname, port, path, headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
