import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MOST_ATTEMPTS, retryAfter } from '../domain/webhook-retry.js';
import { rowsOf } from '../postgres/db.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { EvaluateThresholds } from '../thresholds/evaluate-thresholds.js';
import { BackgroundRound } from './background-round.js';
import { DeliverWebhooks } from './deliver-webhooks.js';
import { WebhooksRepository } from './webhooks.repository.js';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let bench: IpamBench;
let receiver: Server;
let hook: string;
let received: Received[] = [];
let answer: (path: string) => { status: number; headers?: Record<string, string> } = () => ({ status: 204 });

const team = (id: string) => ({ owner: { kind: 'TEAM', id }, purpose: 'test' });
const evaluate = () => bench.resolve(EvaluateThresholds).execute(0);
const deliver = () => bench.resolve(DeliverWebhooks).execute();
const types = () => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);

async function due(): Promise<void> {
  await sql`update webhook_delivery set due_at = now() where status = 'PENDING'`.execute(bench.fresh.db);
}

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      const { status, headers } = answer(request.url ?? '');
      response.writeHead(status, headers).end('{}');
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready));
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  bench = await ipamBench({ webhooks: { allowLoopback: true, allowed: [] } });
  await bench.post('/v1/address-spaces', { name: 's' });
});
afterAll(async () => {
  await bench.close();
  receiver.closeAllConnections();
  await new Promise((done) => receiver.close(done));
});
beforeEach(async () => {
  received = [];
  answer = () => ({ status: 204 });
  await sql`delete from webhook_endpoint`.execute(bench.fresh.db);
  await sql`delete from webhook_event`.execute(bench.fresh.db);
});

async function aPool(name: string, cidr: string): Promise<void> {
  expect((await bench.post('/v1/pools', { name, addressSpace: 's', cidrs: [cidr], reuse: 'EXCLUSIVE' })).status).toBe(201);
}

describe('a threshold', () => {
  it('of "fewer than three /24 left" is told once on crossing, signed, and again when it is over', async () => {
    const { body: webhook } = await bench.post('/v1/webhooks', { name: 'ops', url: `${hook}/ops` });
    await aPool('low', '10.0.0.0/22');
    const made = await bench.post('/v1/pools/low/thresholds', { prefixLength: 24, minFree: 3 });
    expect([made.status, made.body.recoverFree, made.body.state]).toEqual([201, '4', 'OK']);
    expect(await evaluate()).toBe(0);
    const ids: string[] = [];
    for (const id of ['a', 'b']) ids.push((await bench.post('/v1/pools/low/allocations', { prefixLength: 24, ...team(id) })).body.id);
    expect([await evaluate(), await evaluate()]).toEqual([1, 0]);
    expect((await bench.get(`/v1/pools/low/thresholds/${made.body.id}`)).body).toMatchObject({ state: 'BREACHED', measured: '2' });
    await deliver();
    expect(types()).toEqual(['pool.threshold.breached']);
    const [first] = received;
    expect(new Webhook(webhook.secret).verify(first?.body ?? '', first?.headers as Record<string, string>)).toMatchObject({
      data: { pool: 'low', addressSpace: 's', prefixLength: 24, free: '2', minFree: '3' },
    });
    expect(() => new Webhook(webhook.secret).verify(`${first?.body} `, first?.headers as Record<string, string>)).toThrow();
    await bench.post(`/v1/allocations/${ids[0]}/release`);
    expect(await evaluate()).toBe(0);
    await bench.post(`/v1/allocations/${ids[1]}/release`);
    expect(await evaluate()).toBe(1);
    await deliver();
    expect(types()).toEqual(['pool.threshold.breached', 'pool.threshold.recovered']);
  });

  it('crosses once however many processes look at the same time', async () => {
    await bench.post('/v1/webhooks', { name: 'ops', url: `${hook}/ops` });
    await aPool('race', '10.1.0.0/24');
    await bench.post('/v1/pools/race/thresholds', { maxPercent: 50, recoverPercent: 40 });
    await bench.post('/v1/pools/race/allocations', { prefixLength: 25, ...team('a') });
    const crossed = await Promise.all(Array.from({ length: 5 }, evaluate));
    expect(crossed.reduce((sum, count) => sum + count, 0)).toBe(1);
    const events = await rowsOf(bench.fresh.db, sql<{ type: string }>`select type from webhook_event`);
    expect(events).toHaveLength(1);
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(received).toHaveLength(1);
  });

  it('has other marks after a patch, is measured by them at once and told when that is a crossing', async () => {
    await bench.post('/v1/webhooks', { name: 'ops', url: `${hook}/ops` });
    await aPool('marks', '10.7.0.0/22');
    const { id } = (await bench.post('/v1/pools/marks/thresholds', { prefixLength: 24, minFree: 3 })).body;
    const path = `/v1/pools/marks/thresholds/${id}`;
    await evaluate();
    expect((await bench.patch(`${path}?dryRun=true`, { minFree: 9 })).body).toMatchObject({ minFree: '9', recoverFree: '10' });
    expect((await bench.get(path)).body.minFree).toBe('3');
    const raised = await bench.patch(path, { minFree: 5 });
    expect([raised.status, raised.body]).toMatchObject([200, { minFree: '5', recoverFree: '6', state: 'OK', measured: null }]);
    expect([await bench.resolve(EvaluateThresholds).execute(3600), (await bench.get(path)).body.state]).toEqual([1, 'BREACHED']);
    expect((await bench.patch(path, { minFree: 2, recoverFree: 4, prefixLength: 24, family: 4 })).status).toBe(200);
    expect([await evaluate(), (await bench.get(path)).body]).toMatchObject([1, { state: 'OK', minFree: '2', recoverFree: '4' }]);
    await deliver();
    expect(types()).toEqual(['pool.threshold.breached', 'pool.threshold.recovered']);
    const wrong = await bench.patch(path, { prefixLength: 25, family: 6, recoverFree: 1, maxPercent: 50 });
    expect([wrong.status, wrong.body.errors.map(({ path: at, code }: { path: string; code: string }) => `${at} ${code}`)]).toEqual([
      422,
      ['prefixLength immutable_field', 'family immutable_field', 'maxPercent invalid_threshold', 'recoverFree invalid_threshold'],
    ]);
    const percent = (await bench.post('/v1/pools/marks/thresholds', { maxPercent: 80 })).body.id;
    expect((await bench.patch(`/v1/pools/marks/thresholds/${percent}`, { maxPercent: 60 })).body).toMatchObject({ recoverPercent: 55 });
    expect((await bench.patch(`/v1/pools/marks/thresholds/${percent}`, { recoverPercent: 70 })).body.code).toBe('invalid_threshold');
    expect((await bench.patch(`/v1/pools/low/thresholds/${id}`, { minFree: 1 })).status).toBe(404);
  });

  it('is refused when it makes no sense, and there is one per length', async () => {
    await aPool('bad', '10.2.0.0/22');
    for (const [body, path] of [
      [{}, 'prefixLength'],
      [{ prefixLength: 24 }, 'minFree'],
      [{ prefixLength: 24, minFree: 1, maxPercent: 50 }, 'prefixLength'],
      [{ prefixLength: 24, minFree: 3, recoverFree: 2 }, 'recoverFree'],
      [{ maxPercent: 50, recoverPercent: 60 }, 'recoverPercent'],
      [{ maxPercent: 150 }, 'maxPercent'],
      [{ prefixLength: 20, minFree: 1 }, 'prefixLength'],
    ] as const) {
      const { status, body: problem } = await bench.post('/v1/pools/bad/thresholds', body);
      expect([body, status]).toEqual([body, 422]);
      expect(problem.errors.map((error: { path: string }) => error.path)).toContain(path);
    }
    await bench.post('/v1/pools/bad/thresholds', { prefixLength: 24, minFree: '1' });
    const again = await bench.post('/v1/pools/bad/thresholds', { prefixLength: 24, minFree: 2 });
    expect([again.status, again.body.code]).toEqual([409, 'threshold_exists']);
    const { items } = (await bench.get('/v1/pools/bad/thresholds')).body;
    expect((await bench.delete(`/v1/pools/bad/thresholds/${items[0].id}`)).status).toBe(204);
    expect((await bench.get('/v1/pools/bad/thresholds')).body.items).toEqual([]);
  });
});

describe('a webhook', () => {
  it('shows its secret once, and neither log, list, audit nor replay ever has it', async () => {
    const body = { name: 'secret', url: `${hook}/x`, events: ['conflict.opened'] };
    const first = await bench.post('/v1/webhooks', body, { 'idempotency-key': 'w1' });
    const again = await bench.post('/v1/webhooks', body, { 'idempotency-key': 'w1' });
    expect(first.body.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
    expect([again.status, again.body.secret, again.body.id]).toEqual([201, null, first.body.id]);
    const renewed = await bench.post('/v1/webhooks/secret/renew-secret');
    expect(renewed.body.secret).not.toBe(first.body.secret);
    const everything = JSON.stringify([
      (await bench.get('/v1/webhooks')).body,
      (await bench.get('/v1/audit-events?limit=1000')).body,
      await rowsOf(bench.fresh.db, sql`select * from idempotency_key`),
    ]);
    expect(everything).not.toContain('whsec_');
    expect((await bench.get('/v1/webhooks', 'operator')).status).toBe(403);
    const rehearsed = await bench.post('/v1/webhooks?dryRun=true', { ...body, name: 'never' });
    expect([rehearsed.status, rehearsed.body.secret]).toEqual([200, null]);
    expect((await bench.get('/v1/webhooks/never')).status).toBe(404);
  });

  it('is tried again later and later, dies, and is delivered again on demand', async () => {
    await bench.post('/v1/webhooks', { name: 'flaky', url: `${hook}/flaky` });
    answer = () => ({ status: 503 });
    expect((await bench.post('/v1/webhooks/flaky/test')).status).toBe(202);
    await deliver();
    expect(await deliver()).toBe(0);
    const delivery = async () => (await bench.get('/v1/webhooks/flaky/deliveries')).body.items[0];
    expect(await delivery()).toMatchObject({ status: 'PENDING', attempts: 1, lastStatus: 503, type: 'webhook.test' });
    const { id } = await delivery();
    expect((await bench.post(`/v1/webhooks/flaky/deliveries/${id}/redeliver`)).body.code).toBe('delivery_pending');
    for (let attempt = 2; attempt <= MOST_ATTEMPTS; attempt += 1) {
      await due();
      await deliver();
    }
    expect(await delivery()).toMatchObject({ status: 'DEAD', attempts: MOST_ATTEMPTS, lastError: 'the receiver answered 503' });
    answer = () => ({ status: 200 });
    expect((await bench.post(`/v1/webhooks/flaky/deliveries/${id}/redeliver`)).status).toBe(202);
    await deliver();
    expect(await delivery()).toMatchObject({ status: 'DELIVERED', lastStatus: 200, lastError: null });
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('is delivered by another process when the one that claimed it died', async () => {
    await bench.post('/v1/webhooks', { name: 'crash', url: `${hook}/crash` });
    await bench.post('/v1/webhooks/crash/test');
    const repository = bench.resolve(WebhooksRepository);
    expect(await repository.claim(bench.fresh.db, 10, 60)).toHaveLength(1);
    expect([await deliver(), received.length]).toEqual([0, 0]);
    await due();
    expect([await deliver(), received.length]).toEqual([1, 1]);
  });

  it('follows no redirect and goes nowhere it must not', async () => {
    answer = () => ({ status: 302, headers: { location: `${hook}/elsewhere` } });
    await bench.post('/v1/webhooks', { name: 'moved', url: `${hook}/moved` });
    await bench.post('/v1/webhooks/moved/test');
    await deliver();
    expect(received.map(({ path }) => path)).toEqual(['/moved']);
    for (const url of ['http://example.com/', 'https://169.254.169.254/metadata', 'https://[fe80::1]/', 'nonsense']) {
      const { status, body } = await bench.post('/v1/webhooks', { name: 'evil', url });
      expect([url, status, body.errors[0].code]).toEqual([url, 422, 'webhook_target_not_allowed']);
    }
    // As if a policy had let it in before, or the name had resolved elsewhere.
    const strict = new DeliverWebhooks(bench.fresh.db, bench.resolve(WebhooksRepository), {});
    await sql`update webhook_endpoint set url = 'https://localhost.localdomain.invalid/'`.execute(bench.fresh.db);
    await due();
    await strict.execute();
    const [{ lastStatus, lastError }] = (await bench.get('/v1/webhooks/moved/deliveries')).body.items;
    expect([lastStatus, typeof lastError]).toEqual([null, 'string']);
    await strict.onModuleDestroy();
  });

  it('tells of conflicts that open and end, to those who want to know', async () => {
    await bench.post('/v1/webhooks', { name: 'conflicts', url: `${hook}/conflicts`, events: ['conflict.opened', 'conflict.resolved'] });
    await bench.post('/v1/webhooks', { name: 'others', url: `${hook}/others`, events: ['pool.threshold.breached'] });
    for (const name of ['a', 'b'])
      await bench.post('/v1/networks', { name, addressSpace: 's', kind: 'VIRTUAL_NETWORK', prefixes: ['10.50.0.0/16'] });
    await bench.post('/v1/links?force=true', { from: 'a', to: 'b', kind: 'PEERING' });
    await bench.delete('/v1/links/a--b--peering');
    await deliver();
    expect(types().sort()).toEqual(['conflict.opened', 'conflict.resolved']);
    expect(new Set(received.map(({ path }) => path))).toEqual(new Set(['/conflicts']));
  });

  it('is managed over GraphQL too', async () => {
    const query = async (text: string) => (await bench.post('/graphql', { query: text })).body;
    const made = await query(
      `mutation { createWebhook(input: { name: "g", url: "${hook}/g", events: ["webhook.test"] }) { __typename ... on Webhook { name secret } ... on ProblemInterface { code } } }`,
    );
    expect(made.data.createWebhook).toMatchObject({ __typename: 'Webhook', secret: expect.stringContaining('whsec_') });
    await query('mutation { testWebhook(webhook: "g") { __typename } }');
    await deliver();
    const shown = await query('{ webhook(name: "g") { secret deliveries { nodes { status type } } } }');
    expect(shown.data.webhook).toEqual({ secret: null, deliveries: { nodes: [{ status: 'DELIVERED', type: 'webhook.test' }] } });
    await aPool('gql', '10.60.0.0/24');
    const { id } = (await query('mutation { createThreshold(pool: "gql", input: { maxPercent: 70 }) { ... on PoolThreshold { id } } }'))
      .data.createThreshold;
    const update = (percent: number) =>
      query(
        `mutation { updateThreshold(pool: "gql", threshold: "${id}", input: { maxPercent: ${percent}, recoverPercent: 75 }) { __typename } }`,
      );
    expect([(await update(60)).data.updateThreshold, (await update(80)).data.updateThreshold]).toEqual([
      { __typename: 'RuleViolations' },
      { __typename: 'PoolThreshold' },
    ]);
    expect(
      (await query('{ pool(name: "gql") { thresholds { nodes { maxPercent recoverPercent state } } } }')).data.pool.thresholds.nodes,
    ).toEqual([{ maxPercent: 80, recoverPercent: 75, state: 'OK' }]);
  });

  it('goes out by itself where the service runs in the background, and stops with it', async () => {
    await bench.post('/v1/webhooks', { name: 'loop', url: `${hook}/loop` });
    await bench.post('/v1/webhooks/loop/test');
    const arrived = new Promise<void>((done) => {
      answer = () => (done(), { status: 204 });
    });
    const errors: unknown[] = [];
    const round = new BackgroundRound(bench.resolve(EvaluateThresholds), bench.resolve(DeliverWebhooks), {
      backgroundMs: 1,
      onError: (error) => errors.push(error),
    });
    round.onApplicationBootstrap();
    await arrived;
    await round.onModuleDestroy();
    expect(errors).toEqual([]);
  });
});

describe('the wait after a failure', () => {
  it('grows to hours and ends', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS }, (_, index) => retryAfter(index + 1, 0));
    expect(waits.slice(0, 4)).toEqual([5, 15, 45, 135]);
    expect(waits.at(-2)).toBe(21_600);
    expect(waits.at(-1)).toBeUndefined();
    expect(retryAfter(1, 1)).toBe(6.25);
  });
});
