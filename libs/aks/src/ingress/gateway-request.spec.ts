import { describe, expect, it } from 'vitest';
import { checkGatewayRequest, type GatewayRequest } from './gateway-request.js';

const subnetId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/x';

describe(checkGatewayRequest, () => {
  it.each<GatewayRequest>([
    { kind: 'AGC' },
    { kind: 'AGC', deployment: 'BYO', name: 'shop', frontends: 5 },
    { kind: 'AGC', frontends: ['public', { name: 'partners' }], subnetId },
    { kind: 'AGC', pool: 'gateways', subnetCidr: '10.40.9.0/24' },
    { kind: 'AGC', deployment: 'MANAGED' },
    { kind: 'AGC', deployment: 'ADDON', acceptPreview: true },
    { kind: 'AGIC' },
    { kind: 'AGIC', deployment: 'ADDON', applicationGateway: { minInstances: 0, maxInstances: 125 } },
    {
      kind: 'AGIC',
      applicationGateway: {
        prohibitedTargets: [{ hostname: '*.example.com', paths: ['/*', '/a/*'] }],
        watchNamespaces: ['a'],
        reconcileSeconds: 30,
      },
    },
  ])('takes %j', (request) => {
    expect(checkGatewayRequest(request)).toEqual([]);
  });

  it.each<[string, Partial<GatewayRequest>, string]>([
    ['applicationGateway', { applicationGateway: {} }, 'not_expressible'],
    ['deployment', { kind: 'AGIC', deployment: 'MANAGED' }, 'unsupported_deployment'],
    ['frontends', { kind: 'AGIC', frontends: 2 }, 'not_expressible'],
    ['applicationGateway.maxInstances', { kind: 'AGIC', applicationGateway: { maxInstances: 126 } }, 'instances_out_of_range'],
    ['applicationGateway.minInstances', { kind: 'AGIC', applicationGateway: { minInstances: 11 } }, 'instances_out_of_range'],
    ['wafPolicyId', { kind: 'AGIC', applicationGateway: { sku: 'WAF_V2' } }, 'waf_policy_invalid'],
    ['controllerVersion', { kind: 'AGIC', deployment: 'ADDON', controllerVersion: '1.8.1' }, 'not_expressible'],
    [
      'applicationGateway.prohibitedTargets',
      { kind: 'AGIC', deployment: 'ADDON', applicationGateway: { prohibitedTargets: [{}] } },
      'not_expressible',
    ],
    [
      'applicationGateway.prohibitedTargets[0].paths[0]',
      { kind: 'AGIC', applicationGateway: { prohibitedTargets: [{ paths: ['/a'] }] } },
      'path_invalid',
    ],
    [
      'applicationGateway.prohibitedTargets[0].hostname',
      { kind: 'AGIC', applicationGateway: { prohibitedTargets: [{ hostname: 'A' }] } },
      'hostname_invalid',
    ],
    ['applicationGateway.watchNamespaces[0]', { kind: 'AGIC', applicationGateway: { watchNamespaces: ['A'] } }, 'name_invalid'],
    ['applicationGateway.reconcileSeconds', { kind: 'AGIC', applicationGateway: { reconcileSeconds: 29 } }, 'seconds_out_of_range'],
    ['acceptPreview', { deployment: 'ADDON' }, 'preview_not_accepted'],
    ['acceptPreview', { deployment: 'ADDON', acceptPreview: false }, 'preview_not_accepted'],
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
      checkGatewayRequest({ kind: 'AGC', name: '-', deployment: 'ADDON', frontends: ['_'], wafPolicyId: '/w' }).map(({ path }) => path),
    ).toEqual(['name', 'acceptPreview', 'frontends[0].name', 'wafPolicyId']);
  });
});
