import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../free-ports.js';
import { podspanProcesses, type PodspanProcesses } from '../testing/podspan-process.js';

describe('a mistake at the start', () => {
  let podspan: PodspanProcesses;
  let dead: number;
  let noFolder: string;
  beforeAll(async () => {
    podspan = podspanProcesses();
    // Nobody speaks PostgreSQL, Redis or anything else there.
    [dead = 0] = await freePorts(1);
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
