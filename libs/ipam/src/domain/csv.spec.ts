import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLines, unguarded } from './csv.js';

describe('a line of CSV', () => {
  it.each([
    [['a', 1, null, undefined, true], 'a,1,,,true'],
    [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"'],
    [[['10.0.0.0/8', 'fd00::/8'], { env: 'prod', tier: '1' }], '10.0.0.0/8 fd00::/8,env=prod;tier=1'],
    [['\uFF1D1', '\uFF0B1', '\uFF201'], "'\uFF1D1,'\uFF0B1,'\uFF201"],
    [['=1+1', '+1 234', '-2', '-x', '@SUM(A1)', '\tx'], `'=1+1,'+1 234,-2,'-x,'@SUM(A1),'\tx`],
    [[{ a: { b: 1 } }, [{ a: 1 }]], '"{""a"":{""b"":1}}","{""a"":1}"'],
    [[['a b', 'c'], { 'a=b': '1;2' }], '"[""a b"",""c""]","{""a=b"":""1;2""}"'],
    [["'=1", "'x"], "''=1,'x"],
    [[' padded '], '" padded "'],
  ])('%j', (cells, text) => {
    expect(csvLines([cells])).toBe(`${text}\r\n`);
  });

  it('follows the one before, and nothing is nothing', () => {
    expect(csvLines([['a'], ['b', 1]])).toBe('a\r\nb,1\r\n');
    expect(csvLines([])).toBe('');
  });

  it('is read as it was written, whatever it holds', () => {
    const text = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ' ', 'a', '1', '.', '\uFF1D') });
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const records: string[][] = parse(csvLines(rows), { relax_column_count: true, record_delimiter: '\r\n' });
        expect(records.map((cells) => cells.map(unguarded))).toEqual(rows);
        for (const cell of records.flat()) expect(cell).not.toMatch(/^([=+@\t\r\uFF1D]|-(?!\d+(\.\d+)?$))/);
      }),
    );
  });
});
