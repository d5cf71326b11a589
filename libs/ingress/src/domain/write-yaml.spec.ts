import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { canonical } from './canonical.js';
import { writeYaml } from './write-yaml.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'yes',
    'On',
    'y',
    'null',
    '~',
    '0o7',
    '1e3',
    '12:30',
    '0777',
    '- a',
    'a: b',
    '#',
    '*',
    'a #b',
    '2026-01-01',
    '<<',
    '=',
    'a\nb',
    '\u2028',
  ),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe(writeYaml, () => {
  it('is read back as it was by YAML 1.1 and 1.2, whatever the texts', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), json, { minKeys: 1 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('__proto__'));
        const yaml = writeYaml(value);
        expect(canonical(load(yaml))).toEqual(canonical(value));
        expect(canonical(parse(yaml, { version: '1.1', merge: false }))).toEqual(canonical(value));
      }),
      { numRuns: 300 },
    );
  });

  it('quotes what one reader of YAML 1.1 takes for a number without digits', () => {
    expect(writeYaml({ e0: 'E12' })).toBe('"e0": "E12"\n');
  });

  it('sorts keys and leaves out what is undefined', () => {
    expect(writeYaml({ b: [{ d: 1, c: undefined, a: [] }, 'x'], a: {} })).toBe('a: {}\nb:\n  - a: []\n    d: 1\n  - x\n');
  });
});
