import { describe, expect, it } from 'vitest';
import { AGC_DELEGATION } from '../ranges/check-subnets.js';
import { readSubnet, subnetBody } from './subnet.js';

describe(readSubnet, () => {
  it('reads back what was written', () => {
    expect(readSubnet(subnetBody('10.40.9.0/24', AGC_DELEGATION))).toEqual({
      prefixes: ['10.40.9.0/24'],
      delegations: [AGC_DELEGATION],
      occupied: false,
    });
    expect(readSubnet(subnetBody('10.40.8.0/24'))).toEqual({ prefixes: ['10.40.8.0/24'], delegations: [], occupied: false });
  });

  it('takes the range from either member', () => {
    expect(readSubnet({ properties: { addressPrefixes: ['10.0.0.0/24', 'fd00::/64'] } }).prefixes).toEqual(['10.0.0.0/24', 'fd00::/64']);
    expect(readSubnet({ properties: { addressPrefix: '10.0.0.0/24', addressPrefixes: [] } }).prefixes).toEqual(['10.0.0.0/24']);
  });

  it.each([{ ipConfigurations: [{ id: 'nic' }] }, { serviceAssociationLinks: [{ id: 'link' }] }])('is occupied with %j', (properties) => {
    expect(readSubnet({ properties }).occupied).toBe(true);
  });

  it.each([undefined, null, 'x', {}, { properties: [] }])('knows nothing of %j', (raw) => {
    expect(readSubnet(raw)).toEqual({ prefixes: [], delegations: [], occupied: false });
  });
});
