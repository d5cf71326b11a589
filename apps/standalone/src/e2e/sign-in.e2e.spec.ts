import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@podspan/platform';
import request, { type Test } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Api } from '../testing/api.js';
import { acceptedWrites } from '../testing/azure-journal.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { subscribedOverWebSocket } from '../testing/event-streams.js';
import { listeningSockets } from '../testing/listening-sockets.js';
import { cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
interface Operation {
  readonly method: Method;
  readonly path: string;
}

let folder: string;
let podspan: TestStandalone;
let viewer: Api;
let labOperator: Api;
let operations: readonly Operation[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podspan-tokens-'));
  const tokens = [
    { name: 'dashboard', sha256: sha256('viewer-token'), role: 'viewer' },
    { name: 'lab-team', sha256: sha256('lab-token'), role: 'operator', spaces: ['lab'] },
  ];
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify(tokens));
  podspan = await bootStandalone({ API_TOKENS_FILE: join(folder, 'tokens.json') });
  viewer = podspan.api.as('viewer-token');
  labOperator = podspan.api.as('lab-token');
  await podspan.api.post('/v1/topologies', { ...topology, addressSpaces: [...topology.addressSpaces, { name: 'lab' }] }).expect(200);
  const { body } = await request(podspan.url).get('/openapi.json').expect(200);
  operations = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method as Method, path: path.replaceAll(/\{\w+\}/g, 'spokes') })),
  );
});

afterAll(async () => {
  await podspan.close();
  rmSync(folder, { recursive: true, force: true });
});

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function send({ method, path }: Operation, token?: string): Test {
  const test = request(podspan.url)[method](path);
  if (token !== undefined) void test.set('authorization', `Bearer ${token}`);
  return method === 'get' || method === 'delete' ? test : test.send({});
}

/** `METHOD path status` of every operation that does not answer as it should; empty is what we want. */
async function answersOtherThan(status: number, which: readonly Operation[], token?: string): Promise<readonly string[]> {
  const answers = await Promise.all(which.map(async (operation) => ({ operation, response: await send(operation, token) })));
  return answers.flatMap(({ operation, response }) =>
    response.status === status && response.body.status === status ? [] : [`${operation.method} ${operation.path} ${response.status}`],
  );
}

describe('without credentials', () => {
  it('answers 401 as a problem on every operation of the merged document, whatever is sent', async () => {
    expect(operations.length).toBeGreaterThan(50);
    expect(await answersOtherThan(401, operations)).toEqual([]);
    expect(await answersOtherThan(401, operations, 'guessed')).toEqual([]);
    expect(
      await answersOtherThan(401, [
        { method: 'get', path: '/v1/no-such-thing' },
        { method: 'get', path: '/nowhere' },
      ]),
    ).toEqual([]);
  });

  it.each(['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer  ', 'bearer a b', ''])('does not take "%s" for a sign-in', async (authorization) => {
    await request(podspan.url).get('/v1/pools').set('authorization', authorization).expect(401);
  });

  it('does not take a token from the query or a cookie', async () => {
    await request(podspan.url)
      .get(`/v1/pools?access_token=${podspan.token}&token=${podspan.token}`)
      .set('cookie', `token=${podspan.token}`)
      .expect(401);
  });

  it.each([
    '{ clusters { nodes { name } } }',
    '{ __typename }',
    '{ __schema { types { name } } }',
    '{ _service { sdl } }',
    '{ _entities(representations: [{ __typename: "Cluster", name: "a" }]) { __typename } }',
    'mutation { pauseRollout(rollout: "x") { __typename } }',
  ])('does not run %s', async (query) => {
    for (const test of [request(podspan.url).post('/graphql').send({ query }), request(podspan.url).get('/graphql').query({ query })]) {
      const { status, body } = await test;
      expect(status).toBe(401);
      expect(body.data).toBeUndefined();
    }
  });

  it('closes a WebSocket that shows no token or a wrong one', async () => {
    await expect(subscribedOverWebSocket(podspan.api.as('guessed'), 'x', 0)).rejects.toMatchObject({ code: 4403 });
    const socket = new WebSocket(`${podspan.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4403);
  });

  it('lets health through, and nothing else that tells what Podspan holds', async () => {
    await request(podspan.url).get('/healthz').expect(200);
    await request(podspan.url).get('/readyz').expect(200);
    const { text } = await request(podspan.url).get('/metrics').expect(200);
    expect(text).not.toContain('spokes');
  });
});

describe('with a viewer token', () => {
  /** Asked with POST, but they only answer a question. */
  const questions = new Set([
    '/v1/reuse/check',
    '/v1/topology/simulate',
    '/v1/ingress-translations',
    '/v1/ingress-gateway-plans',
    '/v1/ingress-cutovers',
    '/v1/migrations/assess',
  ]);

  it('reads', async () => {
    expect((await viewer.get('/v1/pools').expect(200)).body.items.length).toBeGreaterThan(0);
    expect((await viewer.graphql('{ pools { nodes { name } } }')).errors).toBeUndefined();
  });

  it('is forbidden every operation that writes, before its body is looked at, and nothing changes', async () => {
    const counts = async (): Promise<readonly number[]> =>
      Promise.all(
        ['pools', 'allocations', 'networks', 'rollouts', 'audit-events'].map(
          async (kind) => (await podspan.api.get(`/v1/${kind}?limit=1000`)).body.items.length as number,
        ),
      );
    const before = await counts();
    const writes = operations.filter(({ method, path }) => method !== 'get' && !questions.has(path));
    expect(writes.length).toBeGreaterThan(20);
    expect(await answersOtherThan(403, writes, 'viewer-token')).toEqual([]);
    await viewer.post('/v1/rollouts?dryRun=true', rolloutOf('mine', [cluster('aks-v', WEU)])).expect(403);
    expect(await counts()).toEqual(before);
    expect(await acceptedWrites(podspan.azure)).toEqual([]);
  });

  it('is forbidden every mutation', async () => {
    const { data } = await podspan.api.graphql<{ __schema: { mutationType: { fields: { name: string }[] } } }>(
      '{ __schema { mutationType { fields { name } } } }',
    );
    expect(data.__schema.mutationType.fields.length).toBeGreaterThan(25);
    const mutations = [
      'releaseAllocation(allocation: "x") { __typename }',
      'deletePool(pool: "spokes") { __typename }',
      'deleteNetwork(network: "weu-1") { __typename }',
      'createAddressSpace(input: { name: "mine" }) { __typename }',
      'pauseRollout(rollout: "x") { __typename }',
      'cancelRollout(rollout: "x") { __typename }',
      'deleteIngressGateway(name: "x") { __typename }',
      'createIngressGateway(input: { name: "x", cluster: "x", kind: AGC }) { __typename }',
    ];
    for (const mutation of mutations) {
      const { errors, data: answer } = await viewer.graphql(`mutation { ${mutation} }`);
      expect(answer ?? null, mutation).toBeNull();
      expect(errors?.[0]?.extensions?.['code'], mutation).toBe('forbidden');
    }
  });
});

describe('with an operator token for one address space', () => {
  it('writes there and nowhere else', async () => {
    const pool = (name: string, addressSpace: string, cidr: string): object => ({ name, addressSpace, cidrs: [cidr], reuse: 'EXCLUSIVE' });
    await labOperator.post('/v1/pools', pool('lab-pool', 'lab', '10.99.0.0/24')).expect(201);
    await labOperator.post('/v1/pools', pool('foreign', 'corporate', '10.98.0.0/24')).expect(403);
    const take = { prefixLength: 28, owner: { kind: 'team', id: 'lab' }, purpose: 'nodes' };
    await labOperator.post('/v1/pools/lab-pool/allocations', take).expect(201);
    await labOperator.post('/v1/pools/spokes/allocations', take).expect(403);
  });

  it('cannot roll clusters out into networks of another space', async () => {
    const { body } = await labOperator.post('/v1/rollouts', rolloutOf('stolen', [cluster('aks-x', WEU)])).expect(403);
    expect(body.code).toBe('forbidden');
    expect((await podspan.api.get('/v1/rollouts').expect(200)).body.items).toEqual([]);
    expect((await podspan.api.get('/v1/allocations?pool=spokes').expect(200)).body.items).toEqual([]);
  });
});

describe('what listens', () => {
  it('listens on loopback only', (test) => {
    const sockets = listeningSockets();
    if (sockets === undefined) return test.skip('this system has no /proc to look the listening sockets up in');
    expect(sockets.map(({ port }) => port)).toContain(Number(new URL(podspan.url).port));
    expect(sockets.filter(({ loopback }) => !loopback)).toEqual([]);
  });

  it.each(['0.0.0.0', '::', '192.0.2.7', 'podspan.example.com'])('does not start on %s without a way to sign in', (host) => {
    expect(() => loadConfig({ HOST: host })).toThrow(/API_TOKENS_FILE/);
    expect(loadConfig({ HOST: host, API_TOKENS_FILE: join(folder, 'tokens.json') }).HOST).toBe(host);
  });

  it('keeps the admin token where only its owner reads it', () => {
    expect(statSync(join(podspan.home, 'token')).mode & 0o777).toBe(0o600);
  });
});
