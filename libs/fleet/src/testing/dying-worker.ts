import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FleetBench } from './fleet-bench.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Worker processes run what was compiled, so that the processes under test are those that are deployed. */
export function buildWorker(): void {
  execFileSync(process.execPath, [`${root}node_modules/ts7/bin/tsc`, '-b', 'libs/fleet'], { cwd: root, stdio: 'inherit' });
}

export interface WorkerWishes {
  /** Without it the queue is in PostgreSQL. */
  readonly redisUrl?: string | undefined;
  /** It kills itself right after Azure accepted so many of its writes. */
  readonly dieAfterWrites?: number;
}

/** A worker in a process of its own. It says `ready` when it works. */
export function spawnWorker(bench: FleetBench, { redisUrl, dieAfterWrites = Number.MAX_SAFE_INTEGER }: WorkerWishes = {}): ChildProcess {
  const orders = {
    databaseUrl: bench.fresh.url,
    azureUrl: bench.azure.url,
    ipamUrl: bench.ipam.url,
    speed: bench.speed,
    dieAfterWrites,
    ...(redisUrl === undefined ? {} : { redisUrl }),
  };
  return spawn(process.execPath, [`${root}libs/fleet/dist/testing/worker.js`, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves with the signal that ended it. */
export function gone(worker: ChildProcess): Promise<string | null> {
  return new Promise((ended) => worker.once('exit', (_, signal) => ended(signal)));
}

/** A worker that is killed right after Azure accepted so many of its writes. Resolves with the signal. */
export function workAndDie(bench: FleetBench, dieAfterWrites: number): Promise<string | null> {
  return gone(spawnWorker(bench, { dieAfterWrites }));
}
