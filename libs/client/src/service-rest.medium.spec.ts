import { DomainError } from '@podspan/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { ServiceRest } from './service-rest.js';
import { json, scriptedServer, type ScriptedServer } from './testing.js';

interface Named {
  readonly name: string;
}

/** What a zod schema would be. */
const named = {
  safeParse: (answer: unknown) =>
    typeof answer === 'object' && answer !== null && 'name' in answer
      ? { success: true as const, data: answer as Named }
      : { success: false as const, error: { issues: [{ path: ['name'] }] } },
};

describe(ServiceRest, () => {
  const open: ScriptedServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });

  async function asking(...steps: Parameters<typeof scriptedServer>): Promise<{ server: ScriptedServer; rest: ServiceRest }> {
    const server = await scriptedServer(...steps);
    open.push(server);
    return { server, rest: restAt(server.url) };
  }

  const restAt = (baseUrl: string): ServiceRest =>
    new ServiceRest({
      service: 'ipam',
      userAgent: 'podspan-ingress',
      baseUrl,
      serviceAuthorization: 'Bearer service',
      client: { wait: () => Promise.resolve() },
    });
  const failure = async (work: Promise<unknown>): Promise<DomainError> =>
    work.then(
      () => Promise.reject(new Error('it did not fail')),
      (error: unknown) => error as DomainError,
    );
  const down = json(503, { code: 'restarting', detail: 'soon' }, { 'retry-after': '1' });
  const fine = json(200, { name: 'p' });

  it('speaks as the service, or in the name of its caller', async () => {
    const { server, rest } = await asking(fine);
    await rest.call({ method: 'GET', path: '/v1/pools/p' }, named);
    await rest.call(
      { method: 'POST', path: '/v1/pools', query: { dryRun: true }, body: { name: 'p' }, authorization: 'Bearer theirs', requestId: 'r-1' },
      named,
    );
    expect(server.requests).toMatchObject([
      { url: '/v1/pools/p', headers: { authorization: 'Bearer service', 'user-agent': 'podspan-ingress' } },
      { url: '/v1/pools?dryRun=true', body: '{"name":"p"}', headers: { authorization: 'Bearer theirs', 'x-request-id': 'r-1' } },
    ]);
  });

  it('repeats a read while the service is away', async () => {
    const { rest } = await asking(down, down, fine);
    await expect(rest.call({ method: 'GET', path: '/x' }, named)).resolves.toEqual({ name: 'p' });
  });

  it('repeats a write only under an idempotency key', async () => {
    const { rest, server } = await asking(down, json(200, { name: 'p' }, { 'idempotency-replayed': 'true' }), down);
    await expect(rest.answer({ method: 'POST', path: '/x', body: {}, key: 'k' }, named)).resolves.toEqual({
      body: { name: 'p' },
      replayed: true,
    });
    expect(await failure(rest.call({ method: 'POST', path: '/x', body: {} }, named))).toMatchObject({
      kind: 'transient',
      code: 'restarting',
      retryAfterSeconds: 1,
    });
    expect(server.requests).toHaveLength(3);
  });

  it('says that a service does not answer without saying where it is', async () => {
    const error = await failure(restAt('http://127.0.0.1:1').call({ method: 'GET', path: '/v1/secret?x=1' }, named));
    expect(error).toMatchObject({ kind: 'transient', code: 'dependency_unavailable' });
    expect(error.message).not.toContain('127.0.0.1');
  });

  it('says when to try again where the service did not', async () => {
    const { rest } = await asking(json(500, { code: 'internal_error', detail: 'd' }));
    expect(await failure(rest.call({ method: 'POST', path: '/x' }, named))).toMatchObject({
      kind: 'transient',
      code: 'internal_error',
      retryAfterSeconds: 5,
    });
  });

  it('takes an answer that breaks off for none', async () => {
    const { rest } = await asking((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"name":', () => response.destroy());
    });
    expect(await failure(rest.call({ method: 'GET', path: '/x' }, named))).toMatchObject({
      kind: 'transient',
      code: 'dependency_unavailable',
    });
  });

  it('names the member of an answer that is not as agreed', async () => {
    const { rest } = await asking(json(200, { nom: 'p' }));
    const error = await failure(rest.call({ method: 'GET', path: '/x' }, named));
    expect(error).toMatchObject({
      kind: 'transient',
      code: 'dependency_failed',
      message: 'ipam answered in a shape that is not its contract: name',
    });
  });

  it('passes on what the service said, with facts and problems', async () => {
    const errors = [{ path: 'pools.nodeSubnet', code: 'pool_exhausted', message: 'm' }];
    const { rest } = await asking(
      json(409, { code: 'pool_exhausted', detail: 'd', status: 409, errors, largestFreePrefixLength: 28 }),
      json(404, { code: 'not_found' }),
    );
    expect(await failure(rest.call({ method: 'POST', path: '/x', body: {} }, named))).toMatchObject({
      kind: 'conflict',
      code: 'pool_exhausted',
      message: 'd',
      problems: errors,
      facts: { largestFreePrefixLength: 28 },
    });
    expect(await rest.find({ method: 'GET', path: '/x' }, named)).toBeUndefined();
  });
});
