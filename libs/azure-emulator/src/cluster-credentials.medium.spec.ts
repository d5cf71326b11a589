import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import type { EmulatorOptions } from './options.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { armHttp, armScene, clusterBody, type Answer } from './testing/arm-http.js';

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly users: readonly {
    readonly user: { readonly token?: string; readonly exec?: { readonly command: string; readonly args: readonly string[] } };
  }[];
}

describe('credentials of a managed cluster', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  async function ask(action: string, properties: JsonObject = {}, options: EmulatorOptions = {}): Promise<Answer> {
    emulator = await startEmulator({ clock: 'manual', throttling: false, ...options });
    const send = armHttp(emulator);
    const scene = armScene(emulator, send);
    await scene.ground();
    await scene.put(scene.cluster('aks'), clusterBody({ subnetId: scene.subnet('nodes'), properties }));
    return send('POST', `${scene.cluster('aks')}/${action}`);
  }

  function kubeconfigOf({ body }: Answer): Kubeconfig {
    const [first] = body['kubeconfigs'] as { readonly name: string; readonly value: string }[];
    return JSON.parse(Buffer.from(first?.value ?? '', 'base64').toString()) as Kubeconfig;
  }

  it('lead to the API server that the emulator was told of', async () => {
    const answer = await ask('listClusterUserCredential', {}, { kubernetes: () => ({ server: 'http://127.0.0.1:6443', token: 't' }) });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ kubeconfigs: [{ name: 'clusterUser' }] });
    expect(kubeconfigOf(answer)).toMatchObject({
      clusters: [{ cluster: { server: 'http://127.0.0.1:6443' } }],
      users: [{ user: { token: 't' } }],
    });
  });

  it('name the host of the cluster where it was told of none', async () => {
    const { clusters } = kubeconfigOf(await ask('listClusterAdminCredential'));
    expect(clusters[0]?.cluster.server).toMatch(/^https:\/\/demo-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io:443$/);
  });

  it('want kubelogin with Entra ID', async () => {
    const { users } = kubeconfigOf(await ask('listClusterUserCredential', { aadProfile: { managed: true } }));
    expect(users[0]?.user.token).toBeUndefined();
    expect(users[0]?.user.exec).toMatchObject({ command: 'kubelogin', args: expect.arrayContaining(['--server-id']) });
  });

  it('of the administrator are refused where local accounts are off', async () => {
    const answer = await ask('listClusterAdminCredential', { aadProfile: { managed: true }, disableLocalAccounts: true });
    expect(answer.status).toBe(400);
    expect(answer.body['code']).toBe('BadRequest');
  });

  it('are not there before the cluster is', async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    const send = armHttp(emulator);
    const scene = armScene(emulator, send);
    await scene.ground();
    expect((await send('POST', `${scene.cluster('none')}/listClusterUserCredential`)).status).toBe(404);
    await send('PUT', scene.cluster('aks'), clusterBody({ subnetId: scene.subnet('nodes') }));
    expect((await send('POST', `${scene.cluster('aks')}/listClusterUserCredential`)).status).toBe(409);
  });
});
