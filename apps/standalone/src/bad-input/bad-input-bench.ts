import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@podspan/cli';
import { loadConfig } from '@podspan/platform';
import { freePorts } from '../free-ports.js';
import { startStandalone, type Standalone } from '../start-standalone.js';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Everything that a request may write. */
const lists = [
  'address-spaces',
  'networks',
  'links',
  'meshes',
  'pools',
  'allocations',
  'rollouts',
  'clusters',
  'ingress-gateways',
  'audit-events',
  'conflicts',
];

export interface Refusal {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly value?: unknown;
  readonly conflictsWith?: unknown;
  readonly suggestion?: string;
  readonly rule?: string;
  readonly line?: number;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly errors?: readonly Refusal[] };
}

/** One Podspan with everything, and nothing but its public edges: the command line, REST, and Azure's own. */
export class BadInputBench {
  private constructor(
    private readonly standalone: Standalone,
    private readonly home: string,
  ) {}

  static async open(): Promise<BadInputBench> {
    const home = mkdtempSync(join(tmpdir(), 'podspan-bad-input-'));
    const [port = 0] = await freePorts(1);
    const config = loadConfig({}, { PODSPAN_HOME: home, PORT: port, AZURE_EMULATOR_SPEED: 2000, LOG_LEVEL: 'error' });
    return new BadInputBench(await startStandalone(config), home);
  }

  async close(): Promise<void> {
    await this.standalone.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Runs a command line in the folder of the fixtures. */
  async podspan(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await run(['--server', this.standalone.url, '--token', this.standalone.token, ...args], {
      stdout: { write: (text) => out.push(text) },
      stderr: { write: (text) => err.push(text) },
      env: {},
      cwd: here,
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    return { code, out: out.join(''), err: err.join('') };
  }

  /** What a command that is refused says as a document. */
  async refused(...args: readonly string[]): Promise<{ readonly code: number; readonly problems: readonly Refusal[] }> {
    const { code, out, err } = await this.podspan('--output', 'json', ...args);
    const { error } = JSON.parse(out === '' ? err : out) as { error: { problems: readonly Refusal[] } };
    return { code, problems: error.problems };
  }

  /** A file that holds the text. */
  file(text: string): string {
    const path = join(this.home, 'fleet.yaml');
    writeFileSync(path, text);
    return path;
  }

  async rest(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    return send(`${this.standalone.url}${path}`, method, this.standalone.token, body);
  }

  azure(method: string, path: string, body?: unknown): Promise<Answer> {
    return send(`${this.standalone.azure}${path}`, method, 'test', body);
  }

  /** Everything that stands in Podspan, and every write that Azure accepted. */
  async everything(): Promise<unknown> {
    const here = await Promise.all(
      lists.map(async (list) => [list, (await this.rest('GET', `/v1/${list}?limit=1000`)).body['items']] as const),
    );
    const journal = await this.azure('GET', '/_emulator/journal?accepted=true&limit=10000');
    return lasting({ here, azure: journal.body['items'] });
  }
}

async function send(url: string, method: string, token: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
}

/** What moves by itself: the age of what was seen, and when a write accepted long ago was done with. */
const fleeting = new Set(['checkedAt', 'ageSeconds', 'endedAt']);

function lasting(seen: unknown): unknown {
  return JSON.parse(JSON.stringify(seen, (key: string, value: unknown) => (fleeting.has(key) ? undefined : value)));
}

/** The text of a fixture. */
export function fixture(name: string): string {
  return readFileSync(join(here, name), 'utf8');
}

const mark = /[a-z0-9_]+(?: [A-Z]+-\d+)?/;
const marks = new RegExp(` # (${mark.source}(?:, ${mark.source})*)( \\(provisioning\\))?$`);

/** `line code rule` of every comment in a fixture that says what its line is refused with; `ipam`: as far as an address plan tells it. */
export function marksIn(name: string, by: 'ipam' | 'all' = 'all'): readonly string[] {
  return fixture(name)
    .split('\n')
    .flatMap((text, index) => {
      const [, list = '', elsewhere] = marks.exec(text) ?? [];
      return list === '' || (by === 'ipam' && elsewhere !== undefined) ? [] : list.split(', ').map((entry) => `${index + 1} ${entry}`);
    })
    .sort();
}

export function marksOf(problems: readonly Refusal[]): readonly string[] {
  return problems.map(({ line, code, rule }) => [line, code, rule].filter((part) => part !== undefined).join(' ')).sort();
}
