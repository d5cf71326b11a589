import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Moment } from '../options.js';
import type { TestBench } from './test-bench.js';
import { fast } from './test-bench.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Worker processes run what was compiled, so that the processes under test are those that are deployed. */
export function buildWorker(): void {
  execFileSync(process.execPath, [`${root}node_modules/ts7/bin/tsc`, '-b', 'libs/engine'], { cwd: root, stdio: 'inherit' });
}

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Resolves when the process has printed the line. */
  said(line: string): Promise<void>;
  readonly gone: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export function startWorker(bench: TestBench, at?: Moment, signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): WorkerProcess {
  const orders = {
    databaseUrl: bench.fresh.url,
    schema: bench.fresh.schema,
    ...(bench.redis ? { redisUrl: bench.redis.url } : {}),
    azureUrl: bench.azure.url,
    tuning: fast,
    ...(at === undefined ? {} : { at, signal }),
  };
  const child = spawn(process.execPath, [`${root}libs/engine/dist/testing/worker.js`, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    waiting.get(line)?.();
  });
  return {
    child,
    said: (line) => (lines.includes(line) ? Promise.resolve() : new Promise((heard) => waiting.set(line, heard))),
    gone: new Promise((ended) => child.once('exit', (code, signalled) => ended({ code, signal: signalled }))),
  };
}
