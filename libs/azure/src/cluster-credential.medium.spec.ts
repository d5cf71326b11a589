import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectArm } from './connect-arm.js';
import { CLUSTER, factsOf, ScriptedArm } from './testing/scripted-arm.js';

const config = 'apiVersion: v1\nkind: Config\n';

describe('the credential of a cluster', () => {
  let scripted: ScriptedArm;
  beforeEach(async () => {
    scripted = await ScriptedArm.start();
  });
  afterEach(() => scripted.stop());

  it('is the kubeconfig that AKS gives a user, asked for once', async () => {
    const value = Buffer.from(config).toString('base64');
    scripted.turns = [{ status: 200, body: { kubeconfigs: [{ name: 'clusterUser', value }] } }];
    const credential = await scripted.connect().clusterCredential(CLUSTER);
    expect(credential?.kubeconfig).toBe(config);
    expect(scripted.seen.map(({ method, url }) => [method, url])).toEqual([
      ['POST', `${CLUSTER}/listClusterUserCredential?api-version=2026-06-01`],
    ]);
  });

  it('brings a token of our own identity for the application that the API server takes tokens for', async () => {
    const asked: unknown[] = [];
    const credential = {
      getToken: async (scope: unknown) => {
        asked.push(scope);
        return { token: 'mine', expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
      },
    };
    scripted.turns = [{ status: 200, body: { kubeconfigs: [{ name: 'clusterUser', value: '' }] } }];
    const found = await connectArm({ endpoint: scripted.origin, credential }).clusterCredential(CLUSTER);
    expect(await found?.token('6dae42f8-0000-0000-0000-000000000000')).toBe('mine');
    expect(asked.at(-1)).toBe('6dae42f8-0000-0000-0000-000000000000/.default');
  });

  it('is absent when the cluster is', async () => {
    scripted.turns = [{ status: 404, body: { error: { code: 'ResourceNotFound', message: 'gone' } } }];
    expect(await scripted.connect().clusterCredential(CLUSTER)).toBeUndefined();
  });

  it.each([
    [{ status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no role' } } }, 'AuthorizationFailed'],
    [{ status: 200, body: { kubeconfigs: [] } }, 'NoKubeconfig'],
    ['reset' as const, 'ConnectionLost'],
  ])('fails as Azure does: %j', async (turn, code) => {
    scripted.turns = [turn];
    expect(await factsOf(scripted.connect().clusterCredential(CLUSTER))).toMatchObject({ code });
  });
});
