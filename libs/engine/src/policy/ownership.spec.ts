import { describe, expect, it } from 'vitest';
import { RUN_TAG, SPEC_TAG, specHash, withOwnershipTags } from './ownership.js';

describe('the mark by which a later reader tells whose a resource is', () => {
  it('does not depend on the order of members, but on everything else', () => {
    expect(specHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(specHash({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(specHash({ a: [1, 2] })).not.toBe(specHash({ a: [2, 1] }));
    expect(specHash({ a: '1' })).not.toBe(specHash({ a: 1 }));
  });

  it('joins the tags that the feature wants', () => {
    const body = { location: 'x', tags: { team: 'net' } };
    const marked = withOwnershipTags(
      { method: 'PUT', resourceId: '/subscriptions/s/resourceGroups/g', apiVersion: '2025-04-01', body },
      'run',
    );
    expect(marked).toEqual({ location: 'x', tags: { team: 'net', [RUN_TAG]: 'run', [SPEC_TAG]: specHash(body) } });
  });

  it('is not put on what stays another’s', () => {
    const body = { location: 'x', tags: { [RUN_TAG]: 'theirs' } };
    const effect = {
      method: 'PUT',
      resourceId: '/subscriptions/s/resourceGroups/g',
      apiVersion: '2025-04-01',
      body,
      keepsTags: true,
    } as const;
    expect(withOwnershipTags(effect, 'ours')).toEqual(body);
  });
});
