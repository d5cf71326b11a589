import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { startEmulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody } from './testing/arm-http.js';

/** Everything two runs with one seed must agree on, whatever the order and the time of the requests. */
async function run(seed: number, names: readonly string[]): Promise<JsonObject[]> {
  const emulator = await startEmulator({ clock: 'manual', throttling: false, seed, startAt: names.length * 1e12 });
  const send = armHttp(emulator);
  const scene = armScene(emulator, send);
  await scene.ground();
  for (const name of names) {
    await send('PUT', scene.cluster(name), clusterBody({ properties: { oidcIssuerProfile: { enabled: true } } }));
    await send('PUT', scene.identity(`id-${name}`), { location: 'westeurope' });
  }
  const started = new Map(names.map((name) => [name, emulator.clock.now()]));
  emulator.clock.advance(anHour);
  const seen = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const [entry] = emulator.journal({ accepted: 'create', idPattern: `/managedClusters/${name}$` });
      const cluster = await send('GET', scene.cluster(name));
      const identity = await send('GET', scene.identity(`id-${name}`));
      const lasted = Date.parse(entry?.endedAt ?? '') - (started.get(name) ?? 0);
      return { cluster: cluster.body, identity: identity.body, lasted, operation: entry?.operationId ?? '' };
    }),
  );
  await emulator.close();
  return seen;
}

describe('the seed', () => {
  it('decides ids, names, eTags and durations, not the order or the time of the requests', async () => {
    const first = await run(7, ['one', 'two']);
    expect(await run(7, ['two', 'one', 'three'])).toEqual(first);
    expect(await run(8, ['one', 'two'])).not.toEqual(first);
  });
});
