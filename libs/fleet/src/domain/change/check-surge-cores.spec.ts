import { describe, expect, it } from 'vitest';
import type { CoreQuotas } from '../cores.js';
import type { PlannedWave } from '../waves.js';
import { readAzureCluster } from './azure-cluster.js';
import { sharedSurgeProblems } from './check-surge-cores.js';

/** Each has 3 nodes of 4 vCPUs. */
const target = (name: string, maxSurge: string, place = 's/westeurope') => {
  const [subscription, location] = place.split('/');
  const azure = readAzureCluster(`/subscriptions/${subscription}/resourceGroups/rg/providers/x/y/${name}`, {
    name,
    location,
    properties: {
      currentKubernetesVersion: '1.33.1',
      agentPoolProfiles: [{ name: 'system', count: 3, vmSize: 'Standard_D4s_v5', upgradeSettings: { maxSurge } }],
    },
  });
  return { name, azure, asked: {} };
};
const wave = (clusters: readonly string[], more: Partial<PlannedWave> = {}): PlannedWave => ({
  index: 0,
  name: 'all',
  clusters,
  soakSeconds: 0,
  approval: false,
  ...more,
});
const left = (free: number): CoreQuotas => ({
  families: new Map([['standarddsv5family', { used: 5, limit: 5 + free }]]),
  sizes: new Map([['standard_d4s_v5', { family: 'standarddsv5family', cores: 4 }]]),
});
const strategy = { maxConcurrency: 10, maxFailures: 0, failureMode: 'FAST' } as const;
const three = [target('a', '1'), target('b', '2'), target('c', '3')];
const judge = (free: number, change: object = {}, waves = [wave(['a', 'b', 'c'])], targets = three) =>
  sharedSurgeProblems(targets, { waves, strategy: { ...strategy, ...change } }, { cores: new Map([['s/westeurope', left(free)]]) });

describe('cores of clusters that are upgraded at the same time (QUO-08)', () => {
  it('are the surges of the largest that run at once, together', () => {
    expect(judge(24)).toEqual([]);
    expect(judge(23)).toMatchObject([
      {
        path: 'strategy.maxConcurrencyPerRegion',
        code: 'vcpu_quota_exceeded',
        rule: 'QUO-08',
        value: 24,
        conflictsWith: 23,
        message: expect.stringContaining('up to 3 clusters at a time in westeurope of subscription s'),
        suggestion: expect.stringContaining('maxConcurrencyPerRegion 2,'),
      },
    ]);
  });

  it.each`
    change                                            | free  | told
    ${{ maxConcurrency: 2 }}                          | ${20} | ${undefined}
    ${{ maxConcurrency: 2 }}                          | ${19} | ${20}
    ${{ maxConcurrency: '67%' }}                      | ${19} | ${20}
    ${{ maxConcurrencyPerRegion: 1 }}                 | ${12} | ${undefined}
    ${{ maxConcurrencyPerSubscription: 2 }}           | ${19} | ${20}
    ${{ failureMode: 'STRICT' }}                      | ${12} | ${undefined}
    ${{ failureMode: 'STRICT', maxFailures: 1 }}      | ${19} | ${20}
    ${{ failureMode: 'STRICT', maxFailures: '100%' }} | ${23} | ${24}
  `('with $change and $free left: $told', ({ change, free, told }) => {
    expect(judge(free, change).map(({ value }) => value)).toEqual(told === undefined ? [] : [told]);
  });

  it('are asked of each wave by itself, for waves follow each other', () => {
    expect(judge(20, {}, [wave(['a', 'b']), wave(['c'], { index: 1, name: 'rest' })])).toEqual([]);
    expect(judge(15, {}, [wave(['a', 'b']), wave(['c'], { index: 1, name: 'rest' })])).toEqual([]);
    expect(judge(11, {}, [wave(['a', 'b']), wave(['c'], { index: 1, name: 'rest' })]).map(({ message }) => message)).toEqual([
      expect.stringContaining("wave 'all'"),
    ]);
    expect(judge(11, { failureMode: 'STRICT', maxFailures: 2 }, [wave(['a', 'b'], { maxFailures: 0 })])).toEqual([]);
  });

  it('of another subscription or region are others', () => {
    const elsewhere = [target('a', '3'), target('b', '3', 't/westeurope'), target('c', '3', 's/northeurope')];
    expect(judge(12, {}, undefined, elsewhere)).toEqual([]);
  });

  it('of one that does not fit alone are told with that cluster', () => {
    expect(judge(3, {}, [wave(['a', 'c'])])).toEqual([]);
  });
});
