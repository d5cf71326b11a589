import { describe, expect, it } from 'vitest';
import type { RateHeaders } from '../arm.js';
import { AKS_LIMITS, ARM_LIMITS, bucketsOf, DEFAULT_BLOCK_SECONDS, feedsOf } from './rate-limits.js';

const GROUP = '/subscriptions/S1/resourceGroups/rg-a';
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks-1`;
const STATUS = '/subscriptions/S1/providers/Microsoft.ContainerService/locations/westeurope/operations/op1';

describe('the buckets of a call (QUO-20, QUO-21)', () => {
  it.each([
    ['PUT', CLUSTER, 'put-cluster', ARM_LIMITS.WRITE],
    ['GET', CLUSTER, 'get-cluster', ARM_LIMITS.READ],
    ['PUT', `${CLUSTER}/agentPools/np1`, 'put-agent-pool', ARM_LIMITS.WRITE],
    ['GET', `${CLUSTER}/agentPools/np1`, 'other', ARM_LIMITS.READ],
    ['GET', STATUS, 'operation-status', ARM_LIMITS.READ],
    ['GET', '/subscriptions/S1/providers/Microsoft.ContainerService/managedClusters', 'list-clusters', ARM_LIMITS.READ],
    ['GET', `${GROUP}/providers/Microsoft.ContainerService/managedClusters`, 'list-clusters-in-group', ARM_LIMITS.READ],
    ['POST', `${CLUSTER}/abort`, 'other', ARM_LIMITS.WRITE],
    ['DELETE', CLUSTER, 'other', ARM_LIMITS.DELETE],
    ['GET', '/subscriptions/S1/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions', 'other', ARM_LIMITS.READ],
  ] as const)("%s %s are ARM's and the one of %s", (method, path, limit, arm) => {
    expect(bucketsOf({ method, path, region: 'westeurope' }).map((bucket) => bucket.shape)).toEqual([arm, AKS_LIMITS[limit]]);
  });

  it('of two clusters are two for PUT and one for polls', () => {
    const keys = (method: string, path: string) => bucketsOf({ method, path, region: 'westeurope' }).map((bucket) => bucket.key);
    expect(keys('PUT', CLUSTER)[1]).not.toBe(keys('PUT', `${CLUSTER}2`)[1]);
    expect(keys('GET', STATUS)[1]).toBe(keys('GET', `${STATUS}2`)[1]);
  });

  it('are the same for every spelling, and differ by subscription and region', () => {
    const own = (path: string, region: string) => bucketsOf({ method: 'PUT', path, region })[1]?.key;
    expect(own(CLUSTER.toUpperCase(), 'WestEurope')).toBe(own(`/${CLUSTER}`, 'westeurope'));
    expect(own(CLUSTER, 'westeurope')).not.toBe(own(CLUSTER, 'northeurope'));
    expect(own(CLUSTER, 'westeurope')).not.toBe(own(CLUSTER.replace('S1', 'S2'), 'westeurope'));
  });

  it('of a role assignment belong to authorization, not to what it hangs on', () => {
    const path = `${CLUSTER}/providers/Microsoft.Authorization/roleAssignments/g`;
    expect(bucketsOf({ method: 'PUT', path })[1]?.key).toBe('s1||microsoft.authorization|write|');
  });

  it('are none outside a subscription', () => {
    expect(bucketsOf({ method: 'GET', path: '/providers/Microsoft.ContainerService/operations' })).toEqual([]);
  });
});

describe('what an answer says about the buckets', () => {
  const answer: RateHeaders = {
    provider: 'microsoft.containerservice',
    verb: 'WRITE',
    method: 'PUT',
    path: CLUSTER,
    region: 'westeurope',
    subscriptionId: 's1',
    remaining: { 'subscription-writes': 12, 'subscription-global-writes': 2999 },
    status: 201,
  };

  it('is what is left for the subscription and verb', () => {
    expect(feedsOf(answer)).toEqual([{ bucket: bucketsOf(answer)[0], remaining: 12 }]);
  });

  it('of a 429 closes the bucket of the provider for Retry-After', () => {
    const throttled = { ...answer, status: 429, code: 'Throttled', remaining: {}, retryAfterSeconds: 30 };
    expect(feedsOf(throttled)).toEqual([{ bucket: bucketsOf(answer)[1], blockSeconds: 30 }]);
  });

  it('of a 429 by ARM itself closes the subscription and verb', () => {
    const throttled = { ...answer, status: 429, code: 'SubscriptionRequestsThrottled', remaining: {}, retryAfterSeconds: 7 };
    expect(feedsOf(throttled)).toEqual([{ bucket: bucketsOf(answer)[0], blockSeconds: 7 }]);
  });

  it('of a 429 without Retry-After closes it for a minute (F15)', () => {
    expect(feedsOf({ ...answer, status: 429, remaining: {} })[0]?.blockSeconds).toBe(DEFAULT_BLOCK_SECONDS);
  });
});
