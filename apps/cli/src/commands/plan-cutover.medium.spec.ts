import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../program.js';
import { answer, contractServer, TOKEN, type ContractServer } from '../testing/contract-server.js';
import { testIo } from '../testing/test-io.js';

describe('podspan ingress cutover', () => {
  let server: ContractServer;
  let folder: string;
  beforeAll(async () => {
    server = await contractServer();
    folder = mkdtempSync(join(tmpdir(), 'podspan-cutover-'));
    writeFileSync(join(folder, 'ingress.yaml'), '{"kind":"Ingress"}');
    server.on('POST /v1/ingress-cutovers', answer(200, { ready: true, steps: [], text: '# Cutover of west-01\n' }));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function cutover(...options: string[]) {
    const io = testIo();
    const file = join(folder, 'ingress.yaml');
    const code = await run(['--server', server.url, '--token', TOKEN, ...options, 'ingress', 'cutover', 'west-01', '-f', file], io);
    return { code, out: io.out() };
  }

  it('shows the plan to people, and the document to programs', async () => {
    expect(await cutover()).toEqual({ code: 0, out: '# Cutover of west-01\n' });
    expect(Object.fromEntries(server.calls.at(-1)?.query ?? [])).toMatchObject({ cluster: 'west-01', ttlSeconds: '3600', overlay: 'NONE' });
    const { out } = await cutover('--output', 'json');
    expect(JSON.parse(out)).toEqual({ ready: true, steps: [] });
  });
});
