#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { run } from './program.js';

const leave = new AbortController();
process.once('SIGINT', () => leave.abort());

// Whoever reads our output may stop reading: `podspan pool list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

async function confirm(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `, { signal: leave.signal })).trim());
  } finally {
    prompt.close();
  }
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  signal: leave.signal,
  now: () => new Date(),
  ...(process.stdin.isTTY ? { confirm } : {}),
});
