import { afterAll, describe, expect, it } from 'vitest';
import type { GatewayView } from '../schemas.js';
import { subscriptionId } from '../testing/azure-fixture.js';
import { IngressBench, statusesOf, until } from '../testing/ingress-bench.js';

const path = '/v1/ingress-gateways';
const policy = (name: string): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/rg-west/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/${name}`;

describe('a WAF policy of a route (AGC-66)', async () => {
  const bench = await IngressBench.open({ assumeWafPolicies: true });
  afterAll(() => bench.close());

  const rolesOn = (name: string, method = 'PUT'): number => bench.accepted(`/${name}/providers/Microsoft.Authorization/`, method).length;
  const body = (...policies: string[]): object => ({
    hostnames: ['shop.example.com'],
    rules: policies.map((policyId, index) => ({
      match: { path: { type: 'PREFIX', value: `/${index}` } },
      backends: [{ service: 'web', namespace: 'shop', port: 80 }],
      waf: { policyId },
    })),
  });
  const put = (gateway: string, route: string, ...policies: string[]) => bench.put(`${path}/${gateway}/routes/${route}`, body(...policies));
  const granted = (gateway: string, status = 'GRANTED'): Promise<GatewayView> =>
    until(
      async () => {
        const view = (await bench.get(`${path}/${gateway}`)).body as GatewayView;
        return view.wafPolicies.length > 0 && view.wafPolicies.every((grant) => grant.status === status) ? view : undefined;
      },
      async () => (await bench.get(`${path}/${gateway}`)).text,
      10_000,
    );

  it.each(['BYO', 'MANAGED', 'ADDON'] as const)(
    'is given to the controller of a %s gateway once, and taken back with the gateway',
    async (deployment) => {
      const name = deployment.toLowerCase();
      const preview = deployment === 'ADDON' ? { acceptPreview: true } : {};
      await bench.gateway({ name, cluster: await bench.cluster({ plan: false }), deployment, pool: 'gateways', ...preview });
      const answers = await Promise.all([
        put(name, 'one', policy(`w-${name}`)),
        put(name, 'two', policy(`W-${name}`).toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')),
      ]);
      expect(statusesOf(answers)).toEqual([201, 201]);
      expect((await granted(name)).wafPolicies).toHaveLength(1);
      expect((await put(name, 'one', policy(`w-${name}`))).status).toBe(200);
      expect(rolesOn(`w-${name}`)).toBe(1);
      await bench.delete(`${path}/${name}`).expect(202);
      await bench.gone(name);
      expect(rolesOn(`w-${name}`, 'DELETE')).toBe(1);
    },
  );

  it.each(['BYO', 'ADDON'] as const)(
    'is given to AGIC of a %s gateway once, and taken back with the gateway (AGIC-54)',
    async (deployment) => {
      const name = `agic-${deployment.toLowerCase()}`;
      const wafPolicyId = await bench.fixture.wafPolicy(`w-${name}-own`);
      const cluster = await bench.cluster({ plan: false });
      await bench.gateway({ name, cluster, kind: 'AGIC', deployment, pool: 'gateways', wafPolicyId });
      await bench.gateway({ name: `${name}-agc`, cluster, pool: 'gateways' });
      expect(
        statusesOf(await Promise.all([put(name, 'one', policy(`w-${name}`)), put(`${name}-agc`, 'one', policy(`w-${name}`))])),
      ).toEqual([201, 201]);
      await Promise.all([granted(name), granted(`${name}-agc`)]);
      expect(rolesOn(`w-${name}`)).toBe(2);
      for (const [gateway, removed] of [
        [name, 1],
        [`${name}-agc`, 2],
      ] as const) {
        await bench.delete(`${path}/${gateway}`).expect(202);
        await bench.gone(gateway);
        expect(rolesOn(`w-${name}`, 'DELETE')).toBe(removed);
      }
      expect(rolesOn(`w-${name}-own`, 'DELETE')).toBe(1);
    },
  );

  it('is asked for by nobody in a dry run, and needs no other role where it is the gateway’s own', async () => {
    const wafPolicyId = await bench.fixture.wafPolicy('w-own');
    await bench.gateway({ name: 'own', cluster: await bench.cluster({ plan: false }), pool: 'gateways', wafPolicyId });
    await bench.put(`${path}/own/routes/dry?dryRun=true`, body(policy('w-dry'))).expect(200);
    await put('own', 'web', wafPolicyId).expect(201);
    expect((await bench.get(`${path}/own`)).body.wafPolicies).toEqual([]);
    expect([rolesOn('w-own'), rolesOn('w-dry')]).toEqual([1, 0]);
  });

  it('keeps the role while another gateway of the cluster needs it', async () => {
    const cluster = await bench.cluster({ plan: false });
    for (const name of ['left', 'right']) {
      await bench.gateway({ name, cluster, pool: 'gateways' });
      await put(name, 'web', policy('w-shared')).expect(201);
      await granted(name);
    }
    await bench.delete(`${path}/left`).expect(202);
    await bench.gone('left');
    expect(rolesOn('w-shared', 'DELETE')).toBe(0);
    await bench.delete(`${path}/right`).expect(202);
    await bench.gone('right');
    expect(rolesOn('w-shared', 'DELETE')).toBe(1);
  });

  it('waits for a gateway that is being made, and comes out the same when the worker dies', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.stopWorkers();
    await bench.post(path, { name: 'early', cluster, kind: 'AGC', pool: 'gateways' }).expect(201);
    await put('early', 'web', policy('w-early')).expect(201);
    await bench.start({
      at: (moment, run) => {
        if (moment === 'write-accepted' && run !== undefined) throw new Error('the worker dies here');
      },
    });
    await bench.settled('early', 'READY');
    await granted('early');
    expect(rolesOn('w-early')).toBe(1);
    await bench.stopWorkers();
    await bench.start();
  });

  it('says in Azure’s words why the role could not be given, and tries again when asked to', async () => {
    await bench.gateway({ name: 'barred', cluster: await bench.cluster({ plan: false }), pool: 'gateways' });
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/w-barred/providers/' },
      times: 1,
      do: { status: 400, code: 'BadRequestFormat', message: 'no' },
    });
    await put('barred', 'web', policy('w-barred')).expect(201);
    const failed = await granted('barred', 'FAILED');
    expect(failed).toMatchObject({ status: 'READY', wafPolicies: [{ failure: { code: 'BadRequestFormat' } }] });
    expect((await bench.post(`${path}/barred/retry`, {})).status).toBe(202);
    await granted('barred');
    expect((await bench.post(`${path}/barred/retry`, {})).body).toMatchObject({ code: 'not_failed' });
  });

  it('goes with a gateway whose grants still wait', async () => {
    const cluster = await bench.cluster({ plan: false });
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: '/userAssignedIdentities/[^/]+$' },
      times: 1,
      do: { status: 400, code: 'BadRequest', message: 'no' },
    });
    await bench.gateway({ name: 'unmade', cluster, pool: 'gateways' }, 'FAILED');
    await put('unmade', 'web', policy('w-unmade')).expect(201);
    await bench.delete(`${path}/unmade`).expect(202);
    await bench.gone('unmade');
    expect(rolesOn('w-unmade')).toBe(0);
    const left = await bench.fresh.db.selectFrom('waf_grant').select('run').where('policy_id', '=', policy('w-unmade')).execute();
    expect(left).toEqual([]);
  });

  it('is one of ten at most, and the eleventh is named', async () => {
    await bench.gateway({ name: 'many', cluster: await bench.cluster({ plan: false }), pool: 'gateways' });
    const policies = Array.from({ length: 10 }, (_, index) => policy(`w-many-${index}`));
    await put('many', 'ten', ...policies).expect(201);
    const answer = await put('many', 'eleventh', policy('w-many-10'));
    expect([answer.status, answer.body.errors]).toMatchObject([
      422,
      [
        {
          path: 'rules[0].waf.policyId',
          code: 'agc_limit_exceeded',
          value: 11,
          conflictsWith: { limit: 'wafPolicies', max: 10 },
          rule: 'AGC-66',
        },
      ],
    ]);
    expect((await bench.get(`${path}/many/routes/eleventh`)).status).toBe(404);
    await granted('many');
    await bench.delete(`${path}/many`).expect(202);
    await bench.gone('many');
    expect(policies.map((_, index) => rolesOn(`w-many-${index}`, 'DELETE'))).toEqual(policies.map(() => 1));
  });
});
