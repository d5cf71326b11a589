import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';

describe('a WAF policy of a gateway (AGC-66)', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('is admitted by a securityPolicy, attached by the controller, and let go with the gateway', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('waf-shop');
    const cluster = await bench.cluster();
    const gateway = await bench.gateway({ name: 'shop', cluster, wafPolicyId });
    expect(gateway.securityPolicyId).toMatch(/\/trafficControllers\/shop\/securityPolicies\/waf$/);
    expect(bench.accepted('/securityPolicies/waf')).toHaveLength(1);
    expect(bench.accepted('/waf-shop/providers/Microsoft.Authorization/')).toHaveLength(1);
    const manifests = (await bench.get(`${path}/shop/manifests`)).text;
    expect(manifests).toContain('kind: WebApplicationFirewallPolicy');
    expect(manifests).toContain(wafPolicyId);
    await bench.delete(`${path}/shop`).expect(202);
    await bench.gone('shop');
    expect(bench.accepted('/securityPolicies/waf', 'DELETE')).toHaveLength(1);
    expect(bench.accepted('/waf-shop/providers/Microsoft.Authorization/', 'DELETE')).toHaveLength(1);
  });

  it('keeps the controller’s role while another gateway of the cluster is bound to it', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('waf-shared');
    const cluster = await bench.cluster({ plan: false });
    for (const name of ['one', 'two']) await bench.gateway({ name, cluster, pool: 'gateways', wafPolicyId });
    const removed = (): number => bench.accepted('/waf-shared/providers/Microsoft.Authorization/', 'DELETE').length;
    await bench.delete(`${path}/one`).expect(202);
    await bench.gone('one');
    expect(removed()).toBe(0);
    await bench.delete(`${path}/two`).expect(202);
    await bench.gone('two');
    expect(removed()).toBe(1);
  });

  it('needs no securityPolicy of ours where the controller makes the trafficController', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('waf-managed');
    const body = { name: 'managed', cluster: await bench.cluster({ plan: false }), deployment: 'MANAGED', pool: 'gateways', wafPolicyId };
    expect(await bench.gateway(body)).toMatchObject({ securityPolicyId: null });
    expect(bench.accepted('/trafficControllers/alb')).toEqual([]);
    expect(bench.accepted('/waf-managed/providers/Microsoft.Authorization/')).toHaveLength(1);
  });

  it('is refused before anything is written when it is not there, or holds what AGC does not take', async () => {
    const cluster = await bench.cluster({ plan: false });
    const crs = await bench.fixture.wafPolicy('waf-crs', 'OWASP', '3.2');
    const asked = async (wafPolicyId: string): Promise<unknown> =>
      (await bench.post(path, { name: 'wrong', cluster, kind: 'AGC', pool: 'gateways', wafPolicyId })).body.errors;
    expect(await asked(crs.replace('waf-crs', 'nothing'))).toMatchObject([{ path: 'wafPolicyId', code: 'unknown_waf_policy' }]);
    expect(await asked(crs)).toMatchObject([
      { path: 'wafPolicyId', code: 'waf_policy_unsupported', conflictsWith: 'rule set OWASP 3.2', rule: 'AGC-66' },
      { path: 'wafPolicyId', code: 'waf_policy_unsupported', conflictsWith: 'no Default Rule Set', rule: 'AGC-66' },
    ]);
  });
});
