import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@podspan/platform';
import { dataFolder } from './boot-standalone.js';
import { tcpProxy, type TcpProxy } from './tcp-proxy.js';

/** The ipam service as it is deployed, a process of its own, on a PostgreSQL of its own; either may be killed and started again. */
export class IpamProcess {
  /** Where it answers now. */
  url = '';
  /** What the service logged of failures it did not expect. */
  readonly failures: string[] = [];
  #service: ChildProcess | undefined;

  private constructor(
    private readonly home: string,
    readonly token: string,
    private postgres: EmbeddedPostgres,
    private readonly proxy: TcpProxy,
  ) {}

  static async start(): Promise<IpamProcess> {
    const home = dataFolder();
    const token = 'kill-nine';
    const sha256 = createHash('sha256').update(token).digest('hex');
    writeFileSync(join(home, 'tokens.json'), JSON.stringify([{ name: 'crowd', sha256, role: 'admin' }]));
    const [postgres, proxy] = await Promise.all([startEmbeddedPostgres({ home }), tcpProxy()]);
    const ipam = new IpamProcess(home, token, postgres, proxy);
    proxy.target = Number(new URL(postgres.url).port);
    await ipam.startService();
    return ipam;
  }

  /** @throws Error when nothing was built, or with its output when it ends before it listens */
  async startService(): Promise<void> {
    const file = fileURLToPath(new URL('../../../ipam/dist/main.js', import.meta.url));
    if (!existsSync(file)) throw new Error(`${file} is missing: this test starts the built service; run "npm run build" first`);
    const database = new URL(this.postgres.url);
    database.port = String(this.proxy.port);
    const environment = {
      DATABASE_URL: database.href,
      API_TOKENS_FILE: join(this.home, 'tokens.json'),
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
    };
    const child = spawn(process.execPath, [file], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#service = child;
    child.stdout.on('data', (data: Buffer) => {
      const lines = data.toString().split('\n');
      this.failures.push(...lines.filter((line) => line.includes('unexpected failure')));
    });
    this.url = await addressOf(child);
  }

  async killService(): Promise<void> {
    const child = this.#service;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    child.kill('SIGKILL');
    await gone;
  }

  /** Power off and on: what was not committed is gone, what was is there. */
  async killPostgres(whileDown: () => Promise<void>): Promise<void> {
    this.proxy.target = undefined;
    process.kill(this.postgres.pid, 'SIGKILL');
    await whileDown();
    this.postgres = await startEmbeddedPostgres({ home: this.home });
    this.proxy.target = Number(new URL(this.postgres.url).port);
  }

  async end(): Promise<void> {
    await this.killService();
    await this.proxy.close();
    await this.postgres.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((found, failed) => {
    const look = (data: Buffer): void => {
      output += data.toString();
      const url = /"url":"(http:[^"]+)"[^\n]*"listening"/.exec(output)?.[1];
      if (url !== undefined) found(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('exit', (code) => failed(new Error(`the service ended with ${code}:\n${output}`)));
  });
}
