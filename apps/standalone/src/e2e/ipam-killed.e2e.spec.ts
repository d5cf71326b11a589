import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { apiOf } from '../testing/api.js';
import { Crowd } from '../testing/crowd.js';
import { IpamProcess } from '../testing/ipam-process.js';

const CLIENTS = 64;
let ipam: IpamProcess;

beforeAll(async () => {
  ipam = await IpamProcess.start();
  const pools = Array.from({ length: 20 }, (_, index) => ({
    name: `p${index}`,
    addressSpace: 'lab',
    cidrs: [`10.${index}.0.0/16`],
    reuse: 'EXCLUSIVE',
  }));
  const hot = { name: 'hot', addressSpace: 'lab', cidrs: ['10.128.0.0/12'], reuse: 'EXCLUSIVE' };
  await apiOf(ipam.url, ipam.token)
    .post('/v1/topologies', { addressSpaces: [{ name: 'lab' }], pools: [...pools, hot] })
    .expect(200);
}, 60_000);
afterAll(() => ipam.end());

/** Nothing twice, nothing lost, every write answered as it was, and the database sound. */
async function judge(crowd: Crowd): Promise<void> {
  expect([ipam.failures.slice(0, 3), crowd.unexpected.slice(0, 3)]).toEqual([[], []]);
  const api = apiOf(ipam.url, ipam.token);
  const again = await Promise.all(
    crowd.written.map(async ({ path, body, key, ...first }) => ({ first, now: await crowd.ask(path, body, key) })),
  );
  const answersOtherwise = again.filter(
    ({ first, now }) => now.status !== first.status || !now.replayed || !isDeepStrictEqual(JSON.parse(now.text), JSON.parse(first.answer)),
  );
  expect(answersOtherwise.slice(0, 3)).toEqual([]);
  const held = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await api.get(`/v1/allocations?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`).expect(200);
    for (const { id, cidr, purpose } of body.items as { id: string; cidr: string; purpose: string }[])
      if (purpose === 'crowd') held.set(id, cidr);
    cursor = body.nextCursor as string | null;
  }
  expect(new Set(held.values()).size).toBe(held.size);
  for (const [id, cidr] of crowd.held) expect(held.get(id)).toBe(cidr);
  const { body: report } = await api.post('/v1/ipam/checks', {}).expect(200);
  expect(report.invariants.filter(({ broken }: { broken: number }) => broken > 0)).toEqual([]);
  total += crowd.held.size;
  expect(held.size).toBe(total);
}
let total = 0;

const wrote = (crowd: Crowd, count: number): Promise<void> =>
  vi.waitFor(() => expect(crowd.written.length).toBeGreaterThanOrEqual(count), { timeout: 60_000, interval: 10 });

describe(`${CLIENTS} clients that write at once`, () => {
  it('take from one pool while the service is killed and started again', async () => {
    const crowd = new Crowd(ipam);
    const running = crowd.run(CLIENTS, 6, ['hot']);
    await wrote(crowd, 100);
    await ipam.killService();
    await ipam.startService();
    await running;
    expect(crowd.lost).toBeGreaterThan(0);
    await judge(crowd);
  }, 120_000);

  it('take from twenty pools, batches in opposite order, while PostgreSQL is killed and started again', async () => {
    const crowd = new Crowd(ipam);
    const running = crowd.run(
      CLIENTS,
      8,
      Array.from({ length: 20 }, (_, index) => `p${index}`),
    );
    await wrote(crowd, 150);
    await ipam.killPostgres(() => vi.waitFor(() => expect(crowd.unavailable).toBeGreaterThan(0), { timeout: 30_000, interval: 10 }));
    await running;
    await judge(crowd);
  }, 120_000);
});
