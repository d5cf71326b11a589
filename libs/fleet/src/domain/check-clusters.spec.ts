import { describe, expect, it } from 'vitest';
import { aCluster } from './builders.js';
import { checkClusters, type Existing, placeOf } from './check-clusters.js';
import { checkStrategy, strategyWarnings } from './check-strategy.js';
import type { ClusterSpec } from './cluster-spec.js';
import type { IngressSpec } from './ingress-spec.js';
import { Strategy } from './rollout-request.js';

const none: Existing = { names: new Map(), perRegion: new Map() };
const check = (clusters: ClusterSpec[], existing = none) =>
  checkClusters(
    clusters.map((spec, index) => ({ index, spec })),
    existing,
  );

describe(checkClusters.name, () => {
  it('finds nothing wrong with a good cluster', () => {
    expect(check([aCluster()])).toEqual([]);
  });

  it('names both places of a name that is there twice, whatever the casing', () => {
    expect(check([aCluster({ name: 'A' }), aCluster({ name: 'a' })])).toMatchObject([
      { path: 'clusters[1].name', code: 'duplicate_name', conflictsWith: 'clusters[0].name' },
    ]);
  });

  it('refuses the name of a cluster that exists', () => {
    expect(check([aCluster({ name: 'A' })], { ...none, names: new Map([['a', 'rollout one']]) })).toMatchObject([
      { code: 'name_taken', conflictsWith: 'rollout one' },
    ]);
  });

  it('refuses the 101st cluster of a region (QUO-02)', () => {
    const clusters = [aCluster({ name: 'x' }), aCluster({ name: 'y' })];
    const place = placeOf(aCluster());
    expect(check(clusters, { ...none, perRegion: new Map([[place, 98]]) })).toEqual([]);
    expect(check(clusters, { ...none, perRegion: new Map([[place, 99]]) })).toMatchObject([
      { path: 'clusters[1].region', code: 'cluster_quota_exceeded', rule: 'QUO-02', conflictsWith: 100 },
    ]);
  });

  it('keeps the tags that mark ownership to itself', () => {
    expect(check([aCluster({ tags: { 'podspan-run': 'x', 'a/b': 'y', fine: 'z'.repeat(257) } })]).map(({ path }) => path)).toEqual([
      'clusters[0].tags.podspan-run',
      'clusters[0].tags.a/b',
      'clusters[0].tags.fine',
    ]);
  });

  it.each<[string, IngressSpec, string, string]>([
    ['AGIC by a controller that makes the gateway', { kind: 'AGIC', deployment: 'MANAGED' }, 'deployment', 'unsupported_deployment'],
    ['frontends of an Application Gateway', { kind: 'AGIC', frontends: 2 }, 'frontends', 'not_expressible'],
    ['the add-on without a word on its preview', { kind: 'AGC', deployment: 'ADDON' }, 'acceptPreview', 'preview_not_accepted'],
    ['a WAF policy that is none', { kind: 'AGC', wafPolicyId: '/w' }, 'wafPolicyId', 'waf_policy_invalid'],
    ['a bad name', { kind: 'AGC', name: 'shop-' }, 'name', 'name_invalid'],
    ['a frontend twice', { kind: 'AGC', frontends: ['a', { name: 'A' }] }, 'frontends[1].name', 'duplicate'],
    ['no frontend', { kind: 'AGC', frontends: [] }, 'frontends', 'frontends_missing'],
    ['a subnet id that is none', { kind: 'AGC', subnetId: '/subnets/x' }, 'subnetId', 'invalid_format'],
  ])('refuses an ingress with %s before the cluster is made', (_, ingress, member, code) => {
    expect(check([aCluster({ ingress })])).toMatchObject([{ path: `clusters[0].ingress.${member}`, code }]);
  });

  it('has nothing against a gateway that can be made, nor against none', () => {
    expect(
      check([
        aCluster({ name: 'x', ingress: { kind: 'AGC', deployment: 'BYO', frontends: 2 } }),
        aCluster({ name: 'y', ingress: { kind: 'NONE', deployment: 'MANAGED' } }),
        aCluster({ name: 'z', ingress: { kind: 'AGIC', applicationGateway: { maxInstances: 20 } } }),
      ]),
    ).toEqual([]);
  });

  it('names both places of a gateway name that is there twice', () => {
    const clusters = [
      aCluster({ name: 'x', ingress: { kind: 'AGC', name: 'y' } }),
      aCluster({ name: 'y', ingress: { kind: 'AGC' } }),
      aCluster({ name: 'z', ingress: { kind: 'AGC', name: 'Y' } }),
    ];
    expect(check(clusters)).toMatchObject([
      { path: 'clusters[1].name', code: 'duplicate_name', conflictsWith: 'clusters[0].ingress.name' },
      { path: 'clusters[2].ingress.name', code: 'duplicate_name', conflictsWith: 'clusters[0].ingress.name' },
    ]);
  });

  it('wants to know how many nodes a pool has', () => {
    expect(check([aCluster({ nodePools: [{ name: 'system', mode: 'SYSTEM', vmSize: 'x' }] })])).toMatchObject([
      { path: 'clusters[0].nodePools[0]', code: 'required' },
    ]);
  });
});

describe(checkStrategy.name, () => {
  it('refuses a failure budget above the number of clusters', () => {
    expect(checkStrategy(Strategy.parse({ maxFailures: 5 }), 4)).toMatchObject([
      { path: 'strategy.maxFailures', code: 'budget_exceeds_count' },
    ]);
    expect(checkStrategy(Strategy.parse({ maxFailures: '100%' }), 4)).toEqual([]);
  });

  it('refuses to run nothing at a time', () => {
    expect(checkStrategy(Strategy.parse({ maxConcurrency: 0, maxConcurrencyPerSubscription: '0%' }), 4).map(({ path }) => path)).toEqual([
      'strategy.maxConcurrency',
      'strategy.maxConcurrencyPerSubscription',
    ]);
  });

  it('warns that STRICT without a budget runs one at a time', () => {
    expect(strategyWarnings(Strategy.parse({ maxConcurrency: 4 }), 10)).toMatchObject([{ code: 'strict_limits_concurrency' }]);
    expect(strategyWarnings(Strategy.parse({ maxConcurrency: 4, failureMode: 'FAST' }), 10)).toEqual([]);
  });
});
