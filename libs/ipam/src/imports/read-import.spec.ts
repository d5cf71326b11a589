import { DomainError } from '@podspan/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImportRow, rowOutcomes } from '../domain/imports/import-row.js';
import { readImport } from './read-import.js';
import { storable } from './stage.js';

interface Read {
  readonly rows: readonly ImportRow[];
  readonly codes: readonly string[];
}

/** The rows, or the codes of the one refusal a file may meet; any other error is the reader's fault. */
async function read(body: unknown, options: Parameters<typeof readImport>[1] = {}): Promise<Read> {
  const rows: ImportRow[] = [];
  try {
    const reading = readImport(body, options);
    for await (const row of reading.rows) rows.push(row);
    storable([rows, reading.remarks, reading.ignored()]);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { rows: [], codes: [error.code] };
  }
  for (const row of rows) {
    expect(row.at).not.toBe('');
    if (row.outcome === undefined) expect([row.kind === null, row.problems]).toEqual([false, []]);
    else expect([rowOutcomes.includes(row.outcome), row.problems.length > 0]).toEqual([true, true]);
    for (const problem of row.problems) expect([problem.path.startsWith(row.at), storable(problem).length < 6000]).toEqual([true, true]);
  }
  return { rows, codes: [] };
}

const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'DISCOVERED_RANGE',
      'ALLOCATION',
      'NETWORK',
      'pool',
      'LINK',
      '10.0.0.0/8',
      'fd00::/48',
      '10.0.0.1/24',
      'TEAM/a',
      'team/',
      'a=b;c',
      'true',
      '24',
      '0000-01-01T00:00:00Z',
      '2027-01-01T00:00:00Z',
      ' , ',
      '__proto__=x',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
const columns = fc.constantFrom(
  'kind',
  'name',
  'cidr',
  'cidrs',
  'Address Space',
  'owner',
  'purpose',
  'labels',
  'expiresAt',
  'routed',
  'minPrefixLength',
  'pool',
  'colour',
  '__proto__',
);

describe('a CSV of anything', () => {
  it('is rows or one refusal, never another error', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
          fc
            .array(
              fc.constantFrom(
                'kind',
                'cidr',
                ',',
                ';',
                '"',
                '""',
                '\n',
                '\r\n',
                '\t',
                '|',
                '10.0.0.0/8',
                ' ',
                '\uFEFF',
                '\u0000',
                '{',
                '[',
              ),
              { maxLength: 60 },
            )
            .map((parts) => Buffer.from(parts.join(''))),
        ),
        async (body) => {
          await read(body, { format: 'CSV' });
          await read(body);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has each of its lines in the report, in order and at its place', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .uniqueArray(columns, { minLength: 2, maxLength: 8 })
          .filter((names) => names.some((name) => name !== 'colour' && name !== '__proto__')),
        fc.array(fc.array(piece, { minLength: 1, maxLength: 9 }), { maxLength: 12 }),
        fc.constantFrom(',', ';', '\t', '|'),
        async (names, lines, separator) => {
          const quoted = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator);
          // A line of empty cells is an empty line; a line break inside a cell moves those behind it.
          const kept = lines
            .map((cells) => cells.map((cell) => cell.replace(/[\r\n]/g, ' ')))
            .filter((cells) => cells.some((cell) => cell.trim() !== ''));
          const { rows, codes } = await read(Buffer.from([names, ...kept].map(quoted).join('\n')), {
            format: 'CSV',
            kind: 'DISCOVERED_RANGE',
          });
          if (codes.length > 0) expect(codes).toEqual(['duplicate_column']);
          else expect(rows.map(({ at }) => at)).toEqual(kept.map((_, index) => `lines[${index + 2}]`));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      'a line longer than a line of a table',
      `kind,cidr\nDISCOVERED_RANGE,"${'x'.repeat(70_000)}"\nDISCOVERED_RANGE,10.0.0.0/8\n`,
      'line_too_long',
    ],
    ['a quote inside a cell', 'kind,cidr\nDISCOVERED_RANGE,10."0.0.0/8\nDISCOVERED_RANGE,10.0.0.0/8\n', 'invalid_quote'],
    ['a quote that is never closed', 'kind,cidr\nDISCOVERED_RANGE,10.0.0.0/8\nDISCOVERED_RANGE,"10.0.0.0/8\n', 'quote_not_closed'],
    ['an owner of no kind', 'kind,cidr,pool,owner,purpose\nALLOCATION,10.0.0.0/24,p,GNOME/a,x\n', 'unknown_owner_kind'],
    [
      'a year that no database knows',
      'kind,cidr,pool,owner,purpose,expiresAt\nALLOCATION,10.0.0.0/24,p,TEAM/a,x,0000-01-01T00:00:00Z\n',
      'invalid_format',
    ],
    ['a list of nothing', 'kind,network,cidrs\nPREFIX,hub,";,"\n', 'required'],
    ['a purpose too long', `kind,cidr,pool,owner,purpose\nALLOCATION,10.0.0.0/24,p,TEAM/a,${'x'.repeat(101)}\n`, 'too_big'],
  ])('tells %s as a row', async (_, text, code) => {
    const { rows } = await read(Buffer.from(text));
    expect(rows.flatMap(({ problems }) => problems.map((problem) => problem.code))).toEqual([code]);
  });

  it('reads what is behind lines that are too long or whose quote is open, thousands of lines away as well', async () => {
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => `DISCOVERED_RANGE,10.0.0.0/8,n${from + index}`);
    const lines = [
      'kind,cidr,name',
      ...rows(2, 3000),
      'DISCOVERED_RANGE,"10.0.0.0/8,open',
      ',,',
      ...rows(3004, 2000),
      `DISCOVERED_RANGE,"${'x'.repeat(70_000)}",long`,
      ...rows(5005, 3),
      'DISCOVERED_RANGE,"10.0.0.0/8,open',
    ];
    for (const newline of ['\n', '\r\n']) {
      const { rows: read_ } = await read(Buffer.from(lines.join(newline)));
      expect(read_.filter(({ problems }) => problems.length > 0).map(({ at, problems }) => [at, problems[0]?.code])).toEqual([
        ['lines[3002]', 'quote_not_closed'],
        ['lines[5004]', 'line_too_long'],
        ['lines[5008]', 'quote_not_closed'],
      ]);
      expect(read_).toHaveLength(5006);
      for (const { at, name } of read_.filter(({ problems }) => problems.length === 0)) expect(at).toBe(`lines[${name?.slice(1)}]`);
    }
  });

  it('tells of the line whose quote is open, and not of the one that closes it', async () => {
    const lines = [
      'kind,cidr,name',
      'DISCOVERED_RANGE,"10.0.0.0/8,a',
      'DISCOVERED_RANGE,10.0.0.0/8,b',
      '',
      'DISCOVERED_RANGE,"10.0.0.0/8",c',
      'x"y,z,z',
      'DISCOVERED_RANGE,10.0.0.0/8,d',
    ];
    const { rows } = await read(Buffer.from(lines.join('\n')));
    expect(rows.map(({ at, name, problems }) => [at, name ?? problems[0]?.code])).toEqual([
      ['lines[2]', 'quote_not_closed'],
      ['lines[3]', 'b'],
      ['lines[5]', 'c'],
      ['lines[6]', 'invalid_quote'],
      ['lines[7]', 'd'],
    ]);
  });

  it('says where it gave up on a file of open quotes', async () => {
    const { rows } = await read(Buffer.from(`kind,cidr\n${'DISCOVERED_RANGE,"x\n'.repeat(1500)}`));
    expect(rows).toHaveLength(1000);
    expect(rows.at(-1)?.problems[0]?.message).toContain('nothing from this line on was read');
  });

  it('of another encoding is refused with the line', async () => {
    expect(await read(Buffer.from('kind,name\nNETWORK,K\xf6ln\n', 'latin1'))).toEqual({ rows: [], codes: ['unsupported_encoding'] });
  });
});

const memberNames = fc.constantFrom(
  'id',
  'name',
  'type',
  'properties',
  'addressSpace',
  'addressPrefixes',
  'addressPrefix',
  'subnets',
  'virtualNetworkPeerings',
  'networkProfile',
  'podCidr',
  'podCidrs',
  'serviceCidr',
  'agentPoolProfiles',
  'vnetSubnetId',
  'networkPlugin',
  'remoteVirtualNetwork',
  'peeringState',
  'delegations',
  'value',
  'data',
  'rows',
  'columns',
  'resultTruncated',
  'toString',
  '__proto__',
  'nextLink',
);
const texts = fc.oneof(
  fc.constantFrom(
    '10.0.0.0/16',
    '10.0.0.1/16',
    'fd00::/64',
    '',
    'azure',
    'overlay',
    'none',
    'Connected',
    'Microsoft.Network/virtualNetworks',
    'microsoft.containerservice/managedclusters',
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n',
    '/subscriptions/////',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    texts,
    fc.constantFrom(null, true, 0, -1.5),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(memberNames, tie('json'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

describe('JSON of anything', () => {
  it('is rows or one refusal, and no resource of a list is without a row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(json, { maxLength: 5 }), async (items) => {
        for (const [body, prefix] of [
          [items, ''],
          [{ value: items }, 'value'],
          [{ data: items, count: items.length }, 'data'],
        ] as const) {
          const { rows } = await read(JSON.parse(JSON.stringify(body)));
          const places = items.map((_, index) => `${prefix}[${index}]`);
          expect(places.filter((place) => !rows.some(({ at }) => at === place || at.startsWith(`${place}.`)))).toEqual([]);
        }
        await read(Buffer.from(JSON.stringify(items.length === 1 ? items[0] : items)));
      }),
      { numRuns: 200 },
    );
  });

  it('as a table of Resource Graph loses no row, whatever its columns are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 4 }),
        fc.array(fc.oneof(fc.array(json, { maxLength: 4 }), json), { maxLength: 5 }),
        async (names, table) => {
          const { rows } = await read({ data: { columns: names, rows: table }, resultTruncated: { toString: 1 } });
          expect(table.filter((_, index) => !rows.some(({ at }) => at.startsWith(`data.rows[${index}]`)))).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of any depth and length is answered with little', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect((await read(Buffer.from(`[${deep}]`))).rows).toMatchObject([
      { at: '[0]', outcome: 'REFUSED', problems: [{ code: 'not_a_resource', value: 'a list' }] },
    ]);
    expect((await read([{ name: 'v', addressPrefixes: [JSON.parse(deep)] }])).rows).toMatchObject([
      { problems: [{ code: 'invalid_type', value: 'a list' }] },
    ]);
    const long = `/subscriptions/s/${'/'.repeat(500_000)}x`;
    expect(
      (await read([{ id: long, name: 'v', addressPrefixes: ['10.0.0.0/16'] }])).rows.map(({ problems }) => problems[0]?.code),
    ).toContain('too_big');
    expect(await read(Buffer.from('{"a":'))).toEqual({ rows: [], codes: ['malformed_json'] });
  });
});
