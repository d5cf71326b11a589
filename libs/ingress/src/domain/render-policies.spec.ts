import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute } from '../testing/arbitrary-intent.js';
import type { ManifestObject } from './manifest-objects.js';
import { renderManifests } from './render-manifests.js';
import type { RuleIntent } from './route-intent.js';
import { manifestFaults } from './validate-manifests.js';

const gateway = aGateway();
const ofKind = (objects: readonly ManifestObject[], kind: ManifestObject['kind']): readonly ManifestObject[] =>
  objects.filter((object) => object.kind === kind);

function rendered(rule: Partial<RuleIntent>, ...more: readonly RuleIntent[]): readonly ManifestObject[] {
  const objects = renderManifests(gateway, [aRoute({ rules: [{ backends: [aBackend()], ...rule }, ...more] })]);
  expect(manifestFaults(objects, gateway.gatewayApi)).toEqual([]);
  return objects;
}

describe('routes as intent', () => {
  it('match by path, headers, query and methods', () => {
    const match = {
      path: { type: 'REGULAR_EXPRESSION' as const, value: '/v[0-9]+' },
      headers: [{ name: 'x-team', value: 'a' }],
      query: [{ name: 'beta', value: '.*', type: 'REGULAR_EXPRESSION' as const }],
      methods: ['POST' as const, 'GET' as const],
    };
    const path = { type: 'RegularExpression', value: '/v[0-9]+' };
    const rest = {
      headers: [{ type: 'Exact', name: 'x-team', value: 'a' }],
      queryParams: [{ type: 'RegularExpression', name: 'beta', value: '.*' }],
    };
    expect(ofKind(rendered({ match }), 'HTTPRoute')).toMatchObject([
      {
        spec: {
          rules: [
            {
              matches: [
                { path, ...rest, method: 'GET' },
                { path, ...rest, method: 'POST' },
              ],
            },
          ],
        },
      },
    ]);
  });

  it('replace a prefix in one rule per method, as the CRD has it', () => {
    const match = { path: { type: 'PREFIX' as const, value: '/a' }, methods: ['POST' as const, 'GET' as const] };
    expect(ofKind(rendered({ match, rewrite: { pathPrefix: '/b' } }), 'HTTPRoute')).toMatchObject([
      {
        spec: {
          rules: ['GET', 'POST'].map((method) => ({
            matches: [{ method }],
            filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/b' } } }],
          })),
        },
      },
    ]);
  });

  it('redirect without backends, with 302 where no status is named', () => {
    const objects = rendered({ backends: [], redirect: { scheme: 'HTTPS', port: 8443 } });
    expect(ofKind(objects, 'HTTPRoute')).toMatchObject([
      { spec: { rules: [{ filters: [{ requestRedirect: { scheme: 'https', port: 8443, statusCode: 302 } }] }] } },
    ]);
    expect(JSON.stringify(objects)).not.toContain('backendRefs');
  });

  it('stand in an HTTPRoute for each policy, since AGC attaches policies to whole routes (AGC-64, AGC-66)', () => {
    const slow = { backends: [aBackend()], match: { path: { type: 'PREFIX' as const, value: '/slow' } } };
    const objects = rendered({}, { ...slow, timeout: { requestSeconds: 0 }, affinity: { type: 'MANAGED_COOKIE' } });
    expect(ofKind(objects, 'HTTPRoute').map(({ metadata }) => metadata?.name)).toEqual(['web', 'web.2']);
    expect(ofKind(objects, 'RoutePolicy')).toMatchObject([
      {
        metadata: { name: 'web.2', namespace: 'shop' },
        spec: {
          targetRef: { kind: 'HTTPRoute', name: 'web.2' },
          default: { timeouts: { routeTimeout: '0s' }, sessionAffinity: { affinityType: 'managed-cookie' } },
        },
      },
    ]);
  });

  it('reach a Service over TLS on every port that asks for it (AGC-61)', () => {
    const backendTls = { sni: 'web.internal', caSecret: 'ca', clientSecret: 'client' };
    const objects = rendered({ backendTls }, { backends: [aBackend({ port: 443 })], backendTls });
    expect(ofKind(objects, 'BackendTLSPolicy')).toMatchObject([
      {
        spec: {
          targetRef: { kind: 'Service', name: 'web' },
          default: {
            sni: 'web.internal',
            ports: [{ port: 443 }, { port: 8080 }],
            clientCertificateRef: { name: 'client', namespace: 'shop' },
            verify: { caCertificateRef: { name: 'ca', namespace: 'shop' } },
          },
        },
      },
    ]);
  });

  it('of gRPC become a GRPCRoute, and the grant of its backends names that kind (AGC-56)', () => {
    const rules = [{ match: { grpc: { service: 'shop.Orders' } }, backends: [aBackend({ namespace: 'next' })], healthCheck: { grpc: {} } }];
    const objects = renderManifests(gateway, [aRoute({ protocol: 'GRPC', rules })]);
    expect(manifestFaults(objects, 'v1.2.1')).toEqual([]);
    expect(ofKind(objects, 'GRPCRoute')).toMatchObject([
      { spec: { rules: [{ matches: [{ method: { type: 'Exact', service: 'shop.Orders' } }] }] } },
    ]);
    expect(ofKind(objects, 'ReferenceGrant')).toMatchObject([{ spec: { from: [{ kind: 'GRPCRoute' }] } }]);
    expect(ofKind(objects, 'HealthCheckPolicy')).toMatchObject([{ spec: { default: { grpc: {} } } }]);
  });

  it('have the WAF policy of the gateway on each of its Gateways (AGC-66)', () => {
    const wafPolicyId =
      '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/waf';
    const objects = renderManifests(aGateway({ frontends: ['a', 'b'], wafPolicyId }), []);
    expect(manifestFaults(objects, gateway.gatewayApi)).toEqual([]);
    expect(ofKind(objects, 'WebApplicationFirewallPolicy')).toMatchObject(
      ['shop-b', 'shop'].map((name) => ({
        spec: { targetRef: { kind: 'Gateway', name }, webApplicationFirewall: { id: wafPolicyId } },
      })),
    );
  });
});
