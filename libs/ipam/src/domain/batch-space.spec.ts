import { Cidr, type FitStrategy } from '@podspan/cidr';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chosen, leftOf, leftWithin } from '../testing/model/naive-ranges.js';
import { BatchSpace } from './batch-space.js';

/** Two touching ranges in an order that is not theirs, and one of the other family. */
const cidrs = ['10.0.1.0/26', '10.0.0.192/26', '2001:db8::/122'].map(Cidr.parse);

const place = (longest: number) =>
  fc.record({ offset: fc.nat(127), length: fc.integer({ min: 25, max: longest }) }).map(({ offset, length }) => {
    const first = Cidr.parse(`10.0.${offset < 64 ? 0 : 1}.${offset < 64 ? 192 + offset : offset - 64}/32`);
    return Cidr.around(first.firstAddress, length);
  });
const ranges = fc.array(place(31), { minLength: 1, maxLength: 3 });

const step = fc.record({
  exact: fc.option(place(32), { nil: undefined, freq: 3 }),
  isSix: fc.boolean(),
  length: fc.integer({ min: 26, max: 32 }),
  strategy: fc.constantFrom<FitStrategy>('FIRST_FIT', 'BEST_FIT', 'LAST_FIT'),
  within: fc.option(ranges, { nil: undefined }),
  avoid: fc.oneof(fc.constant([]), ranges),
});

it('gives what a naive list gives, one request after another, and leaves what that leaves', () => {
  fc.assert(
    fc.property(fc.array(place(30), { maxLength: 4 }), fc.array(step, { minLength: 1, maxLength: 12 }), (held, steps) => {
      const taken = [...held];
      const freeNow = () => cidrs.flatMap((range, position) => leftOf(range, taken).map((cidr) => ({ cidr, position })));
      const before = freeNow();
      const space = new BatchSpace(cidrs, before);
      for (const { exact, isSix, length, strategy, within, avoid } of steps) {
        const free = freeNow().map(({ cidr }) => cidr);
        if (exact) {
          const isFree = free.some((block) => block.contains(exact));
          expect(space.takeExactly(exact)).toBe(isFree);
          if (isFree) taken.push(exact);
          continue;
        }
        const family = isSix ? 6 : 4;
        const bits = isSix ? length + 96 : length;
        const open = free.filter((block) => block.family === family).flatMap((block) => leftWithin(block, within ?? cidrs, avoid));
        const expected = chosen(open, bits, strategy);
        expect(String(space.take(bits, strategy, { family, within, avoid }))).toBe(String(expected));
        if (expected) taken.push(expected);
      }
      const { gone, made } = space.change;
      const lost = new Set(gone.map(String));
      const text = (list: typeof before) => list.map(({ cidr, position }) => `${position} ${cidr}`).sort();
      expect(text([...before.filter(({ cidr }) => !lost.has(String(cidr))), ...made])).toEqual(text(freeNow()));
    }),
    { numRuns: 300 },
  );
});
