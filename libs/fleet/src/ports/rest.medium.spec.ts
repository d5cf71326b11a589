import { DomainError } from '@podspan/errors';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rest } from './rest.js';

describe(Rest.name, () => {
  let server: Server;
  let url: string;
  const answers: { status: number; body: string; headers?: Record<string, string> }[] = [];
  let calls = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      calls += 1;
      const { status, body, headers } = answers.shift() ?? { status: 200, body: '{"ok":true}' };
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const rest = () => new Rest({ baseUrl: url, serviceAuthorization: 'Bearer service', client: { wait: () => Promise.resolve() } });
  const failure = async (work: Promise<unknown>): Promise<DomainError> => work.then(() => Promise.reject(new Error('it did not fail')), (error: unknown) => error as DomainError);
  const down = { status: 503, body: '{"code":"restarting","detail":"soon"}', headers: { 'retry-after': '1' } };

  it('repeats a read while the service is away', async () => {
    answers.push(down, down);
    await expect(rest().call({ method: 'GET', path: '/x' })).resolves.toEqual({ ok: true });
  });

  it('repeats a write only under an idempotency key', async () => {
    answers.push(down);
    await expect(rest().call({ method: 'POST', path: '/x', body: {}, key: 'k' })).resolves.toEqual({ ok: true });
    answers.push(down);
    calls = 0;
    expect(await failure(rest().call({ method: 'POST', path: '/x', body: {} }))).toMatchObject({ kind: 'transient', code: 'restarting', retryAfterSeconds: 1 });
    expect(calls).toBe(1);
  });

  it('says that a service does not answer without saying where it is', async () => {
    const gone = new Rest({ baseUrl: 'http://127.0.0.1:1', serviceAuthorization: 'x', client: { attempts: 1 } });
    const error = await failure(gone.call({ method: 'GET', path: '/v1/secret?x=1' }));
    expect(error).toMatchObject({ kind: 'transient', code: 'dependency_unavailable' });
    expect(error.message).not.toContain('127.0.0.1');
  });

  it('passes on what the service said, with facts and problems', async () => {
    const errors = [{ path: 'pools.nodeSubnet', code: 'pool_exhausted', message: 'm' }];
    answers.push({ status: 409, body: JSON.stringify({ code: 'pool_exhausted', detail: 'd', status: 409, errors, largestFreePrefixLength: 28 }) });
    expect(await failure(rest().call({ method: 'POST', path: '/x', body: {} }))).toMatchObject({ kind: 'conflict', code: 'pool_exhausted', message: 'd', problems: errors, facts: { largestFreePrefixLength: 28 } });
    answers.push({ status: 404, body: '{"code":"not_found"}' });
    expect(await rest().find({ method: 'GET', path: '/x' })).toBeUndefined();
  });
});
