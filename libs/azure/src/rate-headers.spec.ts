import { describe, expect, it } from 'vitest';
import { DEFAULT_WAIT_BOUNDS } from './domain/retry-after.js';
import { rateHeadersOf } from './rate-headers.js';

const exchange = {
  method: 'PUT',
  path: '/subscriptions/S1/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c',
  status: 201,
  headers: {},
  body: { location: 'WestEurope' },
  text: '',
};

describe('the limits an answer speaks of', () => {
  it('are named by subscription, region, provider and verb', () => {
    expect(rateHeadersOf(exchange, undefined, 0, DEFAULT_WAIT_BOUNDS)).toMatchObject({
      subscriptionId: 's1',
      region: 'westeurope',
      provider: 'microsoft.containerservice',
      verb: 'WRITE',
      remaining: {},
    });
  });

  it('are read from the counters, also those of a provider, and never from garbage', () => {
    const headers = {
      'x-ms-ratelimit-remaining-subscription-writes': '199',
      'x-ms-ratelimit-remaining-tenant-writes': 'many',
      'x-ms-ratelimit-remaining-resource': 'Microsoft.Compute/PutVM3Min;107,Microsoft.Compute/PutVM30Min;587',
    };
    expect(rateHeadersOf({ ...exchange, headers }, undefined, 0, DEFAULT_WAIT_BOUNDS).remaining).toEqual({
      'subscription-writes': 199,
      'resource:Microsoft.Compute/PutVM3Min': 107,
      'resource:Microsoft.Compute/PutVM30Min': 587,
    });
  });

  it('of a refusal come with its code and its wait', () => {
    const refusal = { ...exchange, status: 429, body: { code: 'Throttled', message: 'x' }, headers: { 'retry-after': '30' } };
    expect(rateHeadersOf(refusal, 'westeurope', 0, DEFAULT_WAIT_BOUNDS)).toMatchObject({
      code: 'Throttled',
      retryAfterSeconds: 30,
      region: 'westeurope',
    });
  });

  it('of a status URL are in the region it names', () => {
    const path = '/subscriptions/S1/providers/Microsoft.ContainerService/locations/northeurope/operations/o';
    expect(rateHeadersOf({ ...exchange, method: 'GET', path }, undefined, 0, DEFAULT_WAIT_BOUNDS)).toMatchObject({
      region: 'northeurope',
      verb: 'READ',
    });
  });
});
