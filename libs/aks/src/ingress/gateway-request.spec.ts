import { describe, expect, it } from 'vitest';
import { checkGatewayRequest, type GatewayRequest } from './gateway-request.js';

const subnetId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/x';

describe(checkGatewayRequest, () => {
  it.each<GatewayRequest>([
    { kind: 'AGC' },
    { kind: 'AGC', deployment: 'BYO', name: 'shop', frontends: 5 },
    { kind: 'AGC', frontends: ['public', { name: 'partners' }], subnetId },
    { kind: 'AGC', pool: 'gateways', subnetCidr: '10.40.9.0/24' },
  ])('takes %j', (request) => {
    expect(checkGatewayRequest(request)).toEqual([]);
  });

  it.each<[string, Partial<GatewayRequest>, string]>([
    ['kind', { kind: 'AGIC' }, 'unsupported_kind'],
    ['deployment', { deployment: 'ADDON' }, 'unsupported_deployment'],
    ['wafPolicyId', { wafPolicyId: '/w' }, 'waf_policy_invalid'],
    ['name', { name: 'a'.repeat(65) }, 'name_invalid'],
    ['frontends', { frontends: [] }, 'frontends_missing'],
    ['frontends[1].name', { frontends: ['a', { name: 'A' }] }, 'duplicate'],
    ['frontends[0].name', { frontends: ['-'] }, 'name_invalid'],
    ['subnetId', { subnetId: '/subnets/x' }, 'invalid_format'],
    ['subnetId', { subnetId, subnetCidr: '10.40.9.0/24' }, 'ambiguous_request'],
  ])('refuses at %s what is there in %j', (path, over, code) => {
    expect(checkGatewayRequest({ kind: 'AGC', ...over }, 'clusters[2].ingress')).toMatchObject([
      { path: `clusters[2].ingress.${path}`, code },
    ]);
  });

  it('finds everything together', () => {
    expect(
      checkGatewayRequest({ kind: 'AGC', name: '-', deployment: 'MANAGED', frontends: ['_'], wafPolicyId: '/w' }).map(({ path }) => path),
    ).toEqual(['name', 'deployment', 'frontends[0].name', 'wafPolicyId']);
  });
});
