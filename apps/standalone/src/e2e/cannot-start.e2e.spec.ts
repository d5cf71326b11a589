import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podspanProcesses, type PodspanProcesses } from '../testing/podspan-process.js';

/** A port where nobody speaks PostgreSQL, Redis or anything else. */
async function deadPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

describe('a mistake at the start', () => {
  let podspan: PodspanProcesses;
  let dead: number;
  let noFolder: string;
  beforeAll(async () => {
    podspan = podspanProcesses();
    dead = await deadPort();
    noFolder = join(podspan.home, 'file');
    writeFileSync(noFolder, '');
  });
  afterAll(() => podspan.end());

  it.each([
    ['PODSPAN_HOME', () => ({ PODSPAN_HOME: noFolder }), /^cannot start: .*file.* PODSPAN_HOME must be a folder .*\n$/],
    [
      'DATABASE_URL',
      () => ({ DATABASE_URL: `postgresql://me:hidden@127.0.0.1:${dead}/podspan` }),
      /^cannot start: .* correct DATABASE_URL\n$/,
    ],
    ['REDIS_URL', () => ({ REDIS_URL: `redis://me:hidden@127.0.0.1:${dead}` }), /^The configuration is invalid:\n- REDIS_URL: .*\n$/],
  ])('in %s is said in words, and ends the process with 1', async (_, settings, words) => {
    const started = podspan.start('main', settings());
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(words);
    expect(started.output()).not.toMatch(/hidden/);
  });
});
