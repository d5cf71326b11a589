import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { Args, Mutation, Query as GraphqlQuery, Resolver } from '@nestjs/graphql';
import { Conflict, InvalidRequest, NotFound } from '@podspan/errors';
import { sql } from 'kysely';
import { once } from 'node:events';
import request from 'supertest';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { graphqlOutcome, problemUnion } from '../graphql/outcome.js';
import { SdlBuilder } from '../graphql/sdl.js';
import { Caller, type CallContext } from '../http/call-context.js';
import { runWrite } from '../http/run-write.js';
import { CidrText } from '../http/schemas.js';
import { parseRequest } from '../http/validation.pipe.js';
import { WriteResult } from '../http/write-result.js';
import { Role } from '../auth/auth.guard.js';
import { Degraded } from './operational-routes.js';
import { bootTestService, freshDatabase, testTokens, type FreshDatabase } from '../testing/index.js';

const ThingBody = z.strictObject({ name: z.string().min(2), cidr: CidrText, size: z.int().max(9).optional() }).meta({ id: 'ThingBody' });
const ThingsQuery = z.object({ limit: z.coerce.number().default(50), size: z.coerce.number() });
const ThingView = z.object({ name: z.string(), cidr: CidrText, color: z.enum(['RED', 'BLUE']) }).meta({ id: 'Thing' });

let fresh: FreshDatabase<Record<string, never>>;

@Controller('v1/things')
class ThingsController {
  @Post()
  create(@Body({ schema: ThingBody }) body: z.infer<typeof ThingBody>, @Caller() call: CallContext): Promise<WriteResult> {
    return createThing(body, call);
  }

  @Get()
  list(@Query({ schema: ThingsQuery }) { limit, size }: z.infer<typeof ThingsQuery>): number[] {
    return [limit, size];
  }

  @Get(':name')
  show(@Param('name') name: string): never {
    if (name === 'broken') throw new Error('a bug with a secret');
    throw new NotFound('thing', name);
  }

  @Role('admin')
  @Post('danger')
  danger(): string {
    return 'done';
  }
}

@Resolver()
class ThingsResolver {
  @GraphqlQuery('things')
  things(): unknown[] {
    return [{ name: 'one', cidr: '10.0.0.0/24', color: 'RED' }];
  }

  @Mutation('createThing')
  create(@Args('input') input: z.infer<typeof ThingBody>, @Caller() call: CallContext): Promise<unknown> {
    return graphqlOutcome(
      Promise.resolve().then(() => createThing(parseRequest(ThingBody, input), call)),
      'Thing',
    );
  }
}

async function createThing(body: z.infer<typeof ThingBody>, call: CallContext): Promise<WriteResult> {
  return runWrite(fresh.db, call, async (trx) => {
    const { rows } = await sql`select 1 from thing where name = ${body.name}`.execute(trx);
    if (rows.length > 0) throw new Conflict('name_taken', `the name ${body.name} is taken`, { facts: { name: body.name } });
    await sql`insert into thing (name) values (${body.name})`.execute(trx);
    return WriteResult.created({ name: body.name, cidr: body.cidr, color: 'RED' }, { etag: '"1"', location: `/v1/things/${body.name}` });
  });
}

@Module({ controllers: [ThingsController], providers: [ThingsResolver] })
class ThingsModule {}

const sdl = `
type Query { things: [Thing!]! }
type Mutation { createThing(input: ThingBodyInput!): CreateThingResult! }
union CreateThingResult = Thing | ${problemUnion}
${new SdlBuilder().type('Thing', ThingView).input('ThingBodyInput', ThingBody).toString()}
`;

describe('a service', () => {
  let url: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    fresh = await freshDatabase({ '0001': 'create table thing (name text primary key)' }, 'things');
    ({ url, close } = await bootTestService({ name: 'things', module: ThingsModule, sdl }));
  });
  afterAll(async () => {
    await close();
    await fresh.destroy();
  });

  const api = (token: string = testTokens.operator) => ({
    post: (path: string, body: object, headers: Record<string, string> = {}) =>
      request(url)
        .post(path)
        .set({ authorization: `Bearer ${token}`, ...headers })
        .send(body),
    get: (path: string) =>
      request(url)
        .get(path)
        .set({ authorization: `Bearer ${token}` }),
  });
  const count = async (): Promise<number> => (await sql`select 1 from thing`.execute(fresh.db)).rows.length;

  it('answers health to anybody and nothing else', async () => {
    await request(url).get('/healthz').expect(200);
    await request(url).get('/readyz').expect(200);
    const refused = await request(url).get('/v1/things/x').expect(401);
    expect(refused.headers['content-type']).toMatch('application/problem+json');
    expect(refused.body).toMatchObject({ code: 'unauthenticated', status: 401, instance: '/v1/things/x' });
    await request(url).get('/no/such/path').expect(401);
    await request(url).post('/graphql').send({ query: '{ things { name } }' }).expect(401);
  });

  it.each([
    [new Degraded(), 200, { status: 'DEGRADED', checks: { queue: 'DEGRADED' } }],
    [new Error('gone'), 503, { status: 'DOWN', checks: { queue: 'DOWN' } }],
  ])('is ready while it can do without what is away: %s', async (error, status, body) => {
    const service = await bootTestService({ name: 'things', module: ThingsModule, sdl, checks: { queue: () => Promise.reject(error) } });
    expect((await request(service.url).get('/readyz').expect(status)).body).toMatchObject(body);
    await service.close();
  });

  it('does not take a header of a WebSocket for a sign-in', async () => {
    await request(url).get('/v1/things/one').set('upgrade', 'websocket').expect(401);
    await request(url).post('/graphql').set('upgrade', 'websocket').send({ query: '{ __typename }' }).expect(401);
  });

  it('ends although a subscription is open', async () => {
    const service = await bootTestService({ name: 'things', module: ThingsModule, sdl });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const gone = once(socket, 'close');
    await service.close();
    await gone;
  });

  it('lets a role do what it may and no more', async () => {
    await api(testTokens.viewer).post('/v1/things', { name: 'by-viewer', cidr: '10.0.0.0/24' }).expect(403);
    await api(testTokens.operator).post('/v1/things/danger', {}).expect(403);
    await api(testTokens.admin).post('/v1/things/danger', {}).expect(201);
  });

  it('reports all problems of a body together, with path, code, value and suggestion', async () => {
    const { body } = await api().post('/v1/things', { name: 'x', cidr: '10.0.1.0/16', size: 99, colour: 'red' }).expect(422);
    expect(body.errors.map((error: { path: string; code: string }) => [error.path, error.code])).toEqual(
      expect.arrayContaining([
        ['name', 'too_small'],
        ['cidr', 'host_bits_set'],
        ['size', 'too_big'],
        ['colour', 'unknown_field'],
      ]),
    );
    expect(body.errors.find((error: { path: string }) => error.path === 'cidr')).toMatchObject({
      value: '10.0.1.0/16',
      suggestion: '10.0.0.0/16',
    });
  });

  it('answers 400 to a body that is not JSON and 500 without details to a bug', async () => {
    await request(url)
      .post('/v1/things')
      .set({ authorization: `Bearer ${testTokens.operator}`, 'content-type': 'application/json' })
      .send('{')
      .expect(400);
    const { body } = await api().get('/v1/things/broken').expect(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.traceId).toBeTruthy();
    expect((await api().get('/v1/things/none').expect(404)).body.code).toBe('not_found');
  });

  it('refuses what no text can hold, wherever it is, before the database does', async () => {
    const { body } = await api().post('/v1/things?dryRun=true', { name: 'a\0b', cidr: '10.0.0.0/24', 'x\ud800': 1 }).expect(422);
    expect(body).toMatchObject({
      code: 'invalid_characters',
      errors: [
        { path: '', suggestion: 'x' },
        { path: 'name', value: 'a\0b', suggestion: 'ab' },
      ],
    });
    expect((await api().get('/v1/things/%00').expect(422)).body.errors).toMatchObject([{ path: 'name', code: 'invalid_characters' }]);
    expect((await api().get('/v1/things/%E0%A4%A').expect(400)).body).toMatchObject({ code: 'malformed_request' });
  });

  it('tells a method it has not from a path it has not', async () => {
    const { headers, body } = await request(url)
      .put('/v1/things')
      .set({ authorization: `Bearer ${testTokens.viewer}` })
      .expect(405);
    expect([headers['allow'], body]).toMatchObject([
      'GET, HEAD, OPTIONS, POST',
      {
        code: 'method_not_allowed',
        detail: '/v1/things has no PUT; it has GET, HEAD, OPTIONS, POST',
        allowed: ['GET', 'HEAD', 'OPTIONS', 'POST'],
      },
    ]);
    const options = await request(url)
      .options('/v1/things/one')
      .set({ authorization: `Bearer ${testTokens.viewer}` })
      .expect(204);
    expect(options.headers['allow']).toBe('GET, HEAD, OPTIONS');
    expect((await api().get('/v1/none').expect(404)).body).toMatchObject({ code: 'not_found', resource: 'path', key: '/v1/none' });
    await request(url).options('/v1/things').expect(401);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'identity', 'unsupported_media_type'],
    ['text/plain', 'identity', 'unsupported_media_type'],
    ['application/xml', 'identity', 'unsupported_media_type'],
    ['application/json', 'gzip', 'unsupported_content_encoding'],
  ])('answers 415 to a body of %s, %s', async (type, encoding, code) => {
    const { body } = await request(url)
      .post('/v1/things')
      .set({ authorization: `Bearer ${testTokens.operator}`, 'content-type': type, 'content-encoding': encoding })
      .send('name=x')
      .expect(415);
    expect(body).toMatchObject({ status: 415, code });
  });

  it('tells a wrong value as far as a person reads it', async () => {
    const { body } = await api()
      .post('/v1/things', { name: Array.from({ length: 5000 }, () => 'x'), cidr: 'y'.repeat(5000), size: { a: 'z'.repeat(5000) } })
      .expect(422);
    expect(Object.fromEntries(body.errors.map(({ path, value }: { path: string; value: unknown }) => [path, value]))).toEqual({
      name: 'a list of 5000',
      cidr: `${'y'.repeat(2000)}…`,
      size: 'a large object',
    });
    expect(JSON.stringify(body).length).toBeLessThan(20_000);
  });

  it('reports an unknown parameter together with what else is wrong', async () => {
    const { body } = await api().post('/v1/things?dryrun=true', { name: 'x' }).expect(422);
    expect(body.errors).toMatchObject([
      { path: 'dryrun', code: 'unknown_field', suggestion: 'dryRun' },
      { path: 'name', code: 'too_small' },
      { path: 'cidr', code: 'required', message: 'cidr is required: a string' },
    ]);
    const list = await api().get('/v1/things?limit=abc&size=x&colour=red').expect(422);
    expect(list.body.errors).toMatchObject([
      { path: 'colour', code: 'unknown_field' },
      { path: 'limit', code: 'invalid_type', value: 'abc' },
      { path: 'size', code: 'invalid_type', value: 'x' },
    ]);
    expect((await api().get('/v1/things').expect(422)).body.errors).toMatchObject([{ path: 'size', code: 'required' }]);
  });

  it('answers a repeated key with the first answer and refuses it for another request', async () => {
    const body = { name: 'keyed', cidr: '10.0.0.0/24' };
    const first = await api().post('/v1/things', body, { 'idempotency-key': 'k1' }).expect(201);
    const again = await api().post('/v1/things', body, { 'idempotency-key': 'k1' }).expect(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ 'idempotency-replayed': 'true', etag: '"1"', location: '/v1/things/keyed' });
    const other = await api()
      .post('/v1/things', { ...body, name: 'other' }, { 'idempotency-key': 'k1' })
      .expect(422);
    expect(other.body.code).toBe('idempotency_mismatch');
    await api().post('/v1/things', body).expect(409);
  });

  it('writes once for twenty equal requests at the same time', async () => {
    const before = await count();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api().post('/v1/things', { name: 'racing', cidr: '10.0.0.0/24' }, { 'idempotency-key': 'k2' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(await count()).toBe(before + 1);
  });

  it('keeps nothing of a dry run', async () => {
    const before = await count();
    await api().post('/v1/things?dryRun=true', { name: 'rehearsed', cidr: '10.0.0.0/24' }).expect(200);
    expect(await count()).toBe(before);
    await api().post('/v1/things?dryRun=maybe', { name: 'rehearsed', cidr: '10.0.0.0/24' }).expect(422);
  });

  it('says the same over GraphQL, expected failures as types of the union', async () => {
    const query =
      'mutation ($input: ThingBodyInput!) { createThing(input: $input) { __typename ... on Thing { name color } ... on ConflictProblem { code facts } ... on RuleViolations { code errors { path code suggestion } } } }';
    const input = { name: 'graph', cidr: '10.1.0.0/24' };
    expect((await api().post('/graphql', { query, variables: { input } })).body.data.createThing).toEqual({
      __typename: 'Thing',
      name: 'graph',
      color: 'RED',
    });
    expect((await api().post('/graphql', { query, variables: { input } })).body.data.createThing).toMatchObject({
      __typename: 'ConflictProblem',
      code: 'name_taken',
      facts: { name: 'graph' },
    });
    const bad = await api().post('/graphql', { query, variables: { input: { ...input, cidr: '10.1.0.1/24' } } });
    expect(bad.body.data.createThing).toMatchObject({
      __typename: 'RuleViolations',
      errors: [{ path: 'cidr', code: 'host_bits_set', suggestion: expect.stringContaining('10.1.0.0/24') }],
    });
    expect((await api(testTokens.viewer).post('/graphql', { query, variables: { input } })).body.errors[0].extensions.code).toBe(
      'forbidden',
    );
  });

  it('replays a mutation under its key, and knows another field and another input from it', async () => {
    const query =
      'mutation ($input: ThingBodyInput!) { createThing(input: $input) { __typename ... on Thing { name } ... on RuleViolations { code } } }';
    const mutate = (name: string) =>
      api().post('/graphql', { query, variables: { input: { name, cidr: '10.1.0.0/24' } } }, { 'idempotency-key': 'g1' });
    expect((await mutate('keyed-graph')).body.data.createThing).toEqual({ __typename: 'Thing', name: 'keyed-graph' });
    expect((await mutate('keyed-graph')).body.data.createThing).toEqual({ __typename: 'Thing', name: 'keyed-graph' });
    expect((await mutate('another')).body.data.createThing).toEqual({ __typename: 'RuleViolations', code: 'idempotency_mismatch' });
  });

  it('documents itself from the same schemas', async () => {
    const { body } = await request(url).get('/openapi.json').expect(200);
    expect(body.components.schemas.ThingBody.properties).toHaveProperty('cidr');
    expect(body.paths['/v1/things'].post.requestBody).toBeTruthy();
  });

  it('is an InvalidRequest whose single code becomes the code of the answer', () => {
    expect(new InvalidRequest([{ path: 'a', code: 'host_bits_set', message: 'x' }]).code).toBe('host_bits_set');
  });
});
