import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BadConfiguration, loadConfig } from './config.js';
import { serviceTokenOf } from './sign-in.js';

const folder = mkdtempSync(join(tmpdir(), 'podspan-sign-in-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tokenFrom(name: string, text?: string): string | undefined {
  const file = join(folder, name);
  if (text !== undefined) writeFileSync(file, text);
  return serviceTokenOf(loadConfig({ SERVICE_TOKEN_FILE: file }));
}

describe(serviceTokenOf, () => {
  it('reads the token of its file', () => {
    expect(tokenFrom('token', 'secret\n')).toBe('secret');
  });

  it('refuses a file that is not there or holds nothing, by the name of the variable', () => {
    expect(() => tokenFrom('missing')).toThrow(BadConfiguration);
    expect(() => tokenFrom('missing')).toThrow(/- SERVICE_TOKEN_FILE: ENOENT/);
    expect(() => tokenFrom('empty', '\n')).toThrow(/- SERVICE_TOKEN_FILE: .*empty is empty$/);
  });
});
