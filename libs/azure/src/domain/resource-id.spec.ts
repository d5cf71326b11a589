import { InvalidRequest } from '@podspan/errors';
import { describe, expect, it } from 'vitest';
import { parseResourceId, resourceKey, sameResource } from './resource-id.js';

const VNET = '/subscriptions/s1/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-hub';

describe('an ARM id', () => {
  it.each([
    [VNET, 'Microsoft.Network/virtualNetworks', ['vnet-hub']],
    [`${VNET}/subnets/nodes`, 'Microsoft.Network/virtualNetworks/subnets', ['vnet-hub', 'nodes']],
    ['/subscriptions/s1/resourceGroups/rg-net', 'Microsoft.Resources/resourceGroups', ['rg-net']],
    ['/subscriptions/s1', 'Microsoft.Resources/subscriptions', ['s1']],
    [`${VNET}/providers/Microsoft.Authorization/roleAssignments/g1`, 'Microsoft.Authorization/roleAssignments', ['g1']],
    ['/subscriptions/s1/providers/Microsoft.Authorization/roleAssignments/g1', 'Microsoft.Authorization/roleAssignments', ['g1']],
  ])('%s names one resource of one type', (id, type, names) => {
    expect(parseResourceId(id)).toMatchObject({ id, type, names, subscriptionId: 's1' });
  });

  it('keeps the casing of names and writes keywords as ARM does, with single slashes', () => {
    const parsed = parseResourceId('//SUBSCRIPTIONS/S1//resourcegroups/RG-Net/Providers/microsoft.network/virtualNetworks/Hub/');
    expect(parsed.id).toBe('/subscriptions/S1/resourceGroups/RG-Net/providers/microsoft.network/virtualNetworks/Hub');
    expect(parsed).toMatchObject({ subscriptionId: 'S1', resourceGroup: 'RG-Net', name: 'Hub' });
  });

  it('tells what an extension hangs on', () => {
    expect(parseResourceId(`${VNET}/providers/Microsoft.Authorization/roleAssignments/g1`).scope).toBe(VNET);
  });

  it('does not mistake a resource called providers or subscriptions for a keyword', () => {
    const id = '/subscriptions/s1/resourceGroups/providers/providers/Microsoft.Network/virtualNetworks/subscriptions';
    expect(parseResourceId(id)).toMatchObject({ resourceGroup: 'providers', name: 'subscriptions', subscriptionId: 's1' });
  });

  it.each([
    '',
    '/',
    'vnet-hub',
    '/subscriptions',
    `${VNET}/subnets`,
    '/a/b',
    '/subscriptions/s1/resourceGroups/..',
    `${VNET}?x=1`,
    `${VNET}%2f..`,
  ])('%j is refused before it becomes part of a URL', (text) => {
    expect(() => parseResourceId(text)).toThrow(InvalidRequest);
  });

  it('is the same resource in every spelling', () => {
    expect(sameResource(VNET, VNET.toUpperCase().replace('/', '//'))).toBe(true);
    expect(resourceKey(`${VNET}/`)).toBe(VNET.toLowerCase());
    expect(sameResource(VNET, `${VNET}2`)).toBe(false);
  });
});
