import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startKubernetes, type Kubernetes } from '@podspan/kubernetes-emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../domain/apply/kube-object.js';
import { ClientNodeApi } from './client-node-api.js';
import { sessionOf } from './sign-in.js';

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { of: 'test' } } });

describe(ClientNodeApi, () => {
  let kubernetes: Kubernetes;
  beforeAll(async () => {
    kubernetes = await startKubernetes();
  });
  afterAll(() => kubernetes.close());

  async function connect(server: string, token = kubernetes.tokenOf('c')): Promise<ClientNodeApi> {
    const kubeconfig = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    });
    return new ClientNodeApi(await sessionOf({ kubeconfig, token: async () => '' }));
  }

  it('says Transient, without the token, when nobody answers', async () => {
    const gone = createServer();
    await new Promise<void>((ready) => gone.listen(0, '127.0.0.1', ready));
    const { port } = gone.address() as AddressInfo;
    await new Promise((closed) => gone.close(closed));
    const api = await connect(`http://127.0.0.1:${port}`, 's3cret');
    const error = await api.find({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'transient', code: 'cluster_unreachable', message: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('s3cret');
  });

  it('says what a wrong token meets with', async () => {
    const api = await connect(kubernetes.serverOf('c'), 'wrong');
    await expect(api.find({ apiVersion: 'v1', kind: 'Namespace', name: 'default' })).rejects.toMatchObject({ status: 401 });
  });

  it('finds nothing where nothing is, and no kind that is not served', async () => {
    const api = await connect(kubernetes.serverOf('c'));
    expect(await api.find({ apiVersion: 'v1', kind: 'Namespace', name: 'nowhere' })).toBeUndefined();
    await expect(api.find({ apiVersion: 'v9', kind: 'Odd', name: 'x' })).rejects.toMatchObject({ reason: 'KindNotServed' });
    expect(await api.list({ apiVersion: 'nobody.example/v1', kind: 'Odd', labels: '' })).toMatchObject({ items: [] });
  });

  it('removes the object it saw and no other of its name', async () => {
    const api = await connect(kubernetes.serverOf('c'));
    const first = await api.apply(namespace('one'), { dryRun: false, force: false });
    await api.remove(first, { dryRun: false });
    expect(await api.find({ apiVersion: 'v1', kind: 'Namespace', name: 'one' })).toBeUndefined();
    const second = await api.apply(namespace('one'), { dryRun: false, force: false });
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    await api.remove(first, { dryRun: false });
    expect((await api.find({ apiVersion: 'v1', kind: 'Namespace', name: 'one' }))?.metadata.uid).toBe(second.metadata.uid);
  });

  it('tells what changes after a listing, until it is stopped', async () => {
    const api = await connect(kubernetes.serverOf('c'));
    const selection = { apiVersion: 'v1', kind: 'Namespace', labels: 'of=test' };
    const { resourceVersion } = await api.list(selection);
    const stop = new AbortController();
    const seen: string[] = [];
    const watching = api.watch(
      selection,
      resourceVersion,
      ({ metadata }) => {
        seen.push(metadata.name);
        stop.abort();
      },
      stop.signal,
    );
    await api.apply(namespace('two'), { dryRun: false, force: false });
    await watching;
    expect(seen).toEqual(['two']);
  });
});
