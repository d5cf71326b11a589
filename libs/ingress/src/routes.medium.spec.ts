import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IngressBench, statusesOf } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways/shop';
const web = {
  hostnames: ['shop.example.com'],
  rules: [
    {
      match: { path: { type: 'PREFIX', value: '/' } },
      backends: [{ service: 'web', namespace: 'shop', port: 8080 }],
      healthCheck: { path: '/healthz' },
    },
  ],
};

describe('routes and manifests', async () => {
  const bench = await IngressBench.open();
  beforeAll(async () => {
    await bench.gateway({ name: 'shop', cluster: await bench.cluster() });
  });
  afterAll(() => bench.close());

  const kinds = async (): Promise<string[]> => {
    const { text } = await bench.get(`${path}/manifests`);
    return parseAllDocuments(text).map((document) => (document.toJS() as { kind: string }).kind);
  };

  it('of a new gateway lead to the placeholder, with everything a cluster needs', async () => {
    expect(await kinds()).toEqual(['Namespace', 'Gateway', 'HTTPRoute', 'HealthCheckPolicy']);
  });

  it('are created once, replaced, and carry an ETag', async () => {
    const created = await bench.put(`${path}/routes/web`, web);
    expect(created.status).toBe(201);
    const again = await bench.put(`${path}/routes/web`, web);
    expect([again.status, again.headers['etag']]).toEqual([200, created.headers['etag']]);
    const changed = await bench.put(
      `${path}/routes/web`,
      { ...web, hostnames: ['www.example.com'] },
      { 'if-match': String(created.headers['etag']) },
    );
    expect(changed.status).toBe(200);
    expect(changed.headers['etag']).not.toBe(created.headers['etag']);
    expect((await bench.put(`${path}/routes/web`, web, { 'if-match': String(created.headers['etag']) })).status).toBe(412);
    expect((await bench.get(`${path}/routes/web`)).body).toMatchObject({ name: 'web', hostnames: ['www.example.com'] });
    expect((await bench.get(`${path}/routes`)).body).toMatchObject({ items: [{ name: 'web' }], nextCursor: null });
  });

  it('come in pages', async () => {
    await bench.put(`${path}/routes/another`, { ...web, hostnames: ['another.example.com'] });
    const first = await bench.get(`${path}/routes?limit=1`);
    expect(first.body).toMatchObject({ items: [{ name: 'another' }], nextCursor: expect.any(String) });
    const { nextCursor } = first.body as { nextCursor: string };
    expect((await bench.get(`${path}/routes?limit=1&cursor=${nextCursor}`)).body).toMatchObject({
      items: [{ name: 'web' }],
      nextCursor: null,
    });
    expect((await bench.get(`${path}/routes?limit=1001`)).status).toBe(422);
    expect((await bench.delete(`${path}/routes/another`)).status).toBe(204);
  });

  it('come as the same bytes each time, as YAML or as a JSON list', async () => {
    const [one, two] = await Promise.all([bench.get(`${path}/manifests`), bench.get(`${path}/manifests?format=yaml`)]);
    expect(one.headers['content-type']).toBe('application/yaml; charset=utf-8');
    expect(one.text).toBe(two.text);
    const json = await bench.get(`${path}/manifests`, { accept: 'application/json' });
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json.body).toEqual((await bench.get(`${path}/manifests?format=json`)).body);
    expect(parseAllDocuments(one.text).map((document) => document.toJS() as unknown)).toEqual(json.body.items);
    const folder = await bench.get(`${path}/manifests?format=kustomize`);
    expect(folder.text).toBe((await bench.get(`${path}/manifests?format=kustomize`)).text);
    const { 'kustomization.yaml': kustomization, ...files } = folder.body as Record<string, string>;
    const [document] = parseAllDocuments(kustomization ?? '');
    const { resources } = (document?.toJS() ?? {}) as { resources: string[] };
    expect([...resources].sort()).toEqual(Object.keys(files));
    expect(resources.map((file) => files[file]).join('---\n')).toBe(one.text);
    expect((await bench.get(`${path}/manifests?format=toml`)).status).toBe(422);
    expect(await bench.get(`${path}/manifests`, { accept: 'image/png' })).toMatchObject({ status: 406, body: { code: 'not_acceptable' } });
  });

  it('refuse every problem of a route at once, also what the target cannot express', async () => {
    const rules = [{ backends: [{ service: 'Web', namespace: 'shop', port: 0 }], redirect: { scheme: 'HTTP', status: 305 } }];
    const answer = await bench.put(`${path}/routes/Bad`, { hostnames: ['1.2.3.4'], rules });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { path: string; code: string }[]).map(({ path: at, code }) => `${at} ${code}`)).toEqual([
      'name name_invalid',
      'hostnames[0] hostname_invalid',
      'rules[0].backends[0].service name_invalid',
      'rules[0].backends[0].port port_out_of_range',
      'rules[0].backends redirect_with_backends',
      'rules[0].redirect redirect_loop',
      'rules[0].redirect.status redirect_status_invalid',
    ]);
  });

  it('become objects and policies of every kind, which the manifests hold as the answer does', async () => {
    const policyId = await bench.fixture.wafPolicy('waf');
    const rich = {
      hostnames: ['api.example.com'],
      tls: { secret: 'api', policy: '2023-06-S' },
      rules: [
        {
          match: {
            path: { type: 'PREFIX', value: '/v1' },
            methods: ['GET', 'POST'],
            query: [{ name: 'beta', value: '1' }],
            headers: [{ name: 'x-team', value: '^a', type: 'REGULAR_EXPRESSION' }],
          },
          backends: [
            { service: 'api', namespace: 'shop', port: 8443, weight: 9 },
            { service: 'api-next', namespace: 'next', port: 8443, weight: 1 },
          ],
          rewrite: { host: 'api.internal', pathPrefix: '/' },
          headers: { request: { set: [{ name: 'x-from', value: 'edge' }] }, response: { remove: ['server'] } },
          timeout: { requestSeconds: 300 },
          affinity: { type: 'APPLICATION_COOKIE', cookieName: 'stick', cookieSeconds: 600 },
          backendTls: { sni: 'api.internal', caSecret: 'ca', subjectAltName: 'api.internal' },
          waf: { policyId },
        },
        {
          match: { path: { type: 'EXACT', value: '/old' } },
          redirect: { host: 'www.example.com', fullPath: '/new', status: 308 },
        },
      ],
    };
    expect((await bench.put(`${path}/routes/api`, rich)).status).toBe(201);
    const { createdAt: _, updatedAt: __, ...view } = (await bench.get(`${path}/routes/api`)).body;
    expect(view).toEqual({ name: 'api', ...rich, rules: [rich.rules[0], { ...rich.rules[1], backends: [] }] });
    const grpc = {
      protocol: 'GRPC',
      hostnames: ['grpc.example.com'],
      tls: { secret: 'grpc' },
      rules: [
        {
          match: { grpc: { service: 'shop.v1.Orders', method: 'Get' } },
          backends: [{ service: 'orders', namespace: 'shop', port: 50_051 }],
          healthCheck: { grpc: {} },
        },
      ],
    };
    expect((await bench.put(`${path}/routes/orders`, grpc)).status).toBe(201);
    const names = ((await bench.get(`${path}/manifests?format=json`)).body.items as { kind: string; metadata: { name: string } }[]).map(
      ({ kind, metadata: { name } }) => `${kind}/${name}`,
    );
    expect(names).toEqual([
      'Namespace/shop',
      'ReferenceGrant/shop-service-api-next',
      'Gateway/shop',
      'HTTPRoute/api',
      'HTTPRoute/api.2',
      'HTTPRoute/web',
      'GRPCRoute/orders',
      'HealthCheckPolicy/shop-orders',
      'HealthCheckPolicy/shop-web',
      'BackendTLSPolicy/shop-api-next',
      'BackendTLSPolicy/shop-api',
      'RoutePolicy/api',
      'FrontendTLSPolicy/shop.tls-2023-06-s',
      'WebApplicationFirewallPolicy/api',
    ]);
    for (const name of ['api', 'orders']) await bench.delete(`${path}/routes/${name}`).expect(204);
  });

  it('count what all routes add up to, also when they come at the same time (AGC-17)', async () => {
    const tls = (secret: string): object => ({
      hostnames: ['tls.example.com'],
      tls: { secret },
      rules: [{ backends: [{ service: 'web', namespace: 'shop', port: 8080 }] }],
    });
    const answers = await Promise.all(['a', 'b', 'c'].map((secret) => bench.put(`${path}/routes/tls-${secret}`, tls(secret))));
    expect(statusesOf(answers)).toEqual([201, 201, 422]);
    expect(answers.find(({ status }) => status === 422)?.body.errors).toMatchObject([
      { code: 'agc_limit_exceeded', rule: 'AGC-17', path: 'tls.secret' },
    ]);
  });

  it('refuse a second way to probe one Service', async () => {
    const answer = await bench.put(`${path}/routes/other`, {
      rules: [{ backends: [{ service: 'web', namespace: 'shop', port: 8080 }], healthCheck: { path: '/other' } }],
    });
    expect(answer.body.errors).toMatchObject([{ code: 'health_check_conflict', path: 'rules[0].healthCheck' }]);
  });

  it('go, and the placeholder comes back with the last one', async () => {
    for (const { name } of (await bench.get(`${path}/routes`)).body.items as { name: string }[])
      await bench.delete(`${path}/routes/${name}`).expect(204);
    expect((await bench.delete(`${path}/routes/web`)).status).toBe(404);
    expect(await kinds()).toEqual(['Namespace', 'Gateway', 'HTTPRoute', 'HealthCheckPolicy']);
  });

  it('keep nothing in a dry run, and replay under an Idempotency-Key', async () => {
    expect((await bench.put(`${path}/routes/dry?dryRun=true`, web)).status).toBe(200);
    expect((await bench.get(`${path}/routes/dry`)).status).toBe(404);
    const key = { 'idempotency-key': 'route-1' };
    expect((await bench.put(`${path}/routes/keyed`, web, key)).status).toBe(201);
    const replayed = await bench.put(`${path}/routes/keyed`, web, key);
    expect([replayed.status, replayed.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect((await bench.put(`${path}/routes/keyed`, { ...web, hostnames: [] }, key)).body).toMatchObject({ code: 'idempotency_mismatch' });
  });

  it('are offered in the OpenAPI document', async () => {
    const { body } = await bench.get('/openapi.json');
    expect(Object.keys(body.paths as object)).toEqual(
      expect.arrayContaining([
        '/v1/ingress-gateways',
        '/v1/ingress-gateways/{gateway}',
        '/v1/ingress-gateways/{gateway}/manifests',
        '/v1/ingress-gateways/{gateway}/routes/{name}',
      ]),
    );
  });
});
