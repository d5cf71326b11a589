import { describe, expect, it } from 'vitest';
import { aCluster } from '../builders.js';
import type { ClusterSpec } from '../cluster-spec.js';
import type { CoreQuotas } from '../cores.js';
import { createCoreProblems } from './check-cores.js';

const subscriptionId = '11111111-1111-4111-8111-111111111111';
const place = `${subscriptionId}/westeurope`;
/** 4 vCPUs a node of either family. */
const quota = (left: { d: number; e?: number; all?: number }): CoreQuotas => ({
  families: new Map([
    ['cores', { used: 10, limit: 10 + (left.all ?? 1_000) }],
    ['standarddsv5family', { used: 10, limit: 10 + left.d }],
    ['standardesv5family', { used: 0, limit: left.e ?? 1_000 }],
  ]),
  sizes: new Map([
    ['standard_d4s_v5', { family: 'standarddsv5family', cores: 4 }],
    ['standard_e4s_v5', { family: 'standardesv5family', cores: 4 }],
  ]),
});
const pool = (change: Partial<ClusterSpec['nodePools'][number]> = {}): ClusterSpec['nodePools'][number] => ({
  name: 'system',
  mode: 'SYSTEM',
  vmSize: 'Standard_D4s_v5',
  count: 3,
  ...change,
});
const clusters = (...changes: Partial<ClusterSpec>[]) =>
  changes.map((change, index) => ({ index, spec: aCluster({ name: `c${index}`, nodePools: [pool()], ...change }) }));
const judge = (asked: ReturnType<typeof clusters>, quotas: CoreQuotas, planned: ClusterSpec[] = []) =>
  createCoreProblems(asked, planned, new Map([[place, quotas]]));

describe('cores for new clusters (QUO-08)', () => {
  it('that are enough to the last one are no problem', () => {
    expect(judge(clusters({}, {}), quota({ d: 24 }))).toEqual([]);
  });

  it('are summed over the clusters of a place, and the first that no longer fits is named', () => {
    expect(judge(clusters({}, {}, {}), quota({ d: 24 }))).toMatchObject([
      {
        path: 'clusters[2].nodePools',
        code: 'vcpu_quota_exceeded',
        rule: 'QUO-08',
        value: 36,
        conflictsWith: 24,
        message: expect.stringMatching(/3 clusters .* need 36 vCPUs of standarddsv5family in westeurope .* has 24 left; from 'c2' on/),
      },
    ]);
  });

  it('count by family, and in all', () => {
    const mixed = clusters({ nodePools: [pool(), pool({ name: 'work', mode: 'USER', vmSize: 'standard_e4s_V5', count: 5 })] });
    expect(judge(mixed, quota({ d: 12, e: 20, all: 32 }))).toEqual([]);
    expect(judge(mixed, quota({ d: 12, e: 19, all: 31 })).map(({ value, conflictsWith }) => [value, conflictsWith])).toEqual([
      [32, 31],
      [20, 19],
    ]);
  });

  it('count what a pool starts with: of an autoscaled one its least, of a system pool one at least', () => {
    const autoscaled = { vmSize: 'Standard_D4s_v5', minCount: 0, maxCount: 100 };
    const nodePools = [
      { name: 'system', mode: 'SYSTEM' as const, ...autoscaled },
      { name: 'work', mode: 'USER' as const, ...autoscaled },
    ];
    expect(judge(clusters({ nodePools }), quota({ d: 4 }))).toEqual([]);
    expect(judge(clusters({ nodePools }), quota({ d: 3 }))).toMatchObject([{ value: 4, conflictsWith: 3 }]);
  });

  it('are also for clusters of other rollouts that Azure does not count yet', () => {
    const other = (region: string) => aCluster({ name: 'other', region, nodePools: [pool()] });
    expect(judge(clusters({}), quota({ d: 23 }), [other('northeurope')])).toEqual([]);
    expect(judge(clusters({}), quota({ d: 23 }), [other('WestEurope')])).toMatchObject([{ value: 12, conflictsWith: 11 }]);
  });

  it('are not judged where Azure tells nothing: of the place, of the size, of the family', () => {
    expect(judge(clusters({ region: 'northeurope' }), quota({ d: 0 }))).toEqual([]);
    expect(judge(clusters({ nodePools: [pool({ vmSize: 'Standard_ND96' })] }), quota({ d: 0 }))).toEqual([]);
    expect(judge(clusters({}), { ...quota({ d: 0 }), families: new Map() })).toEqual([]);
  });
});
