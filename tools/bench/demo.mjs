// The demo from its command to its end: 48 clusters planned, rolled out, given ingress.
import { rmSync } from 'node:fs';
import { watchMemory } from './processes.mjs';
import { dataFolder, freePort, start } from './standalone-process.mjs';

export const title = 'Demo';

export async function run({ rounds }) {
  const seconds = [];
  const peaks = [];
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    const home = dataFolder();
    const started = performance.now();
    const { child, ended, output } = start('demo', home, await freePort());
    const memory = watchMemory(child.pid);
    const code = await ended;
    seconds.push((performance.now() - started) / 1000);
    peaks.push(memory.stop());
    rmSync(home, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the demo ended with ${code}:\n${output().slice(-2000)}`);
  }
  return [
    { name: 'start to finished rollout of 48 clusters', unit: 's', values: seconds, limit: 45 },
    { name: 'peak memory of all processes', unit: 'MB', values: peaks, limit: 900 },
  ];
}
