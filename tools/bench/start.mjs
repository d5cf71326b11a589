// From the command to /readyz 200: the first time (initdb, migrations) and warm.
import { rmSync } from 'node:fs';
import { memoryOf } from './processes.mjs';
import { dataFolder, freePort, start, untilReady } from './standalone-process.mjs';

export const title = 'Start';

export async function run({ rounds }) {
  const first = [];
  const warm = [];
  const idle = [];
  for (let round = 0; round < rounds; round++) {
    const home = dataFolder();
    first.push(await once(home));
    warm.push(await once(home, idle));
    rmSync(home, { recursive: true, force: true });
  }
  return [
    { name: 'start to ready, first time', unit: 's', values: first, limit: 12 },
    { name: 'start to ready, warm', unit: 's', values: warm, limit: 6 },
    { name: 'memory of all processes when ready', unit: 'MB', values: idle },
  ];
}

async function once(home, memory) {
  const port = await freePort();
  const started = performance.now();
  const { child, ended } = start('main', home, port);
  const ms = await untilReady(port, started, child);
  memory?.push(memoryOf(child.pid));
  child.kill('SIGTERM');
  await ended;
  return ms / 1000;
}
