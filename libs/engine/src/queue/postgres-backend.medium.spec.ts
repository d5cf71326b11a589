import { freshDatabase, type FreshDatabase } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cutDatabase } from '../testing/cut-database.js';
import { until } from '../testing/until.js';
import type { Backend } from './backend.js';
import { postgresBackend } from './postgres-backend.js';

describe(postgresBackend, () => {
  let fresh: FreshDatabase<unknown>;
  let backend: Backend;
  beforeAll(async () => {
    fresh = await freshDatabase<unknown>({}, 'engine');
    backend = await postgresBackend(fresh.url);
  });
  afterAll(async () => {
    await backend.close();
    await fresh.destroy();
  });

  it('gives out nothing whose first contact failed, for BullMQ would spin on it and never try again', async () => {
    const restore = await cutDatabase(fresh, true);
    onTestFinished(restore);
    await expect(backend.worker('first', async () => undefined, 1)).rejects.toThrow(/not currently accepting connections|terminat/);
    await expect(backend.queue('first')).rejects.toThrow(/not currently accepting connections|terminat/);
    await restore();
    await (await backend.worker('first', async () => undefined, 1)).close();
  });

  it('asks a server that refuses a few times a second, and goes on when it is back', async () => {
    const rung: string[] = [];
    let errors = 0;
    const queue = await backend.queue('second');
    const worker = await backend.worker('second', async ({ id }) => void rung.push(id ?? ''), 4);
    worker.on('error', () => errors++);
    void worker.run();
    onTestFinished(() => Promise.all([worker.close(), queue.close()]).then(() => undefined));
    await queue.add('ring', { v: 1, kind: 'act', subject: 'a' }, { jobId: 'before' });
    await until('it rang', () => rung.length === 1);
    const restore = await cutDatabase(fresh, true);
    onTestFinished(restore);
    const [from, before] = [performance.now(), errors];
    await until('it has asked again', () => errors >= before + 10);
    const perSecond = ((errors - before) * 1000) / (performance.now() - from);
    await restore();
    await until('the queue takes it', async () => (await queue.add('ring', { v: 1, kind: 'act', subject: 'a' }, { jobId: 'after' })).id);
    await until('it rings again', () => rung.includes('after'));
    expect(perSecond).toBeLessThan(100);
  });
});
