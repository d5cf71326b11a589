import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../program.js';
import { answer, contractServer, type ContractServer, problem, TOKEN } from '../testing/contract-server.js';
import { testIo, type TestIo } from '../testing/test-io.js';

const TABLE = 'kind,addressSpace,cidr\nDISCOVERED_RANGE,corp,10.0.0.0/24\n';
const REPORT = {
  id: '0190',
  status: 'APPLIED',
  format: 'CSV',
  counts: { total: 2, created: 1, updated: 0, unchanged: 0, skipped: 1, refused: 0 },
  remarks: [],
  ignored: [{ field: 'colour', at: 'lines[1]' }],
  rows: [
    { at: 'lines[2]', kind: 'DISCOVERED_RANGE', name: 'a', outcome: 'CREATED', problems: [] },
    {
      at: 'lines[3]',
      kind: 'DISCOVERED_RANGE',
      name: 'a',
      outcome: 'SKIPPED',
      problems: [{ message: 'the same range stands at lines[2]' }],
    },
  ],
};

let server: ContractServer;
let folder: string;
beforeEach(async () => {
  server = await contractServer();
  folder = mkdtempSync(join(tmpdir(), 'podspan-cli-'));
  writeFileSync(join(folder, 'ranges.csv'), TABLE);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function podspan(args: string, options: Parameters<typeof testIo>[0] = {}): Promise<TestIo & { code: number }> {
  const io = testIo({ cwd: folder, env: { PODSPAN_TOKEN: TOKEN }, ...options });
  return { ...io, code: await run([...args.split(' '), '--server', server.url], io) };
}

describe('podspan import', () => {
  it('sends the file as it is and shows what is remarkable', async () => {
    server.on('POST /v1/imports', answer(201, REPORT));
    const { code, out } = await podspan('import ranges.csv --on-error skip --address-space corp --kind discovered-range');
    expect([code, server.calls[0]?.body]).toEqual([0, { text: TABLE }]);
    expect(Object.fromEntries(server.calls[0]?.query ?? [])).toEqual({
      onError: 'skip',
      addressSpace: 'corp',
      kind: 'discovered-range',
      fileName: 'ranges.csv',
    });
    expect(out()).toContain('2 rows: 1 created, 0 updated, 0 unchanged, 1 skipped, 0 refused');
    expect(out()).toContain('ignored: colour (lines[1])');
    expect(out()).toMatch(/lines\[3\] +DISCOVERED_RANGE +a +SKIPPED +the same range stands at lines\[2\]/);
    expect(out()).not.toContain('CREATED');
  });

  it('ends a rehearsal as the import would end', async () => {
    server.on('POST /v1/imports?dryRun', answer(200, { ...REPORT, status: 'REHEARSED', counts: { ...REPORT.counts, refused: 1 } }));
    const refused = await podspan('import ranges.csv --dry-run');
    expect([refused.code, refused.out()]).toEqual([4, expect.stringContaining('1 refused')]);
    expect((await podspan('import ranges.csv --dry-run --on-error skip')).code).toBe(0);
  });

  it('reads standard input, in as many pieces as come, and rehearses', async () => {
    server.on('POST /v1/imports?dryRun', answer(200, { ...REPORT, status: 'REHEARSED' }));
    const { code, out } = await podspan('import - --dry-run --output json', { stdin: ['kind,ci', 'dr\nDISCOVERED_RANGE,10.0.0.0/24\n'] });
    expect([code, server.calls[0]?.body, server.calls[0]?.query.get('fileName')]).toEqual([
      0,
      { text: 'kind,cidr\nDISCOVERED_RANGE,10.0.0.0/24\n' },
      null,
    ]);
    expect(JSON.parse(out())).toMatchObject({ status: 'REHEARSED', counts: { total: 2 } });
  });

  it('ends with 4 when the file is refused, and says where every row is', async () => {
    const errors = [{ path: 'lines[2].cidr', code: 'host_bits_set', message: 'host bits', suggestion: '10.0.0.0/24' }];
    server.on(
      'POST /v1/imports',
      problem(422, 'import_refused', '1 row is wrong', { errors, rows: '/v1/imports/0190/rows?outcome=REFUSED' }),
    );
    const { code, err } = await podspan('import ranges.csv');
    expect(code).toBe(4);
    expect(err()).toContain('every row is under /v1/imports/0190/rows?outcome=REFUSED');
    expect(err()).toContain('lines[2].cidr');
  });

  it.each([
    ['a file that is not there', 'import nowhere.csv', 2],
    ['no file', 'import', 2],
    ['a file that is not UTF-8', 'import latin.csv', 2],
  ])('ends with the code for %s and sends nothing', async (_, args, expected) => {
    writeFileSync(join(folder, 'latin.csv'), Buffer.from('name\nK\u00f6ln\n', 'latin1'));
    expect((await podspan(args)).code).toBe(expected);
    expect(server.calls).toEqual([]);
  });

  it.each([
    [401, 'unauthenticated', 7],
    [403, 'forbidden', 7],
    [409, 'conflict', 5],
  ])('ends with the code of an answer %i', async (status, title, expected) => {
    server.on('POST /v1/imports', problem(status, title, title));
    expect((await podspan('import ranges.csv')).code).toBe(expected);
  });
});

describe('podspan discover', () => {
  it('asks for the subscriptions named and shows what became of each', async () => {
    const subscriptions = [
      { subscriptionId: 'one', status: 'SUCCEEDED', counts: { created: 3, updated: 1, unchanged: 7 }, error: null },
      { subscriptionId: 'two', status: 'FAILED', counts: null, error: { code: 'forbidden', message: 'no right to read' } },
    ];
    server.on('POST /v1/discoveries', answer(200, { id: '0191', status: 'PARTIAL', subscriptions }));
    const { code, out } = await podspan('discover --subscription one two --address-space corp');
    expect([code, server.calls[0]?.body]).toEqual([0, { subscriptions: ['one', 'two'], addressSpace: 'corp' }]);
    expect(out()).toMatch(/one +SUCCEEDED +3 +1 +7/);
    expect(out()).toMatch(/two +FAILED .+forbidden: no right to read/);
  });
});
