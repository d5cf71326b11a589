import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FleetBench } from './fleet-bench.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Worker processes run what was compiled, so that the processes under test are those that are deployed. */
export function buildWorker(): void {
  execFileSync(process.execPath, [`${root}node_modules/ts7/bin/tsc`, '-b', 'libs/fleet'], { cwd: root, stdio: 'inherit' });
}

/** A worker in a process of its own that is killed right after Azure accepted so many of its writes. Resolves with the signal. */
export function workAndDie(bench: FleetBench, dieAfterWrites: number): Promise<string | null> {
  const orders = { databaseUrl: bench.fresh.url, azureUrl: bench.azure.url, ipamUrl: bench.ipam.url, speed: bench.speed, dieAfterWrites };
  const child = spawn(process.execPath, [`${root}libs/fleet/dist/testing/worker.js`, JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((gone) => child.once('exit', (_, signal) => gone(signal)));
}
