import type { IncomingMessage } from 'node:http';
import { albController } from '@podspan/kubernetes-emulator';
import { testTokens } from '@podspan/platform/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { ClusterOfBench } from '../testing/cluster-of-bench.js';
import { IngressBench, statusesOf } from '../testing/ingress-bench.js';
import type { AppliedObject, ApplyView } from './apply-schemas.js';

const routePath = (gateway: string): string => `/apis/gateway.networking.k8s.io/v1/namespaces/${gateway}/httproutes/web`;

describe('applying the manifests of a gateway', async () => {
  let stuck = false;
  const fqdns = new Map<string, string>();
  const bench = await IngressBench.open({
    api: {
      controller: albController({ checkServices: true, stuck: () => stuck, fqdnOf: ({ metadata }) => fqdns.get(metadata.name) }),
      accepts: (_, token) => token === 'ingress-test',
    },
  });
  afterAll(() => bench.close());

  /** A gateway with one route to Service `shop` of its namespace, which exists once the namespace does. */
  async function gateway(name: string, over: Parameters<IngressBench['cluster']>[0] = {}): Promise<ClusterOfBench> {
    const cluster = await bench.cluster(over);
    await bench.gateway({ name, cluster });
    await putRoute(name);
    const inside = new ClusterOfBench(bench, cluster);
    await inside.namespace(name);
    await inside.service(name, 'shop');
    return inside;
  }

  const putRoute = (name: string, hostnames = ['shop.example'], route = 'web') =>
    bench.put(`/v1/ingress-gateways/${name}/routes/${route}`, {
      hostnames,
      rules: [{ backends: [{ service: 'shop', namespace: name, port: 80 }] }],
    });

  const apply = (name: string, body: object = {}, query = '', headers = {}) =>
    bench.post(`/v1/ingress-gateways/${name}/apply${query}`, body, headers);

  const actionsOf = ({ objects }: ApplyView): Readonly<Record<string, string>> =>
    Object.fromEntries(objects.map(({ kind, name, action }) => [`${kind}/${name}`, action]));

  it('creates every object in order, and answers when the controller has accepted and programmed them', async () => {
    const cluster = await gateway('whole');
    const answer = await apply('whole');
    expect(answer.status).toBe(200);
    const view = answer.body as ApplyView;
    expect(view).toMatchObject({ state: 'READY', dryRun: false, fieldManager: 'podspan', counts: { changed: 1, deleted: 0, left: 0 } });
    expect(view.objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Namespace', 'Gateway', 'HTTPRoute']));
    expect(view.objects.find(({ kind }) => kind === 'HTTPRoute')).toMatchObject({ action: 'CREATED', state: 'READY', reasons: [] });
    expect(cluster.find('Gateway', 'whole')?.metadata['managedFields']).toMatchObject([{ manager: 'podspan', operation: 'Apply' }]);
  });

  it('is done with a managed gateway when the controller has made its load balancer (AGC-40)', async () => {
    const cluster = await bench.cluster();
    await bench.gateway({ name: 'managed', cluster, deployment: 'MANAGED' });
    const inside = new ClusterOfBench(bench, cluster);
    await inside.namespace('managed');
    await inside.service('managed', 'default-backend');
    const { body } = await apply('managed');
    expect(body).toMatchObject({ state: 'READY' });
    expect((body as ApplyView).objects.find(({ kind }) => kind === 'ApplicationLoadBalancer')).toMatchObject({
      action: 'CREATED',
      state: 'READY',
    });
  });

  it('learns from the controller where the frontends of a managed gateway answer, each by its Gateway (AGC-40, AGC-52)', async () => {
    const cluster = await bench.cluster();
    const made = await bench.gateway({ name: 'named', cluster, deployment: 'MANAGED', frontends: ['main', 'partners'] });
    expect(made.frontends.map(({ fqdn }) => fqdn)).toEqual([null, null]);
    const trafficController = await bench.fixture.asController(cluster, made.subnet.id);
    const addresses = await Promise.all(['fe-1', 'fe-2'].map((frontend) => bench.fixture.frontend(trafficController, frontend)));
    const [first = '', second = ''] = addresses;
    fqdns.set('named', first);
    await apply('named').expect(200);
    const known = async (): Promise<{ readonly etag: string | undefined; readonly fqdns: unknown }> => {
      const { headers, body } = await bench.get('/v1/ingress-gateways/named');
      return { etag: headers['etag'], fqdns: body.frontends.map(({ fqdn }: { fqdn: string | null }) => fqdn) };
    };
    expect(await known()).toMatchObject({ fqdns: [first, null] });
    fqdns.set('named-partners', second);
    const inside = new ClusterOfBench(bench, cluster);
    await inside.change(
      '/apis/gateway.networking.k8s.io/v1/namespaces/named/gateways/named-partners',
      { metadata: { labels: { a: 'b' } } },
      'x',
    );
    await apply('named').expect(200);
    const whole = await known();
    expect(whole).toMatchObject({ fqdns: [first, second] });
    expect(first).toMatch(/\.alb\.azure\.com$/);
    await apply('named').expect(200);
    expect(await known()).toEqual(whole);
    const manifests = (await bench.get('/v1/ingress-gateways/named/manifests')).text;
    expect(manifests).not.toContain(first);
  });

  it('learns nothing in a dry run, nor of a gateway whose frontends Podspan makes itself', async () => {
    fqdns.set('dry', 'controller.fz01.alb.azure.com').set('own', 'controller.fz01.alb.azure.com');
    const cluster = await bench.cluster();
    await bench.gateway({ name: 'dry', cluster, deployment: 'MANAGED' });
    await apply('dry', {}, '?dryRun=true').expect(200);
    expect((await bench.get('/v1/ingress-gateways/dry')).body.frontends).toMatchObject([{ fqdn: null }]);
    const own = await bench.gateway({ name: 'own', cluster: await bench.cluster() });
    await apply('own').expect(200);
    expect((await bench.get('/v1/ingress-gateways/own')).body.frontends).toEqual(own.frontends);
  });

  it('changes nothing the second time, and two at once come to the same', async () => {
    const cluster = await gateway('twice');
    const answers = await Promise.all([apply('twice'), apply('twice')]);
    expect(statusesOf(answers)).toEqual([200, 200]);
    const before = cluster.inside.revision;
    const again = (await apply('twice')).body as ApplyView;
    expect(new Set(Object.values(actionsOf(again)))).toEqual(new Set(['UNCHANGED']));
    expect(cluster.inside.revision).toBe(before);
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    const cluster = await gateway('planned');
    const before = cluster.inside.revision;
    const { body } = await apply('planned', {}, '?dryRun=true');
    expect(body).toMatchObject({ state: 'PLANNED', dryRun: true });
    expect(actionsOf(body as ApplyView)).toMatchObject({ 'HTTPRoute/web': 'CREATED', 'Namespace/planned': 'CHANGED' });
    expect(cluster.inside.revision).toBe(before);
  });

  it('rehearses what it can while the namespace is not there, and makes it first', async () => {
    const name = await bench.cluster();
    await bench.gateway({ name: 'fresh', cluster: name });
    const cluster = new ClusterOfBench(bench, name);
    const rehearsal = (await apply('fresh', {}, '?dryRun=true')).body as ApplyView;
    expect(rehearsal.objects.find(({ kind }) => kind === 'Gateway')).toMatchObject({ action: 'CREATED', checkedBy: 'SCHEMA' });
    expect(cluster.names('Namespace')).not.toContain('fresh');
    const applied = (await apply('fresh', { waitSeconds: 0 })).body as ApplyView;
    expect(applied.objects.find(({ kind }) => kind === 'Gateway')).toMatchObject({ action: 'CREATED', checkedBy: 'CLUSTER' });
  });

  it('applies nothing while others manage its fields, names each with its manager, and takes over when forced', async () => {
    const cluster = await gateway('shared');
    await apply('shared').expect(200);
    await cluster.change(routePath('shared'), { spec: { hostnames: ['other.example'] } }, 'kubectl-edit');
    await putRoute('shared', ['new.example']);
    await putRoute('shared', ['later.example'], 'later');
    const refused = await apply('shared');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'field_conflict',
      errors: [{ path: 'HTTPRoute/shared/web.spec.hostnames', code: 'field_conflict', conflictsWith: 'kubectl-edit' }],
    });
    expect(cluster.names('HTTPRoute')).not.toContain('later');
    expect((await apply('shared', { force: true })).body).toMatchObject({ state: 'READY' });
    expect(cluster.find('HTTPRoute', 'web')?.['spec']).toMatchObject({ hostnames: ['new.example'] });
  });

  it('does not take over an object that nobody marked as its own', async () => {
    const cluster = await gateway('foreign');
    await cluster.create('/apis/gateway.networking.k8s.io/v1/namespaces/foreign/httproutes', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web' },
      spec: {},
    });
    const { status, body } = await apply('foreign');
    expect(status).toBe(409);
    expect(body.errors).toMatchObject([{ path: 'HTTPRoute/foreign/web', code: 'foreign_object' }]);
  });

  it('leaves no namespace behind when the cluster refuses what comes into it', async () => {
    const name = await bench.cluster();
    await bench.gateway({ name: 'apart', cluster: name });
    const backends = [{ service: 'shop', namespace: 'team-a', port: 80 }];
    await bench.put('/v1/ingress-gateways/apart/routes/web', { hostnames: ['a.example'], rules: [{ backends }] });
    const cluster = new ClusterOfBench(bench, name);
    const { status, body } = await apply('apart');
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path: 'ReferenceGrant/team-a/apart-service-shop', code: 'namespace_missing', value: 'team-a' }]);
    expect(cluster.names('Namespace')).not.toContain('apart');
  });

  it('says that the CRDs are missing, once for a kind', async () => {
    await gateway('bare');
    const gatewayApi = ({ url = '' }: IncomingMessage): boolean => url.endsWith('/apis/gateway.networking.k8s.io/v1');
    for (let call = 0; call < 20; call++) bench.kubernetes.failNext(404, gatewayApi);
    const { status, body } = await apply('bare');
    bench.kubernetes.recover();
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([
      { path: 'Gateway', code: 'crd_missing', rule: 'AGC-30' },
      { path: 'HTTPRoute', code: 'crd_missing' },
    ]);
  });

  it('explains what the controller refuses (AGC-56), until it is put right', async () => {
    const cluster = await gateway('lonely');
    await bench.put('/v1/ingress-gateways/lonely/routes/web', {
      hostnames: ['a.example'],
      rules: [{ backends: [{ service: 'missing', namespace: 'lonely', port: 80 }] }],
    });
    const refused = (await apply('lonely')).body as ApplyView;
    expect(refused.state).toBe('REFUSED');
    expect(refused.objects.find(({ name }) => name === 'web')?.reasons).toMatchObject([
      { condition: 'ResolvedRefs', reason: 'BackendNotFound', rule: 'AGC-56', explanation: expect.stringContaining('500') },
    ]);
    await cluster.service('lonely', 'missing');
    expect((await apply('lonely')).body).toMatchObject({ state: 'READY' });
  });

  it('waits as long as it was asked to, and goes on when the controller does', async () => {
    const cluster = await gateway('slow');
    stuck = true;
    const impatient = (await apply('slow', { waitSeconds: 0 })).body as ApplyView;
    expect(impatient.state).toBe('WAITING');
    const [{ reasons } = {} as AppliedObject] = impatient.objects.filter(({ kind }) => kind === 'Gateway');
    expect(reasons).toMatchObject([{ condition: 'Accepted', reason: 'NotReported', rule: 'AGC-27' }, { condition: 'Programmed' }]);
    const patient = apply('slow', { waitSeconds: 30 }).then(({ body }) => body as ApplyView);
    stuck = false;
    await cluster.service('slow', 'wakes-the-controller');
    expect((await patient).state).toBe('READY');
  });

  it('shows what is left over, and deletes it only when asked', async () => {
    const cluster = await gateway('shrinking');
    await putRoute('shrinking', ['old.example'], 'old');
    await apply('shrinking').expect(200);
    await bench.delete('/v1/ingress-gateways/shrinking/routes/old').expect(204);
    expect(actionsOf((await apply('shrinking')).body as ApplyView)['HTTPRoute/old']).toBe('LEFT');
    expect(actionsOf((await apply('shrinking', { prune: true }, '?dryRun=true')).body as ApplyView)['HTTPRoute/old']).toBe('DELETED');
    expect(cluster.names('HTTPRoute')).toContain('old');
    expect((await apply('shrinking', { prune: true })).body).toMatchObject({ counts: { deleted: 1 }, state: 'READY' });
    expect(cluster.names('HTTPRoute')).toEqual(['web']);
    expect(cluster.names('Namespace')).toContain('shrinking');
  });

  it('is completed by the same again after it died in the middle', async () => {
    const cluster = await gateway('broken');
    bench.kubernetes.failNext(500, ({ method, url = '' }) => method === 'PATCH' && url.includes('httproutes') && !url.includes('dryRun'));
    const { status, body } = await apply('broken');
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'cluster_unavailable' });
    expect(cluster.names('Gateway')).toEqual(['broken']);
    const again = await apply('broken');
    expect(actionsOf(again.body as ApplyView)).toMatchObject({ 'Gateway/broken': 'UNCHANGED', 'HTTPRoute/web': 'CREATED' });
  });

  it('answers the same key with the first answer', async () => {
    await gateway('keyed');
    const key = { 'idempotency-key': 'apply-1' };
    const first = await apply('keyed', { waitSeconds: 0 }, '', key);
    const second = await apply('keyed', { waitSeconds: 0 }, '', key);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
    expect((await apply('keyed', { prune: true }, '', key)).status).toBe(422);
  });

  it('signs in with our own identity where the cluster wants kubelogin', async () => {
    await gateway('entra', { azure: { aadProfile: { managed: true } } });
    expect((await apply('entra')).body).toMatchObject({ state: 'READY' });
  });

  it('is a mutation too', async () => {
    await gateway('graph');
    const { data } = await bench.graphql(
      `mutation { applyIngressGateway(name: "graph", input: { waitSeconds: 20 }) {
        __typename
        ... on AppliedIngressGateway { state counts { created } objects { kind name action } }
        ... on ProblemInterface { code message }
      } }`,
    );
    expect(data['applyIngressGateway']).toMatchObject({ __typename: 'AppliedIngressGateway', state: 'READY' });
    const unknown = await bench.graphql(`mutation { applyIngressGateway(name: "nobody") { __typename } }`);
    expect(unknown.data['applyIngressGateway']).toMatchObject({ __typename: 'NotFoundProblem' });
  });

  it('needs an operator, and INGRESS_APPLY', async () => {
    await gateway('locked');
    expect((await apply('locked', {}, '', { authorization: `Bearer ${testTokens.viewer}` })).status).toBe(403);
    bench.allowApply(false);
    const { status, body } = await apply('locked');
    bench.allowApply(true);
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'apply_disabled', setting: 'INGRESS_APPLY' });
  });

  it('refuses what it does not understand, all at once', async () => {
    const { status, body } = await apply('whole', { waitSeconds: 46, prune: 'yes', patience: 1 });
    expect(status).toBe(422);
    expect((body.errors as { path: string }[]).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['waitSeconds', 'prune', 'patience']),
    );
  });
});
