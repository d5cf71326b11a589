import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { armHttp, armScene, clusterBody } from './testing/arm-http.js';

describe('the state file', () => {
  let folder: string;
  let stateFile: string;
  let running: Emulator[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'emulator-'));
    stateFile = join(folder, 'deep', 'state.json');
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((emulator) => emulator.close()));
    await rm(folder, { recursive: true });
  });

  const start = async (file = stateFile): Promise<Emulator> => {
    const emulator = await startEmulator({ clock: 'manual', throttling: false, stateFile: file });
    running.push(emulator);
    return emulator;
  };
  const stop = async (emulator: Emulator): Promise<void> => {
    running = running.filter((other) => other !== emulator);
    await emulator.close();
  };

  it('brings back resources, addresses in use and running operations, which end when they would have', async () => {
    const first = await start();
    const scene = armScene(first, armHttp(first));
    await scene.ground();
    const created = await armHttp(first)('PUT', scene.cluster('one'), clusterBody({ subnetId: scene.subnet('nodes') }));
    first.clock.advance(100);
    await stop(first);

    const second = await start();
    const send = armHttp(second);
    const status = new URL(created.headers.get('azure-asyncoperation') ?? '');
    const poll = () => send('GET', `${status.pathname}${status.search}`);
    expect((await poll()).body['status']).toBe('InProgress');
    expect((await send('PUT', scene.cluster('one'), clusterBody())).status).toBe(409);
    second.clock.advance(100);
    expect((await poll()).body['status']).toBe('InProgress');
    second.clock.advance(340);
    expect((await poll()).body['status']).toBe('Succeeded');
    expect(at((await send('GET', scene.cluster('one'))).body, 'properties', 'fqdn')).toBeTruthy();
    expect((await send('GET', `${scene.network}/usages`)).body['value']).toMatchObject([{ currentValue: 3 }]);
  });

  it('is written while the emulator runs, so that a killed one has lost little', async () => {
    const emulator = await start();
    const scene = armScene(emulator, armHttp(emulator));
    await scene.ground();
    await vi.waitFor(async () => expect(await readFile(stateFile, 'utf8')).toContain('10.240.0.0/24'), { timeout: 5000, interval: 20 });
    const copy = join(folder, 'copy.json');
    await writeFile(copy, await readFile(stateFile));
    const other = await start(copy);
    expect((await armHttp(other)('GET', scene.subnet('nodes'))).status).toBe(200);
  });

  it('is refused when it is not ours', async () => {
    await writeFile(join(folder, 'bad.json'), '{"version":99}');
    await expect(startEmulator({ stateFile: join(folder, 'bad.json') })).rejects.toThrow(/bad\.json/);
  });
});
