import { describe, expect, it } from 'vitest';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it.each([
    [['a', 1, null, undefined, true], 'a,1,,,true'],
    [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"'],
    [[['10.0.0.0/8', 'fd00::/8'], { env: 'prod', tier: '1' }], '10.0.0.0/8 fd00::/8,env=prod;tier=1'],
    [['=1+1', '+1 234', '-2', '-x', '@SUM(A1)', '\tx'], `'=1+1,'+1 234,-2,'-x,'@SUM(A1),'\tx`],
    [[{ a: { b: 1 } }, [{ a: 1 }]], '"{""a"":{""b"":1}}","{""a"":1}"'],
    [[['a b', 'c'], { 'a=b': '1;2' }], '"[""a b"",""c""]","{""a=b"":""1;2""}"'],
    [["'=1", "'x"], "''=1,'x"],
    [[' padded '], '" padded "'],
  ])('%j', (cells, text) => {
    expect(csvLine(cells)).toBe(`${text}\r\n`);
  });
});
