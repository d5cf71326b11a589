import { testTokens } from '@podspan/platform/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench } from '../testing/ingress-bench.js';
import type { GatewayPlanView } from './plan-schemas.js';

const path = '/v1/ingress-gateway-plans';
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
interface Named {
  readonly name: string;
}
const route = (index: number, over: object = {}): Named => {
  const body = { hostnames: [`h${index}.example.com`], rules: [{ backends: [{ service: 'web', namespace: 'shop', port: 80 }] }] };
  return { name: `r${String(index).padStart(3, '0')}`, ...body, ...over };
};
const secure = (index: number): { name: string } => route(index, { tls: { secret: `c${index}` } });

describe('plans of ingress gateways', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());
  const plan = async (body: object): Promise<GatewayPlanView> => {
    const answer = await bench.post(path, body, { authorization: `Bearer ${testTokens.viewer}` });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body as GatewayPlanView;
  };

  it('say which gateways, frontends and subnets a set of routes needs, and write nothing', async () => {
    const cluster = await bench.cluster({ plan: false });
    const answer = await plan({ name: 'shop', cluster, routes: many(101, secure) });
    expect(answer).toMatchObject({ newGateways: 2, newSubnets: 2, moves: [] });
    expect(answer.gateways.map(({ name, frontends }) => [name, frontends.map(({ name: at, routes }) => [at, routes.length])])).toEqual([
      [
        'shop',
        [
          ['frontend', 63],
          ['frontend-2', 37],
        ],
      ],
      ['shop-2', [['frontend', 1]]],
    ]);
    expect(answer.gateways[0]?.usage).toContainEqual({
      limit: 'certificates',
      rule: 'AGC-15',
      count: 100,
      max: 100,
      of: 'certificate references per AGC',
    });
    expect((await bench.get('/v1/ingress-gateways')).body.items).toEqual([]);
  });

  it('come out as planned when they are carried out, and a further route moves none of the others', async () => {
    const cluster = await bench.cluster({ plan: false });
    const routes = many(65, secure);
    const first = await plan({ name: 'big', cluster, routes });
    for (const { name, frontends } of first.gateways) {
      await bench.gateway({ name, cluster, pool: 'gateways', frontends: frontends.map((frontend) => frontend.name) });
      for (const frontend of frontends)
        for (const { name: key, ...body } of routes.filter((planned) => frontend.routes.includes(planned.name)))
          expect((await bench.put(`/v1/ingress-gateways/${name}/routes/${key}`, { ...body, frontends: [frontend.name] })).status).toBe(201);
    }
    const again = await plan({ name: 'big', cluster, routes });
    expect(again).toMatchObject({ newGateways: 0, newSubnets: 0, moves: [] });
    expect(again.gateways.map(({ frontends }) => frontends)).toEqual(first.gateways.map(({ frontends }) => frontends));
    const further = await plan({
      name: 'big',
      cluster,
      routes: [{ ...secure(999), name: 'a-first' }],
    });
    expect(further.moves).toEqual([]);
    expect(further.gateways.flatMap(({ frontends }) => frontends.flatMap((frontend) => frontend.routes))).toHaveLength(66);
  });

  it('keep the places of an earlier answer', async () => {
    const cluster = await bench.cluster({ plan: false });
    const first = await plan({ name: 'kept', cluster, routes: many(101, secure) });
    const current = first.gateways.map(({ name, frontends }) => ({
      name,
      frontends: frontends.map((frontend) => ({ name: frontend.name, routes: frontend.routes })),
    }));
    const routes = [...many(101, secure), { ...secure(999), name: 'a-first' }];
    expect((await plan({ name: 'kept', cluster, routes, current })).moves).toEqual([]);
  });

  it('name every problem at once, under the route that has it', async () => {
    const cluster = await bench.cluster({ plan: false, region: 'polandcentral' });
    const answer = await bench.post(path, {
      name: 'bad_',
      cluster,
      routes: [
        route(0, { hostnames: ['NO'] }),
        route(0),
        ...many(17, (index) => route(100 + index, { hostnames: many(16, (at) => `h${index}-${at}.example.com`), tls: { secret: 'one' } })),
      ],
    });
    expect(answer.status).toBe(422);
    const found = (answer.body.errors as { path: string; code: string; rule?: string }[]).map(
      ({ path: at, code, rule }) => `${at} ${code} ${rule}`,
    );
    expect(found).toEqual([
      'name name_invalid QUO-48',
      'routes[1].name duplicate undefined',
      'routes[0].hostnames[0] hostname_invalid AGC-55',
      'routes agc_limit_exceeded AGC-14',
      'routes agc_limit_exceeded AGC-15',
      'routes agc_limit_exceeded AGC-15',
      'cluster agc_region_unavailable AGC-70',
    ]);
  });

  it.each([
    ['a cluster nobody knows', { cluster: 'nowhere' }, 'cluster', 'unknown_cluster'],
    ['no route', { routes: [] }, 'routes', 'too_small'],
    ['a member nobody knows', { colour: 'blue' }, 'colour', 'unknown_field'],
    ['kind AGIC, which has other limits', { kind: 'AGIC' }, 'kind', 'unknown_field'],
  ])('refuse %s', async (_, over, at, code) => {
    const answer = await bench.post(path, { name: 'shop', cluster: await bench.cluster({ plan: false }), routes: [route(0)], ...over });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ path: at, code }]]);
  });

  it('read the WAF policies that routes name, each once (AGC-66)', async () => {
    const cluster = await bench.cluster({ plan: false });
    const fine = await bench.fixture.wafPolicy('p-fine');
    const crs = await bench.fixture.wafPolicy('p-crs', 'OWASP', '3.2');
    const none = fine.replace('p-fine', 'p-none');
    const guarded = (index: number, ...policies: string[]): Named =>
      route(index, {
        rules: policies.map((policyId, at) => ({
          match: { path: { type: 'PREFIX', value: `/${at}` } },
          backends: [{ service: 'web', namespace: 'shop', port: 80 }],
          waf: { policyId },
        })),
      });
    expect(await plan({ name: 'shop', cluster, routes: [guarded(0, fine), guarded(1, fine)] })).toMatchObject({ newGateways: 1 });
    const reads = bench.azure.journal({ method: 'GET' }).filter((call) => call.path.endsWith('/p-fine'));
    const answer = await bench.post(path, { name: 'shop', cluster, routes: [guarded(0, fine, none), guarded(1, none, crs)] });
    expect(answer.body.errors.map((found: { path: string; code: string; rule: string }) => [found.path, found.code, found.rule])).toEqual([
      ['routes[0].rules[1].waf.policyId', 'unknown_waf_policy', 'AGC-66'],
      ['routes[1].rules[1].waf.policyId', 'waf_policy_unsupported', 'AGC-66'],
      ['routes[1].rules[1].waf.policyId', 'waf_policy_unsupported', 'AGC-66'],
    ]);
    expect(bench.azure.journal({ method: 'GET' }).filter((call) => call.path.endsWith('/p-fine'))).toHaveLength(reads.length + 1);
  });

  it('count the gateways that the cluster has for others (AGC-13)', async () => {
    const cluster = await bench.cluster({ plan: false });
    for (const index of [1, 2, 3, 4])
      await bench.post('/v1/ingress-gateways', { name: `other-${index}`, cluster, kind: 'AGC', pool: 'gateways' }).expect(201);
    expect(await plan({ name: 'fifth', cluster, routes: [route(0)] })).toMatchObject({ newGateways: 1 });
    const answer = await bench.post(path, { name: 'sixth', cluster, routes: many(101, secure) });
    expect(answer.body.errors).toMatchObject([{ path: 'routes', code: 'agc_limit_exceeded', rule: 'AGC-13', value: ['r100'] }]);
  });

  it('answer over GraphQL with the same, and problems as a type', async () => {
    const cluster = await bench.cluster({ plan: false });
    const query = `mutation ($input: PlanIngressGatewaysInput!) { planIngressGateways(input: $input) { __typename
      ... on IngressGatewayPlan { newSubnets gateways { name frontends { name routes } usage { limit count } } moves { route } }
      ... on ProblemInterface { code errors { path code } } } }`;
    const ask = async (input: object): Promise<unknown> => (await bench.graphql(query, { input })).data['planIngressGateways'];
    expect(await ask({ name: 'shop', cluster, routes: [route(0)] })).toMatchObject({
      __typename: 'IngressGatewayPlan',
      newSubnets: 1,
      gateways: [{ name: 'shop', frontends: [{ name: 'frontend', routes: ['r000'] }] }],
    });
    expect(await ask({ name: 'shop', cluster: 'nowhere', routes: [route(0)] })).toMatchObject({
      __typename: 'RuleViolations',
      errors: [{ path: 'cluster', code: 'unknown_cluster' }],
    });
  });
});
