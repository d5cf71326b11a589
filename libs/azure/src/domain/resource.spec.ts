import { describe, expect, it } from 'vitest';
import { operationStanding, provisioningErrorOf, readResource, standingOf } from './resource.js';

const ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c';

describe('a resource on the wire', () => {
  it('keeps the whole answer and lifts what every type has', () => {
    const raw = {
      id: ID,
      name: 'c',
      type: 'T',
      location: 'westeurope',
      tags: { a: 'b' },
      eTag: 'e1',
      properties: { provisioningState: 'Creating', unknown: 1 },
    };
    const resource = readResource(raw, 'x');
    expect(resource).toMatchObject({
      id: ID,
      name: 'c',
      location: 'westeurope',
      tags: { a: 'b' },
      etag: 'e1',
      provisioningState: 'Creating',
    });
    expect(resource?.raw).toBe(raw);
  });

  it.each([
    [{ eTag: 'a' }, 'a'],
    [{ etag: 'b' }, 'b'],
    [{ properties: { eTag: 'c' } }, 'c'],
    [{ properties: {} }, 'header'],
  ])('carries its ETag where its type puts it: %j', (raw, etag) => {
    expect(readResource(raw, ID, 'header')?.etag).toBe(etag);
  });

  it.each([undefined, null, '', {}, []])('is not in the empty answer %j', (raw) => {
    expect(readResource(raw, ID)).toBeUndefined();
  });

  it('is called by its id where the answer leaves the name out', () => {
    expect(readResource({ location: 'x' }, ID)).toMatchObject({ id: ID, name: 'c' });
  });
});

describe('a provisioning state', () => {
  it.each([
    ['Succeeded', 'SUCCEEDED'],
    [undefined, 'SUCCEEDED'],
    ['Failed', 'FAILED'],
    ['Canceled', 'CANCELED'],
    ['Cancelled', 'CANCELED'],
    ['Canceling', 'RUNNING'],
    ['Accepted', 'RUNNING'],
    ['Provisioning', 'RUNNING'],
    ['SomethingNew', 'RUNNING'],
  ] as const)('%s stands for %s: three ends, everything else is under way', (state, standing) => {
    expect(standingOf(state)).toBe(standing);
  });
});

describe('the status of an operation', () => {
  it.each([
    [{ status: 'InProgress' }, 'RUNNING'],
    [{ status: 'Succeeded' }, 'SUCCEEDED'],
    [{ status: 'Failed' }, 'FAILED'],
    [{ status: 'Cancelled' }, 'CANCELED'],
    [{ properties: {} }, undefined],
    [undefined, undefined],
  ])('%j says %s', (body, standing) => {
    expect(operationStanding(body)).toBe(standing);
  });
});

describe('why a cluster failed', () => {
  it('stands in status.provisioningError of the cluster', () => {
    const raw = { properties: { status: { provisioningError: { code: 'SubnetIsFull', message: 'full', details: [] } } } };
    expect(provisioningErrorOf(raw)).toMatchObject({ code: 'SubnetIsFull', message: 'full' });
    expect(provisioningErrorOf({ properties: {} })).toBeUndefined();
  });
});
