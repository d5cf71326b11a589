import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostOverlapping, type JournalEntry } from './journal.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, type Send } from './testing/arm-http.js';

describe('the handles of the emulator', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
  });
  afterEach(() => emulator.close());

  it('tell how many operations ran at once, by subscription', async () => {
    for (const name of ['a', 'b']) await send('PUT', scene.cluster(name), clusterBody());
    emulator.clock.advance(anHour);
    await send('PUT', scene.cluster('c'), clusterBody());
    const { body } = await send(
      'GET',
      '/_emulator/journal?subscription=SUB-1&method=put&accepted=create&type=microsoft.containerservice/managedclusters',
    );
    const items = body['items'] as unknown as JournalEntry[];
    expect(items).toHaveLength(3);
    expect(items[0]?.endedAt).toBeDefined();
    expect(items[2]?.endedAt).toBeUndefined();
    expect(mostOverlapping(items)).toBe(2);
  });

  it('tell accepted writes from other requests', async () => {
    await send('PUT', scene.cluster('a'), clusterBody());
    await send('PUT', scene.cluster('a'), clusterBody());
    await send('GET', scene.cluster('a'));
    const path = { idPattern: '/managedClusters/a$' };
    expect(emulator.journal(path).map(({ status }) => status)).toEqual([201, 409, 200]);
    expect(emulator.journal({ ...path, accepted: true })).toMatchObject([{ accepted: 'create', method: 'PUT', status: 201 }]);
    expect(emulator.journal({ ...path, accepted: false, method: 'PUT' })).toMatchObject([{ code: 'OperationNotAllowed' }]);
    const last = emulator.journal().at(-1)?.sequence ?? 0;
    expect(emulator.journal({ after: last })).toEqual([]);
  });

  it('keep every accepted write when there are too many requests to keep', async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: 'manual', throttling: false, journalLimit: 10 });
    const call = armHttp(emulator);
    await call('PUT', scene.group('first'), { location: 'westeurope' });
    for (let count = 0; count < 40; count += 1) await call('GET', scene.group('first'));
    expect(emulator.journal().length).toBeLessThan(20);
    expect(emulator.journal({ accepted: true })).toMatchObject([{ sequence: 1 }]);
  });

  it('move the clock and change its speed', async () => {
    const before = emulator.clock.now();
    await send('POST', '/_emulator/clock', { advanceSeconds: 90 });
    expect(emulator.clock.now() - before).toBe(90_000);
    const changed = await send('POST', '/_emulator/clock', { mode: 'running', speed: 10 });
    expect(changed.body).toMatchObject({ mode: 'running', speed: 10 });
    expect((await send('POST', '/_emulator/clock', { speed: -1 })).status).toBe(400);
  });

  it('hold a resource for somebody else', async () => {
    await scene.put(scene.cluster('a'), clusterBody());
    expect((await send('POST', '/_emulator/operations', { id: scene.cluster('a'), seconds: 60 })).status).toBe(201);
    expect((await send('PUT', scene.cluster('a'), clusterBody())).status).toBe(409);
    expect((await send('POST', '/_emulator/operations', { id: scene.cluster('none'), seconds: 60 })).status).toBe(404);
  });

  it('forget everything', async () => {
    expect((await send('POST', '/_emulator/reset')).status).toBe(204);
    expect((await send('GET', scene.group('rg'))).status).toBe(404);
    expect(emulator.journal()).toHaveLength(1);
  });
});
