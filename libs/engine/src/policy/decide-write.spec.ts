import type { ArmResource } from '@podspan/azure';
import { describe, expect, it } from 'vitest';
import type { ArmEffect, Json } from '../contracts.js';
import { decideWrite } from './decide-write.js';
import { withOwnershipTags } from './ownership.js';

const RUN = '01a20613-14cc-7596-a7b7-533124c165ab';
const cluster: ArmEffect = {
  method: 'PUT',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c',
  apiVersion: '2026-06-01',
  body: { location: 'westeurope', properties: { dnsPrefix: 'c' } },
};
const subnet: ArmEffect = {
  method: 'PUT',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n',
  apiVersion: '2026-01-01',
  body: { properties: { addressPrefix: '10.1.0.0/24', delegations: [{ name: 'd' }] } },
};

function existing(effect: ArmEffect, provisioningState?: string, owner = RUN): ArmResource {
  const body = withOwnershipTags(effect, owner) as { tags?: Record<string, string> };
  const state = provisioningState === undefined ? {} : { provisioningState };
  return { id: effect.resourceId, name: '', type: '', etag: '"1"', ...state, ...(body.tags ? { tags: body.tags } : {}), raw: body };
}

describe('what to do about a resource that is wanted', () => {
  it('creates what is absent', () => {
    expect(decideWrite(cluster, undefined, RUN)).toEqual({ verdict: 'create' });
  });

  it.each([
    ['Succeeded', 'settled'],
    [undefined, 'settled'],
    ['Creating', 'follow'],
    ['Updating', 'follow'],
    ['SomethingNew', 'follow'],
    ['Failed', 'replace'],
    ['Canceled', 'replace'],
    ['Deleting', 'blocked'],
  ] as const)('takes its own write that is %s as %s', (state, verdict) => {
    expect(decideWrite(cluster, existing(cluster, state), RUN).verdict).toBe(verdict);
  });

  it('knows its own write although the feature would call it foreign', () => {
    const suspicious: ArmEffect = { ...cluster, compare: () => 'foreign' };
    expect(decideWrite(suspicious, existing(cluster, 'Succeeded'), RUN).verdict).toBe('settled');
  });

  it('writes again, on the version it has read, when it wants something else by now', () => {
    const changed: ArmEffect = { ...cluster, body: { location: 'westeurope', properties: { dnsPrefix: 'd' } } };
    expect(decideWrite(changed, existing(cluster, 'Succeeded'), RUN)).toEqual({ verdict: 'replace', etag: '"1"' });
    expect(decideWrite(changed, existing(cluster, 'Updating'), RUN).verdict).toBe('follow');
  });

  it('leaves alone what another run wrote, unless it is shared', () => {
    expect(decideWrite(cluster, existing(cluster, 'Succeeded', 'another'), RUN).verdict).toBe('foreign');
    expect(decideWrite({ ...cluster, shared: true }, existing(cluster, 'Creating', 'another'), RUN).verdict).toBe('follow');
  });

  it("waits for somebody else's operation before it updates", () => {
    const update: ArmEffect = { ...cluster, compare: () => 'update' };
    expect(decideWrite(update, existing(cluster, 'Upgrading', 'another'), RUN)).toEqual({
      verdict: 'blocked',
      provisioningState: 'Upgrading',
    });
    expect(decideWrite(update, existing(cluster, 'Succeeded', 'another'), RUN).verdict).toBe('replace');
  });

  it('recognises what takes no tags by its body, whatever Azure adds to it and in whatever casing', () => {
    expect(withOwnershipTags(subnet, RUN)).toEqual(subnet.body);
    const raw: Json = {
      id: 'x',
      properties: {
        addressPrefix: '10.1.0.0/24',
        delegations: [{ name: 'D', properties: {} }],
        privateEndpointNetworkPolicies: 'Disabled',
      },
    };
    const there: ArmResource = { ...existing(subnet, 'Succeeded'), raw };
    expect(decideWrite(subnet, there, RUN).verdict).toBe('settled');
    expect(
      decideWrite(subnet, { ...there, raw: { properties: { addressPrefix: '10.2.0.0/24', delegations: [{ name: 'd' }] } } }, RUN).verdict,
    ).toBe('foreign');
    expect(decideWrite(subnet, { ...there, raw: { properties: { addressPrefix: '10.1.0.0/24', delegations: [] } } }, RUN).verdict).toBe(
      'foreign',
    );
  });
});

describe('what to do about a resource that is to go', () => {
  const removal: ArmEffect = { method: 'DELETE', resourceId: cluster.resourceId, apiVersion: cluster.apiVersion };

  it('is settled when it is absent, followed when it is going, and deleted otherwise', () => {
    expect(decideWrite(removal, undefined, RUN).verdict).toBe('settled');
    expect(decideWrite(removal, existing(cluster, 'Deleting'), RUN).verdict).toBe('follow');
    expect(decideWrite(removal, existing(cluster, 'Failed'), RUN).verdict).toBe('delete');
  });

  it('does not touch what the feature calls foreign', () => {
    expect(decideWrite({ ...removal, compare: () => 'foreign' }, existing(cluster, 'Succeeded'), RUN).verdict).toBe('foreign');
  });

  it('changes only what exists, and only until it is as wanted', () => {
    const change: ArmEffect = { ...cluster, change: (was) => was, compare: (was) => ((was as { done?: true }).done ? 'equal' : 'update') };
    const of = (done: boolean, provisioningState: string): ArmResource => ({ ...existing(cluster, provisioningState, 'x'), raw: { done } });
    expect(decideWrite(change, undefined, RUN)).toEqual({ verdict: 'absent' });
    expect(decideWrite(change, of(false, 'Succeeded'), RUN)).toEqual({ verdict: 'replace', etag: '"1"' });
    expect(decideWrite(change, of(false, 'Updating'), RUN)).toEqual({ verdict: 'blocked', provisioningState: 'Updating' });
    expect(decideWrite(change, of(true, 'Updating'), RUN)).toEqual({ verdict: 'follow' });
    expect(decideWrite(change, of(true, 'Failed'), RUN)).toEqual({ verdict: 'replace', etag: '"1"' });
    expect(decideWrite(change, of(true, 'Succeeded'), RUN)).toEqual({ verdict: 'settled' });
  });

  it('repeats an action only while it has not had its effect, and waits for whatever runs', () => {
    const action: ArmEffect = { method: 'POST', action: 'upgrade', resourceId: cluster.resourceId, apiVersion: 'v' };
    const judged: ArmEffect = { ...action, compare: (was) => ((was as { done?: true }).done ? 'equal' : 'update') };
    const of = (done: boolean, provisioningState: string): ArmResource => ({ ...existing(cluster, provisioningState, 'x'), raw: { done } });
    expect(decideWrite(judged, undefined, RUN)).toEqual({ verdict: 'absent' });
    expect(decideWrite(judged, of(false, 'Succeeded'), RUN).verdict).toBe('replace');
    expect(decideWrite(judged, of(false, 'UpgradingNodeImageVersion'), RUN).verdict).toBe('follow');
    expect(decideWrite(judged, of(true, 'Succeeded'), RUN).verdict).toBe('settled');
  });
});
