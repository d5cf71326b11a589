import { load, loadAll } from 'js-yaml';
import { bootTestService, testTokens } from '@podspan/platform/testing';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TranslationTestModule, translationSdl } from '../testing/translation-service.js';

const albId = '/subscriptions/s/resourceGroups/r/providers/Microsoft.ServiceNetworking/trafficControllers/alb';
const target = `deployment=BYO&albId=${encodeURIComponent(albId)}&frontend=fe`;
const ingress = (annotations: Record<string, string> = {}): string =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: { 'kubernetes.io/ingress.class': 'azure/application-gateway', ...annotations },
    },
    spec: {
      rules: [
        {
          host: 'shop.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    },
  });

interface View {
  readonly manifests: string;
  readonly report: readonly Readonly<Record<string, unknown>>[];
  readonly blockers: readonly Readonly<Record<string, unknown>>[];
}

describe('POST /v1/ingress-translations', () => {
  let service: Awaited<ReturnType<typeof bootTestService>>;
  beforeAll(async () => {
    service = await bootTestService({ name: 'ingress', module: TranslationTestModule, sdl: translationSdl });
  });
  afterAll(() => service.close());

  const post = (body: string | Buffer, query = target, type = 'application/yaml'): supertest.Test =>
    supertest(service.url)
      .post(`/v1/ingress-translations?${query}`)
      .set('authorization', `Bearer ${testTokens.viewer}`)
      .set('content-type', type)
      .send(body);

  it('translates YAML and JSON alike, for whoever may read, and the same bytes each time', async () => {
    const [yaml, json, again] = [await post(ingress()), await post(ingress(), target, 'application/json'), await post(ingress())];
    expect([yaml.status, json.status]).toEqual([200, 200]);
    const { manifests, blockers } = yaml.body as View;
    expect(loadAll(manifests).map((object) => (object as { kind: string }).kind)).toEqual(['Gateway', 'HTTPRoute', 'HealthCheckPolicy']);
    expect(blockers).toEqual([]);
    expect((json.body as View).manifests).toBe(manifests);
    expect(again.text).toBe(yaml.text);
  });

  it('names every mistake of the query at once', async () => {
    const answer = await post(ingress(), 'deployment=MANAGED&albId=x&namespace=No');
    expect(answer.status).toBe(422);
    const { errors } = answer.body as { errors: { path: string; code: string }[] };
    expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'subnetId required',
      'albId ambiguous_request',
      'namespace name_invalid',
    ]);
  });

  it('refuses one frontend for two Gateways (AGC-19)', async () => {
    const answer = await post(ingress(), `${target},other,FE`);
    expect([answer.status, answer.body]).toMatchObject([
      422,
      {
        errors: [
          {
            path: 'frontend',
            code: 'agc_limit_exceeded',
            value: 2,
            conflictsWith: { limit: 'gatewaysPerFrontend', max: 1 },
            rule: 'AGC-19',
          },
        ],
      },
    ]);
  });

  it('refuses blockers with strict, and reports them without (MAP-30)', async () => {
    const blocked = ingress({ 'appgw.ingress.kubernetes.io/use-private-ip': 'true' });
    const [lenient, strict] = [await post(blocked), await post(blocked, `${target}&strict=true`)];
    expect(lenient.status).toBe(200);
    expect((lenient.body as View).report[0]).toMatchObject({ outcome: 'UNSUPPORTED', rule: 'MAP-14', blocking: true });
    expect((lenient.body as View).blockers).toHaveLength(1);
    expect(strict.status).toBe(422);
    expect(strict.body).toMatchObject({ code: 'translation_blocked', errors: [{ code: 'agc_feature_unsupported', rule: 'MAP-14' }] });
  });

  it('refuses what is not UTF-8 and what is too large, and says so', async () => {
    const latin = await post(Buffer.from([0x6b, 0x69, 0x6e, 0x64, 0x3a, 0x20, 0xe9, 0x0a]));
    expect([latin.status, (latin.body as { errors: unknown[] }).errors]).toMatchObject([422, [{ code: 'not_utf8' }]]);
    const huge = await supertest(service.url)
      .post(`/v1/ingress-translations?${target}`)
      .set({
        authorization: `Bearer ${testTokens.viewer}`,
        'content-type': 'application/yaml',
        'content-length': String(200 * 1024 * 1024),
      })
      .send('kind: Ingress\n')
      .catch((error: unknown) => error);
    expect(huge).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect((await supertest(service.url).post(`/v1/ingress-translations?${target}`).send('')).status).toBe(401);
  });

  it('answers over GraphQL with the same', async () => {
    const query = `mutation ($input: TranslateIngressInput!) { translateIngress(input: $input) { __typename
      ... on IngressTranslation { manifests report { outcome rule source { kind name annotation } } blockers { rule } }
      ... on ProblemInterface { code errors { path code } } } }`;
    const call = async (input: object): Promise<Record<string, unknown>> => {
      const answer = await supertest(service.url)
        .post('/graphql')
        .set('authorization', `Bearer ${testTokens.viewer}`)
        .send({ query, variables: { input } });
      return (answer.body as { data: { translateIngress: Record<string, unknown> } }).data.translateIngress;
    };
    const rest = (await post(ingress())).body as View;
    expect(await call({ yaml: ingress(), albId, frontend: 'fe' })).toMatchObject({
      __typename: 'IngressTranslation',
      manifests: rest.manifests,
      blockers: [],
    });
    expect(await call({ yaml: ingress() })).toMatchObject({
      __typename: 'RuleViolations',
      errors: [{ path: 'albId' }, { path: 'frontend' }],
    });
    expect(load(rest.manifests.split('---')[0] ?? '')).toMatchObject({ spec: { addresses: [{ value: 'fe' }] } });
  });
});
