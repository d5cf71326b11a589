import { KubeConfig, KubernetesObjectApi, PatchStrategy, Watch, type ApiException, type KubernetesObject } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { albController } from './alb-controller.js';
import { clusterKey, startKubernetes, type Kubernetes } from './start-kubernetes.js';

interface Route extends KubernetesObject {
  spec: { hostnames?: string[]; parentRefs?: object[]; rules?: object[] };
  status?: { parents: { conditions: { type: string; status: string; reason: string }[] }[] };
}

describe('the stand-in for an API server', () => {
  let kubernetes: Kubernetes;
  let api: KubernetesObjectApi;
  let key: string;
  let clusters = 0;
  beforeAll(async () => {
    kubernetes = await startKubernetes({
      controller: albController({ checkServices: true }),
      faultsOf: (object) => (JSON.stringify(object).includes('misspelt') ? ['/spec must NOT have additional properties'] : []),
    });
  });
  afterAll(() => kubernetes.close());
  beforeEach(() => {
    key = `c${++clusters}`;
    api = KubernetesObjectApi.makeApiClient(configOf(kubernetes.tokenOf(key)));
  });

  function configOf(token: string): KubeConfig {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: kubernetes.serverOf(key), skipTLSVerify: true }, { name: 'u', token });
    return config;
  }

  function route(spec: Route['spec'], metadata: object = {}): Route {
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'default', ...metadata },
      spec,
    };
  }

  const apply = (object: Route, manager = 'podspan', { dryRun = false, force = false } = {}): Promise<Route> =>
    api.patch(object, undefined, dryRun ? 'All' : undefined, manager, force, PatchStrategy.ServerSideApply);

  async function refusal(work: Promise<unknown>): Promise<{ code: number; body: { reason: string; message: string; details?: unknown } }> {
    const error = await work.then(
      () => undefined,
      (thrown: ApiException<string>) => thrown,
    );
    if (!error) throw new Error('it was not refused');
    return { code: error.code, body: JSON.parse(error.body) as { reason: string; message: string } };
  }

  it('says what it is', async () => {
    const answer = await fetch(`${kubernetes.serverOf(key)}/version`, { headers: { authorization: `Bearer ${kubernetes.tokenOf(key)}` } });
    expect(await answer.json()).toMatchObject({
      gitVersion: expect.stringContaining('stand-in'),
      about: expect.stringContaining('kube-apiserver'),
    });
  });

  it('applies an object once: the same again keeps its revision', async () => {
    const first = await apply(route({ hostnames: ['a.example'] }));
    expect(first.metadata).toMatchObject({ generation: 1, managedFields: [{ manager: 'podspan', operation: 'Apply' }] });
    const again = await apply(route({ hostnames: ['a.example'] }));
    expect(again.metadata?.resourceVersion).toBe((await api.read(route({}) as never)).metadata?.resourceVersion);
    const changed = await apply(route({ hostnames: ['b.example'] }));
    expect(changed.metadata?.generation).toBe(2);
  });

  it('keeps nothing of a dry run', async () => {
    expect((await apply(route({ hostnames: ['a.example'] }), 'podspan', { dryRun: true })).spec.hostnames).toEqual(['a.example']);
    expect((await refusal(api.read(route({}) as never))).code).toBe(404);
  });

  it('names the manager and the field of a conflict, and lets it be forced', async () => {
    await apply(route({ hostnames: ['a.example'] }), 'kubectl');
    const conflict = await refusal(apply(route({ hostnames: ['b.example'] })));
    expect(conflict).toMatchObject({
      code: 409,
      body: {
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict: conflict with "kubectl" using gateway.networking.k8s.io/v1: .spec.hostnames',
        details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.hostnames' }] },
      },
    });
    expect((await apply(route({ hostnames: ['b.example'] }), 'podspan', { force: true })).spec.hostnames).toEqual(['b.example']);
    await apply(route({ hostnames: ['c.example'] }));
  });

  it('lets two managers share a value, and removes a field with its last manager', async () => {
    await apply(route({ hostnames: ['a.example'] }), 'kubectl');
    await apply(route({ hostnames: ['a.example'] }));
    expect((await apply(route({}))).spec.hostnames).toEqual(['a.example']);
    expect((await apply(route({}), 'kubectl')).spec.hostnames).toBeUndefined();
  });

  it('refuses what a schema refuses, a namespace that is not there, and kinds it does not serve', async () => {
    expect(await refusal(apply(route({ misspelt: 1 } as never)))).toMatchObject({ code: 422, body: { reason: 'Invalid' } });
    expect(await refusal(apply(route({}, { namespace: 'nowhere' })))).toMatchObject({
      code: 404,
      body: { message: 'namespaces "nowhere" not found' },
    });
    const odd = { ...route({}), apiVersion: 'nobody.example/v1' };
    expect((await refusal(api.read(odd as never))).code).toBe(404);
  });

  it('asks who is there', async () => {
    api = KubernetesObjectApi.makeApiClient(configOf('stolen'));
    expect((await refusal(api.read(route({}) as never))).code).toBe(401);
  });

  it('lists by label and watches from a revision, until it is told to stop', async () => {
    await apply(route({}, { labels: { app: 'shop' } }));
    const list = await api.list(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'app=shop',
    );
    expect(list.items).toHaveLength(1);
    const seen: [string, string][] = [];
    const done = new Promise<void>((ended, failed) => {
      void new Watch(configOf(kubernetes.tokenOf(key))).watch(
        '/apis/gateway.networking.k8s.io/v1/httproutes',
        { resourceVersion: list.metadata?.resourceVersion, labelSelector: 'app=shop', timeoutSeconds: 1 },
        (type: string, object: Route) => void seen.push([type, object.spec.hostnames?.[0] ?? '']),
        (error: unknown) => (error ? failed(error) : ended()),
      );
    });
    await apply(route({ hostnames: ['later.example'] }, { labels: { app: 'shop' } }));
    await apply(route({ hostnames: ['other.example'] }, { name: 'other' }));
    await done;
    expect(seen).toContainEqual(['MODIFIED', 'later.example']);
    expect(seen.flat()).not.toContain('other.example');
  });

  it('has a controller that finds the backends, or says that it does not', async () => {
    const spec = { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] };
    await apply(route(spec));
    const reasonOf = async (): Promise<string | undefined> => {
      const found: Route = await api.read(route({}) as never);
      return found.status?.parents[0]?.conditions.find(({ type }) => type === 'ResolvedRefs')?.reason;
    };
    expect(await reasonOf()).toBe('BackendNotFound');
    await api.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'default' } });
    expect(await reasonOf()).toBe('ResolvedRefs');
  });

  it('removes a namespace with everything in it, and only the one that was meant', async () => {
    const namespace: KubernetesObject = await api.create<KubernetesObject>({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
    await apply(route({}, { namespace: 'shop' }));
    const wrong = api.delete(namespace, undefined, undefined, undefined, undefined, undefined, { preconditions: { uid: 'other' } });
    expect((await refusal(wrong)).code).toBe(409);
    await api.delete(namespace, undefined, undefined, undefined, undefined, undefined, {
      preconditions: { uid: namespace.metadata?.uid ?? '' },
    });
    expect((await refusal(api.read(route({}, { namespace: 'shop' }) as never))).code).toBe(404);
  });

  it('tells clusters of one name in two groups apart', () => {
    const id = (group: string): string =>
      `/subscriptions/S/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
    expect(clusterKey(id('a'))).not.toBe(clusterKey(id('b')));
    expect(clusterKey(id('a'))).toBe('s.a.aks');
  });
});
