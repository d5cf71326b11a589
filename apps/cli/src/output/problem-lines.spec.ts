import { describe, expect, it } from 'vitest';
import { problemLines } from './problem-lines.js';

describe(problemLines, () => {
  const found = (name: string) => ({
    path: 'pools.serviceCidr',
    code: 'service_cidr_overlaps_vnet',
    message: `${name}: they overlap`,
    value: '10.0.0.0/16',
  });

  it('tells those of one place by their words when nothing else differs', () => {
    expect(problemLines([found('a'), found('b'), found('c')])).toContain('a: they overlap (and 2 more: b: they overlap, c: they overlap)');
  });
});
