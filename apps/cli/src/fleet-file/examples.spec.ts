import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFleetFile } from './read-fleet-file.js';

interface Cluster {
  readonly name: string;
  readonly region: string;
  readonly network: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly mesh?: string;
  readonly podCidrScope: string;
  readonly dataplane: string;
  readonly ingress?: { readonly kind: string };
}

interface Network {
  readonly name: string;
  readonly region?: string;
  readonly subscriptionId?: string;
}

function example(name: string) {
  const fleet = readFleetFile(name, readFileSync(new URL(`../../../../examples/${name}`, import.meta.url), 'utf8'));
  return {
    problems: fleet.problems,
    clusters: (fleet.request?.rollout?.['clusters'] ?? []) as readonly Cluster[],
    networks: (fleet.request?.topology['networks'] ?? []) as readonly Network[],
  };
}

describe('the example fleets', () => {
  it.each(['minimal.yaml', 'application-gateway.yaml', 'hub-spoke.yaml'])('%s is in order', (name) => {
    expect(example(name).problems).toEqual([]);
  });

  it('hub-spoke.yaml is 48 clusters, four to a spoke, sixteen to a region, over two subscriptions', () => {
    const { clusters } = example('hub-spoke.yaml');
    const countBy = (key: (cluster: Cluster) => string): Record<string, number> =>
      clusters.reduce<Record<string, number>>((counts, cluster) => ({ ...counts, [key(cluster)]: (counts[key(cluster)] ?? 0) + 1 }), {});
    expect(clusters).toHaveLength(48);
    expect(new Set(clusters.map(({ name }) => name)).size).toBe(48);
    expect(countBy(({ region }) => region)).toEqual({ westeurope: 16, northeurope: 16, eastus2: 16 });
    expect(Object.values(countBy(({ network }) => network))).toEqual(Array.from({ length: 12 }, () => 4));
    expect(Object.values(countBy(({ subscriptionId }) => subscriptionId))).toEqual([24, 24]);
  });

  it('hub-spoke.yaml has one mesh of three and twelve clusters with AGC, one to a spoke', () => {
    const { clusters } = example('hub-spoke.yaml');
    const mesh = clusters.filter(({ mesh }) => mesh === 'payments');
    expect(mesh.map(({ name, podCidrScope, dataplane }) => [name, podCidrScope, dataplane])).toEqual([
      ['aks-weu-1-4', 'UNIQUE', 'CILIUM'],
      ['aks-weu-2-4', 'UNIQUE', 'CILIUM'],
      ['aks-weu-3-4', 'UNIQUE', 'CILIUM'],
    ]);
    const withAgc = clusters.filter(({ ingress }) => ingress?.kind === 'AGC');
    expect(withAgc).toHaveLength(12);
    expect(new Set(withAgc.map(({ network }) => network)).size).toBe(12);
  });

  it('hub-spoke.yaml keeps every cluster in the region and the subscription of its VNet (OV-115)', () => {
    const { clusters, networks } = example('hub-spoke.yaml');
    for (const { network, region, subscriptionId } of clusters)
      expect(networks.find(({ name }) => name === network)).toMatchObject({ region, subscriptionId });
  });
});
