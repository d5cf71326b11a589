import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { Strategy } from './rollout-request.js';
import { planWaves } from './waves.js';

const clusters = [
  aCluster({ name: 'a', region: 'westeurope' }),
  aCluster({ name: 'b', region: 'westeurope', tags: { ring: 'canary' } }),
  aCluster({ name: 'c', region: 'northeurope' }),
];
const plan = (waves: unknown) => planWaves(Strategy.parse({ waves }), clusters);
const codes = (waves: unknown) => plan(waves).problems.map(({ path, code }) => `${path} ${code}`);

describe(planWaves.name, () => {
  it('puts everything into one wave when none is given', () => {
    expect(planWaves(Strategy.parse({}), clusters).waves).toMatchObject([{ name: 'all', clusters: ['a', 'b', 'c'] }]);
  });

  it('puts clusters that no wave has into a last wave, so that nothing is left out', () => {
    const { waves, problems } = plan([{ name: 'canary', selector: { tags: { ring: 'canary' } } }]);
    expect(problems).toEqual([]);
    expect(waves).toMatchObject([
      { name: 'canary', clusters: ['b'] },
      { index: 1, name: 'rest', clusters: ['a', 'c'] },
    ]);
  });

  it('lets one wave without members take what is left, wherever it stands', () => {
    const { waves } = plan([{ name: 'most' }, { name: 'last', clusters: ['B'] }]);
    expect(waves).toMatchObject([
      { name: 'most', clusters: ['a', 'c'] },
      { name: 'last', clusters: ['b'] },
    ]);
  });

  it('turns percentages into numbers of the wave', () => {
    expect(plan([{ name: 'all', maxConcurrency: '50%', maxFailures: '50%' }]).waves[0]).toMatchObject({
      maxConcurrency: 1,
      maxFailures: 2,
    });
  });

  it.each([
    [
      'a cluster in two waves',
      [
        { name: 'x', clusters: ['a'] },
        { name: 'y', selector: { region: 'westeurope' } },
      ],
      ['strategy.waves[1] cluster_in_two_waves'],
    ],
    ['a selector that matches nothing', [{ name: 'x', selector: { region: 'eastus2' } }], ['strategy.waves[0].selector empty_selection']],
    ['a wave that names an unknown cluster', [{ name: 'x', clusters: ['a', 'nobody'] }], ['strategy.waves[0].clusters[1] unknown_cluster']],
    [
      'two waves of one name',
      [
        { name: 'x', clusters: ['a'] },
        { name: 'x', clusters: ['b'] },
      ],
      ['strategy.waves[1].name duplicate_name'],
    ],
    ['two waves that both take the rest', [{ name: 'x' }, { name: 'y' }], ['strategy.waves[1] ambiguous_wave']],
    [
      'a failure budget above the number of clusters',
      [{ name: 'x', clusters: ['a'], maxFailures: 2 }],
      ['strategy.waves[0].maxFailures budget_exceeds_count'],
    ],
  ])('refuses %s', (_what, waves, expected) => {
    expect(codes(waves)).toEqual(expected);
  });
});
