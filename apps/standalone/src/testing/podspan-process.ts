import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dataFolder } from './boot-standalone.js';
import { endDatabaseOf } from './end-database-of.js';

/** Podspan as a user starts it: a process of its own. */
export interface PodspanProcess {
  readonly pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** Waits until it has written this. @throws Error with its output when it ends first. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** To the process alone, as a crash or a supervisor does. */
  kill(signal: NodeJS.Signals): void;
  /** To the process and everything it started, as Ctrl-C in a terminal does. */
  interrupt(): void;
  /** Its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
}

/** Processes that share a data folder, one after the other. */
export interface PodspanProcesses {
  readonly home: string;
  start(script: 'main' | 'demo', environment?: Readonly<Record<string, string>>): PodspanProcess;
  /** Kills what still runs and removes the folder. */
  end(): Promise<void>;
}

export function podspanProcesses(): PodspanProcesses {
  const home = dataFolder();
  const started: PodspanProcess[] = [];
  return {
    home,
    start: (script, environment = {}) => {
      const podspan = startPodspan(script, { PODSPAN_HOME: home, PORT: '0', ...environment });
      started.push(podspan);
      return podspan;
    },
    end: async () => {
      for (const podspan of started) podspan.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      await endDatabaseOf(home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Variables of this test run that would change what the process does. */
const NOT_INHERITED = /^(PODSPAN_|DATABASE_URL|REDIS_URL|AZURE_|TEST_|VITEST|NODE_OPTIONS|HOST$|PORT$|API_TOKENS_FILE|OIDC_)/;

/** Starts `dist/main.js` or `dist/demo.js`. @throws Error when nothing was built */
function startPodspan(script: 'main' | 'demo', environment: Readonly<Record<string, string>>): PodspanProcess {
  const file = fileURLToPath(new URL(`../../dist/${script}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is missing: this test starts the built Podspan; run "npm run build" first`);
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  const child = spawn(process.execPath, [file], {
    env: { ...Object.fromEntries(inherited), LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  return watch(child);
}

function watch(child: ChildProcess): PodspanProcess {
  let output = '';
  const waiting = new Set<() => void>();
  const news = (data?: Buffer): void => {
    output += data?.toString() ?? '';
    for (const look of waiting) look();
  };
  child.stdout?.on('data', news);
  child.stderr?.on('data', news);
  const ended = once(child, 'close').then(([code]) => {
    news();
    return code as number | null;
  });
  let over = false;
  void ended.then(() => (over = true)).then(() => news());
  const pid = child.pid ?? 0;
  return {
    pid,
    output: () => output,
    wrote: (pattern) =>
      new Promise((found, failed) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null && !over) return;
          waiting.delete(look);
          if (match) found(match);
          else failed(new Error(`Podspan ended without writing ${pattern}:\n${output}`));
        };
        waiting.add(look);
        look();
      }),
    kill: (signal) => void child.kill(signal),
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    ended,
  };
}
