import { Module } from '@nestjs/common';
import { bootTestService, testTokens } from '@podspan/platform/testing';
import { pino } from 'pino';
import request, { type Test } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAlarmQueue } from '../queue/alarm-queue.js';
import { backends, TestBench } from '../testing/test-bench.js';
import { queueBoard } from './queue-board.js';

@Module({})
class EmptyModule {}

describe.each(backends())('the queue board on %s', (backend) => {
  let bench: TestBench;
  let board: ReturnType<typeof queueBoard>;
  let service: Awaited<ReturnType<typeof bootTestService>>;
  const path = '/admin/queues/boarded';
  const jobs = `${path}/api/queues?activeQueue=podspan-boarded&page=1&jobsPerPage=10&status=delayed`;
  beforeAll(async () => {
    bench = await TestBench.open(backend);
    const options = { databaseUrl: bench.fresh.url, ...(bench.redis ? { redisUrl: bench.redis.url } : {}) };
    const queue = await openAlarmQueue(options, 'boarded', pino({ level: 'silent' }));
    await queue.add([{ id: '1', kind: 'poll', subject: 'run-1', fence: '3', delay_ms: 60_000 }]);
    await queue.close(false);
    board = queueBoard({ name: 'boarded', queue: options, logger: pino({ level: 'silent' }) });
    service = await bootTestService({
      name: 'boarded',
      module: EmptyModule,
      sdl: 'type Query { nothing: String }',
      extend: (http) => board.serve(http),
    });
  });
  afterAll(async () => {
    await service.close();
    await board.close();
    await bench.destroy();
  });
  const get = (url: string): Test => request(service.url).get(url);

  it('shows the alarms to an admin', async () => {
    const { body } = await get(jobs).set('authorization', `Bearer ${testTokens.admin}`).expect(200);
    expect(body.queues[0]).toMatchObject({ name: 'podspan-boarded', counts: { delayed: 1 }, readOnlyMode: true });
    expect(body.queues[0].jobs[0]).toMatchObject({ name: 'poll', data: { v: 1, kind: 'poll', subject: 'run-1' } });
  });

  it("takes the token as a browser's password, and asks for it", async () => {
    const { headers } = await get(path).expect(401);
    expect(headers['www-authenticate']).toMatch(/^Basic realm="podspan"/);
    const { text } = await get(path)
      .auth('anybody', testTokens.admin)
      .expect(200)
      .expect('content-security-policy', /default-src 'self'/);
    expect(text).toContain('<base href="/admin/queues/boarded/"');
    await get('/openapi.json').auth('anybody', testTokens.admin).expect(200);
    await get('/v1/anything').auth('anybody', testTokens.admin).expect(401);
  });

  it('is for admins only, and for looking only', async () => {
    await get(path).set('authorization', `Bearer ${testTokens.operator}`).expect(403);
    await request(service.url)
      .put(`${path}/api/queues/podspan-boarded/pause`)
      .set('authorization', `Bearer ${testTokens.admin}`)
      .expect(({ status }) => expect(status).toBeGreaterThanOrEqual(400));
    const { body } = await get(jobs).set('authorization', `Bearer ${testTokens.admin}`).expect(200);
    expect(body.queues[0]).toMatchObject({ isPaused: false, counts: { delayed: 1 } });
  });
});
