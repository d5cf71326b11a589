import { afterAll, describe, expect, it } from 'vitest';
import { subscriptionId } from '../testing/azure-fixture.js';
import { IngressBench } from '../testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const waf = '/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies';
const idOf = (name: string, subscription = subscriptionId): string => `/subscriptions/${subscription}/resourceGroups/rg-west${waf}/${name}`;
const backends = [{ service: 'web', namespace: 'shop', port: 80 }];

describe('the WAF policy of a route in Azure', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  const ruled = (...policies: string[]): object => ({
    hostnames: ['shop.example.com'],
    rules: policies.map((policyId, index) => ({
      match: { path: { type: 'PREFIX', value: `/${index}` } },
      backends,
      waf: { policyId },
    })),
  });
  const put = (gateway: string, route: string, body: object) => bench.put(`${path}/${gateway}/routes/${route}`, body);

  it('is there, in the region, and holds what AGC takes: all else is one answer by rule (AGC-66)', async () => {
    const crs = await bench.fixture.wafPolicy('r-crs', 'OWASP', '3.2');
    const fine = await bench.fixture.wafPolicy('r-fine');
    await bench.gateway({ name: 'agc', cluster: await bench.cluster({ plan: false }), pool: 'gateways' });
    const answer = await put('agc', 'web', ruled(fine, idOf('r-none'), crs));
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [
        { path: 'rules[1].waf.policyId', code: 'unknown_waf_policy', value: idOf('r-none'), rule: 'AGC-66' },
        { path: 'rules[2].waf.policyId', code: 'waf_policy_unsupported', conflictsWith: 'rule set OWASP 3.2', rule: 'AGC-66' },
        { path: 'rules[2].waf.policyId', code: 'waf_policy_unsupported', conflictsWith: 'no Default Rule Set', rule: 'AGC-66' },
      ],
    ]);
    expect((await bench.get(`${path}/agc`)).body.wafPolicies).toEqual([]);
    await put('agc', 'web', ruled(fine)).expect(201);
  });

  it('is read with a name that is new to the gateway, not with each PUT', async () => {
    const policy = await bench.fixture.wafPolicy('r-once');
    await bench.gateway({ name: 'once', cluster: await bench.cluster({ plan: false }), pool: 'gateways' });
    const reads = (): number => bench.azure.journal({ method: 'GET' }).filter((call) => call.path.endsWith('/r-once')).length;
    await put('once', 'one', ruled(policy)).expect(201);
    const first = reads();
    expect(first).toBeGreaterThan(0);
    await put('once', 'two', { ...ruled(policy), hostnames: ['pay.example.com'] }).expect(201);
    expect(reads()).toBe(first);
  });

  it('is there and in the subscription and region of an Application Gateway too, whose WAF takes any rule set (AGIC-54)', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('r-own');
    const crs = await bench.fixture.wafPolicy('r-agic-crs', 'OWASP', '3.2');
    const north = idOf('r-north');
    await bench.fixture.put(north, '2026-01-01', {
      location: 'northeurope',
      properties: { managedRules: { managedRuleSets: [{ ruleSetType: 'OWASP', ruleSetVersion: '3.2' }] } },
    });
    await bench.gateway({ name: 'agic', cluster: await bench.cluster({ plan: false }), kind: 'AGIC', pool: 'gateways', wafPolicyId });
    const other = idOf('r', '00000000-0000-0000-0000-000000000001');
    const answer = await put('agic', 'web', ruled(idOf('r-none'), north, other, 'r-none'));
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [
        { path: 'rules[2].waf.policyId', code: 'waf_policy_mismatch', value: other },
        { path: 'rules[3].waf.policyId', code: 'waf_policy_invalid', value: 'r-none' },
        { path: 'rules[0].waf.policyId', code: 'unknown_waf_policy', rule: 'AGIC-54' },
        { path: 'rules[1].waf.policyId', code: 'waf_policy_mismatch', value: 'northeurope', conflictsWith: 'westeurope', rule: 'AGIC-54' },
      ],
    ]);
    await put('agic', 'web', ruled(crs)).expect(201);
  });

  it('lowers what an Application Gateway takes while its rules are CRS 3.1, as long as they are (AGIC-12)', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('r-old', 'OWASP', '3.1');
    await bench.gateway({ name: 'old', cluster: await bench.cluster({ plan: false }), kind: 'AGIC', pool: 'gateways', wafPolicyId });
    const hosts = (from: number): object => ({
      hostnames: Array.from({ length: 10 }, (_, index) => `h${from + index}.example.com`),
      rules: [{ backends }],
    });
    for (const from of [10, 20, 30, 40]) await put('old', `many-${from}`, hosts(from)).expect(201);
    const answer = await put('old', 'more', { hostnames: ['one-more.example.com'], rules: [{ backends }] });
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [
        {
          path: 'hostnames',
          code: 'agic_limit_exceeded',
          value: 41,
          conflictsWith: { limit: 'listeners', max: 40, ruleSet: 'OWASP 3.1' },
          rule: 'AGIC-12',
        },
      ],
    ]);
    await bench.fixture.wafPolicy('r-old', 'OWASP', '3.2');
    await put('old', 'more', { hostnames: ['one-more.example.com'], rules: [{ backends }] }).expect(201);
  });

  it('is answered with 503 while Azure cannot be asked', async () => {
    const policy = await bench.fixture.wafPolicy('r-away');
    await bench.gateway({ name: 'away', cluster: await bench.cluster({ plan: false }), pool: 'gateways' });
    bench.azure.faults.add({
      match: { method: 'GET', idPattern: '/r-away$' },
      times: 1,
      do: { status: 503, code: 'ServerBusy', message: 'later' },
    });
    const answer = await put('away', 'web', ruled(policy));
    expect([answer.status, answer.body.code]).toEqual([503, 'azure_unavailable']);
    await put('away', 'web', ruled(policy)).expect(201);
  });
});
