import type { Io } from '../io.js';

export interface TestIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  readonly leave: () => void;
}

/** An Io that keeps what is written. `terminal` makes standard output one, of that many columns. */
export function testIo(
  options: { env?: Record<string, string>; cwd?: string; terminal?: number; confirm?: boolean; stdin?: readonly string[] } = {},
): TestIo {
  const out: string[] = [];
  const err: string[] = [];
  const leave = new AbortController();
  const { env = {}, cwd = '/', terminal, confirm, stdin } = options;
  return {
    stdout: { write: (text) => out.push(text), ...(terminal === undefined ? {} : { isTTY: true, columns: terminal, rows: 40 }) },
    stderr: { write: (text) => err.push(text) },
    ...(stdin === undefined ? {} : { stdin: arriving(stdin) }),
    env,
    cwd,
    signal: leave.signal,
    now: () => new Date('2026-11-23T10:01:00.000Z'),
    ...(confirm === undefined ? {} : { confirm: async () => confirm }),
    out: () => out.join(''),
    err: () => err.join(''),
    leave: () => leave.abort(),
  };
}

async function* arriving(parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
