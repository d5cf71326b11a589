import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readLeniently, withoutEchoes } from './read-leniently.js';
import { CidrText } from './schemas.js';

const Thing = z.strictObject({
  name: z.string(),
  size: z.number().optional(),
  ranges: z.array(CidrText).optional(),
  parts: z.array(z.strictObject({ id: z.string(), weight: z.number().optional() })).optional(),
});
const thing = { name: 'a', size: 1, ranges: ['10.0.0.0/8'], parts: [{ id: 'x', weight: 1 }] };

describe('a lenient reading', () => {
  it('of a sound value is the value', () => {
    expect(readLeniently(Thing, thing)).toEqual({ value: thing, problems: [] });
  });

  it('leaves out what is wrong or unknown, and tells it with its path', () => {
    const { value, problems } = readLeniently(
      Thing,
      { ...thing, size: 'large', colour: 'red', parts: [{ id: 'x', weight: 'heavy' }] },
      'things[3]',
    );
    expect(value).toEqual({ name: 'a', ranges: ['10.0.0.0/8'], parts: [{ id: 'x' }] });
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['things[3].size', 'invalid_type'],
      ['things[3].parts[0].weight', 'invalid_type'],
      ['things[3].colour', 'unknown_field'],
    ]);
  });

  it('takes what a problem suggests, so that later entries keep their indexes', () => {
    const { value, problems } = readLeniently(Thing, { ...thing, ranges: ['10.1.0.0/8', '11.0.0.0/8'] });
    expect(value?.ranges).toEqual(['10.0.0.0/8', '11.0.0.0/8']);
    expect(problems).toMatchObject([{ path: 'ranges[0]', code: 'host_bits_set' }]);
  });

  it.each([[{ ...thing, name: 7 }], [{ ...thing, parts: [7] }], [7], [undefined]])('of %o is nothing', (value) => {
    const reading = readLeniently(Thing, value);
    expect(reading.value).toBeUndefined();
    expect(reading.problems.length).toBeGreaterThan(0);
  });

  it('does not change what it was given', () => {
    const given = { ...thing, colour: 'red' };
    readLeniently(Thing, given);
    expect(given.colour).toBe('red');
  });
});

describe('echoes', () => {
  const at = (path: string) => ({ path, code: 'x', message: 'x' });

  it('are problems at a member that was left out, below it, or at the entry that holds it', () => {
    const found = ['things[3].size', 'things[3].size.unit', 'things[3]', 'things[30]', 'things[3].name', 'things'].map(at);
    expect(withoutEchoes(found, [at('things[3].size')]).map(({ path }) => path)).toEqual(['things[30]', 'things[3].name', 'things']);
  });

  it('are told apart in the time it takes to read them, however many there are', () => {
    const many = (member: string) => Array.from({ length: 20_000 }, (_, index) => at(`things[${index}].${member}`));
    const started = process.cpuUsage();
    expect(withoutEchoes([...many('size'), ...many('name')], [...many('size'), ...many('colour')])).toHaveLength(20_000);
    // Each compared with each took half a minute.
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(3);
  });
});
