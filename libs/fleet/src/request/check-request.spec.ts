import { describe, expect, it } from 'vitest';
import { joined } from './check-request.js';

const at = (path: string, code: string, rule?: string) => ({
  path,
  code,
  message: `${path} ${code}`,
  ...(rule === undefined ? {} : { rule }),
});

describe('the problems of two services with one request', () => {
  it('are said once, ours first', () => {
    expect(joined([at('a', 'duplicate_name')], [at('b', 'x'), at('a', 'duplicate_name')])).toEqual([
      at('a', 'duplicate_name'),
      at('b', 'x'),
    ]);
  });

  it('are told with the rule rather than the shape', () => {
    expect(joined([at('pools[0].maxPods', 'too_big')], [at('pools[0].maxPods', 'max_pods_out_of_range', 'OV-13')])).toEqual([
      at('pools[0].maxPods', 'max_pods_out_of_range', 'OV-13'),
    ]);
  });

  it('are both told when they are two', () => {
    const both = [at('clusters[0].name', 'duplicate_name'), at('clusters[0].name', 'name_invalid', 'QUO-40')];
    expect(joined(both.slice(0, 1), both.slice(1))).toEqual(both);
    const alike = [
      { ...at('pools.podCidr', 'x'), message: 'one' },
      { ...at('pools.podCidr', 'x'), message: 'two' },
    ];
    expect(joined([], alike)).toEqual(alike);
  });

  it('are not the echo of a member that could not be read', () => {
    expect(
      joined([at('clusters[0].pools', 'invalid_type')], [at('clusters[0].pools[0].count', 'required'), at('clusters[0].name', 'x')]),
    ).toEqual([at('clusters[0].pools', 'invalid_type'), at('clusters[0].name', 'x')]);
  });
});
