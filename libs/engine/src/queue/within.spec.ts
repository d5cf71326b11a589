import { describe, expect, it } from 'vitest';
import { within } from './within.js';

describe(within, () => {
  it('gives what the work gives, also its failure', async () => {
    expect(await within(1000, 'the work', Promise.resolve('done'))).toBe('done');
    await expect(within(1000, 'the work', Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('does not wait for what never settles, and says what it was', async () => {
    await expect(within(5, 'the answer', new Promise(() => undefined))).rejects.toThrow('the answer did not end within 5 ms');
  });
});
