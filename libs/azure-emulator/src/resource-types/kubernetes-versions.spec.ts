import { describe, expect, it } from 'vitest';
import { defaultKubernetesVersions as offered, resolveVersion, upgradesFrom } from './kubernetes-versions.js';

describe('Kubernetes versions', () => {
  it.each([
    [undefined, '1.34.3'],
    ['', '1.34.3'],
    ['1.33', '1.33.6'],
    ['1.33.5', '1.33.5'],
    ['1.9', undefined],
    ['2.0.0', undefined],
  ])('%s means %s', (asked, expected) => expect(resolveVersion(offered, asked)).toBe(expected));

  it('upgrades within a minor and to the next, never beyond', () => {
    expect(upgradesFrom(offered, '1.33.5').map(({ version }) => version)).toEqual(['1.33.6', '1.34.2', '1.34.3']);
  });
});
