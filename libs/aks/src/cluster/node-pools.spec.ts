import { describe, expect, it } from 'vitest';
import { aPool } from '../cluster.fixture.js';
import { checkNodePool, checkNodePools, explicitMaxSurge } from '../index.js';

describe('one node pool', () => {
  it.each`
    pool                                                              | path          | code                           | rule        | because
    ${{ count: undefined }}                                           | ${'count'}    | ${'node_count_ambiguous'}      | ${'QUO-04'} | ${'no count at all'}
    ${{ count: 3, maxCount: 5, minCount: 1 }}                         | ${'count'}    | ${'node_count_ambiguous'}      | ${'QUO-04'} | ${'both kinds of count'}
    ${{ count: undefined, maxCount: 5 }}                              | ${'count'}    | ${'node_count_ambiguous'}      | ${'QUO-04'} | ${'half an autoscaler'}
    ${{ count: 0 }}                                                   | ${'count'}    | ${'node_count_out_of_range'}   | ${'QUO-04'} | ${'a system pool without nodes'}
    ${{ count: 2.5 }}                                                 | ${'count'}    | ${'node_count_out_of_range'}   | ${'QUO-04'} | ${'half a node'}
    ${{ count: 1001 }}                                                | ${'count'}    | ${'node_count_out_of_range'}   | ${'QUO-04'} | ${'more than a pool holds'}
    ${{ count: undefined, minCount: 0, maxCount: 3 }}                 | ${'minCount'} | ${'node_count_out_of_range'}   | ${'QUO-04'} | ${'a system pool that may vanish'}
    ${{ count: undefined, minCount: 6, maxCount: 5 }}                 | ${'minCount'} | ${'node_count_out_of_range'}   | ${'QUO-04'} | ${'minimum above maximum'}
    ${{ maxPods: 9 }}                                                 | ${'maxPods'}  | ${'max_pods_out_of_range'}     | ${'OV-13'}  | ${'below the minimum'}
    ${{ maxPods: 30.5 }}                                              | ${'maxPods'}  | ${'max_pods_out_of_range'}     | ${'OV-13'}  | ${'half a pod'}
    ${{ count: undefined, minCount: 1, maxCount: 9, maxPods: 20 }}    | ${'maxPods'}  | ${'pool_below_30_pods'}        | ${'OV-14'}  | ${'an autoscaled pool starts small'}
    ${{ maxSurge: '101%' }}                                           | ${'maxSurge'} | ${'max_surge_invalid'}         | ${'SN-20'}  | ${'more than everything'}
    ${{ maxSurge: '-1' }}                                             | ${'maxSurge'} | ${'max_surge_invalid'}         | ${'SN-20'}  | ${'a negative surge'}
    ${{ maxSurge: 1.5 }}                                              | ${'maxSurge'} | ${'max_surge_invalid'}         | ${'SN-20'}  | ${'half a surge node'}
    ${{ mode: 'USER', maxSurge: 0 }}                                  | ${'maxSurge'} | ${'max_surge_invalid'}         | ${'SN-22'}  | ${'no surge and none unavailable'}
    ${{ mode: 'SYSTEM', maxSurge: '0%', maxUnavailable: 1 }}          | ${'maxSurge'} | ${'max_surge_invalid'}         | ${'SN-22'}  | ${'a system pool needs surge'}
    ${{ count: 910, maxSurge: '10%' }}                                | ${'count'}    | ${'pool_too_large_to_upgrade'} | ${'SN-23'}  | ${'910 and 91 are 1,001'}
    ${{ count: undefined, minCount: 3, maxCount: 1000, maxSurge: 1 }} | ${'maxCount'} | ${'pool_too_large_to_upgrade'} | ${'SN-23'}  | ${'the largest size counts'}
    ${{ vmSize: 'Standard_DC4s_v2' }}                                 | ${'vmSize'}   | ${'vm_size_unsupported'}       | ${'OV-112'} | ${'a size overlay does not run on'}
  `('is refused for $because ($rule)', ({ pool, path, code, rule }) => {
    expect(checkNodePool(aPool(pool)).problems).toMatchObject([{ path, code, rule }]);
  });

  it.each`
    pool                                                                         | because
    ${{ mode: 'USER', count: 0 }}                                                | ${'a user pool may be empty'}
    ${{ mode: 'USER', maxSurge: 0, maxUnavailable: 1 }}                          | ${'a user pool may upgrade in place (SN-22)'}
    ${{ count: 909, maxSurge: '10%' }}                                           | ${'909 and 91 are 1,000 (SN-23)'}
    ${{ count: undefined, minCount: 1, maxCount: 5, maxPods: 30 }}               | ${'thirty pods on the first node (OV-14)'}
    ${{ mode: 'USER', count: undefined, minCount: 0, maxCount: 5, maxPods: 10 }} | ${'a pool of none is not judged (OV-14)'}
  `('is accepted: $because', ({ pool }) => {
    expect(checkNodePool(aPool(pool)).problems).toEqual([]);
  });

  it('warns about many pods on a Windows node and accepts them (OV-17)', () => {
    const pool = aPool({ name: 'win', mode: 'USER', osType: 'WINDOWS' });
    expect(checkNodePool(pool)).toMatchObject({
      problems: [],
      warnings: [{ path: 'maxPods', code: 'windows_max_pods_high', rule: 'OV-17', value: 250, conflictsWith: 110 }],
    });
    expect(checkNodePool({ ...pool, maxPods: 110 }).warnings).toEqual([]);
  });

  it('gets an explicit surge of one node or 10 %, the larger, when it names none (C-02)', () => {
    expect(explicitMaxSurge({ count: 3 })).toBe('1');
    expect(explicitMaxSurge({ minCount: 1, maxCount: 45 })).toBe('5');
    expect(explicitMaxSurge({ count: 0 })).toBe('1');
    expect(explicitMaxSurge({ count: 3, maxSurge: '33%' })).toBe('33%');
  });
});

describe('the pools of a cluster', () => {
  it('are 1 to 100 (QUO-05)', () => {
    const many = Array.from({ length: 101 }, (_, index) => aPool({ name: `p${index}` }));
    expect(checkNodePools(many).problems).toMatchObject([
      { path: 'nodePools', code: 'pool_count_out_of_range', rule: 'QUO-05', value: 101 },
    ]);
    expect(checkNodePools([]).problems).toMatchObject([{ code: 'pool_count_out_of_range', value: 0 }]);
  });

  it('have names of their own', () => {
    expect(checkNodePools([aPool(), aPool({ mode: 'USER' })]).problems).toMatchObject([
      { path: 'nodePools[1].name', code: 'duplicate_name', value: 'system', conflictsWith: 'nodePools[0].name' },
    ]);
  });

  it('include a Linux pool of mode SYSTEM', () => {
    expect(checkNodePools([aPool({ mode: 'USER' })]).problems).toMatchObject([{ path: 'nodePools', code: 'system_pool_missing' }]);
    expect(checkNodePools([aPool({ osType: 'WINDOWS', name: 'win', maxPods: 100 })]).problems).toMatchObject([
      { path: 'nodePools[0].osType', code: 'system_pool_not_linux', suggestion: 'LINUX' },
    ]);
  });

  it('report every problem of every pool at once', () => {
    const { problems } = checkNodePools([aPool({ maxPods: 251, maxSurge: 'x' }), aPool({ name: 'Bad_1', mode: 'USER', count: -1 })]);
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'nodePools[0].maxPods',
      'nodePools[0].maxSurge',
      'nodePools[1].count',
      'nodePools[1].name',
    ]);
  });
});
