import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '../testing/api.js';
import { bootStandalone, type TestStandalone } from '../testing/boot-standalone.js';
import { subscribedOverSse, subscribedOverWebSocket } from '../testing/event-streams.js';
import { AGC, cluster, rolloutOf, topology, WEU } from '../testing/small-fleet.js';

let folder: string;
let podspan: TestStandalone;
/** Operators of one address space each. */
let lab: Api;
let corporate: Api;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podspan-scoped-'));
  const tokens = ['lab', 'corporate'].map((space) => ({
    name: `${space}-team`,
    sha256: createHash('sha256').update(`${space}-token`).digest('hex'),
    role: 'operator',
    spaces: [space],
  }));
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify(tokens));
  podspan = await bootStandalone({ API_TOKENS_FILE: join(folder, 'tokens.json') });
  lab = podspan.api.as('lab-token');
  corporate = podspan.api.as('corporate-token');
  await podspan.api.post('/v1/topologies', { ...topology, addressSpaces: [...topology.addressSpaces, { name: 'lab' }] }).expect(200);
  await corporate.post('/v1/rollouts', rolloutOf('theirs', [cluster('aks-1', WEU, AGC)])).expect(202);
  await subscribedOverSse(corporate, 'theirs', 0);
}, 120_000);

afterAll(async () => {
  await podspan.close();
  rmSync(folder, { recursive: true, force: true });
});

async function namesAt(api: Api, path: string): Promise<readonly string[]> {
  return (await api.get(path).expect(200)).body.items.map(({ name }: { name: string }) => name);
}

async function gatewayName(): Promise<string> {
  const [name = ''] = await namesAt(podspan.api, '/v1/ingress-gateways');
  return name;
}

describe('rights in one address space', () => {
  it('show the clusters, rollouts and gateways of its networks', async () => {
    const lists = ['/v1/clusters', '/v1/rollouts', '/v1/ingress-gateways'];
    expect(await Promise.all(lists.map((path) => namesAt(corporate, path)))).toEqual([['aks-1'], ['theirs'], [await gatewayName()]]);
    expect(await Promise.all(lists.map((path) => namesAt(lab, path)))).toEqual([[], [], []]);
  });

  it('do not tell that there are others', async () => {
    const gateway = `/v1/ingress-gateways/${await gatewayName()}`;
    const reads = ['/v1/clusters/aks-1', '/v1/rollouts/theirs', '/v1/rollouts/theirs/items', '/v1/rollouts/theirs/items/aks-1'];
    for (const path of [...reads, '/v1/rollouts/theirs/events', gateway, `${gateway}/routes`, `${gateway}/manifests`]) {
      expect([path, (await corporate.get(path)).status]).toEqual([path, 200]);
      expect([path, (await lab.get(path)).status]).toEqual([path, 404]);
    }
    await expect(subscribedOverWebSocket(lab, 'theirs', 0)).rejects.toThrow('not_found');
    expect(await subscribedOverWebSocket(corporate, 'theirs', 0)).toContain(1);
    const query =
      '{ clusters { nodes { name } } cluster(name: "aks-1") { name } rollout(name: "theirs") { name } rollouts { nodes { name } } ingressGateways { nodes { name } } }';
    expect((await lab.graphql(query)).data).toEqual({
      clusters: { nodes: [] },
      cluster: null,
      rollout: null,
      rollouts: { nodes: [] },
      ingressGateways: { nodes: [] },
    });
    expect((await corporate.graphql(query)).data).toMatchObject({ cluster: { name: 'aks-1' }, rollout: { name: 'theirs' } });
  });

  it('steer and change nothing of them', async () => {
    const gateway = `/v1/ingress-gateways/${await gatewayName()}`;
    for (const verb of ['pause', 'resume', 'cancel', 'retry', 'approve', 'reject'])
      await lab.post(`/v1/rollouts/theirs/${verb}`, {}).expect(404);
    const backend = { service: 'web', namespace: 'shop', port: 80 };
    await lab.put(`${gateway}/routes/mine`, { hostnames: ['a.example.com'], rules: [{ backends: [backend] }] }).expect(404);
    await lab.delete(gateway).expect(404);
    const { body } = await podspan.api.get('/v1/clusters/aks-1').expect(200);
    for (const ref of ['aks-1', body.id as string, body.resourceId as string]) {
      const remove = { name: 'mine', action: 'DELETE', clusters: [{ ref, network: 'lab' }], confirmIrreversible: true };
      const refused = await lab.post('/v1/rollouts?dryRun=true', remove).expect(422);
      expect(refused.body.errors.map(({ code }: { code: string }) => code)).toContain('unknown_cluster');
      await lab.post('/v1/rollouts', remove).expect(422);
    }
    await lab.post('/v1/ingress-gateways', { name: 'mine', cluster: 'aks-1', kind: 'AGC', deployment: 'BYO' }).expect(422);
    expect(await namesAt(podspan.api, '/v1/rollouts')).toEqual(['theirs']);
  });

  it('do not read all of Azure', async () => {
    await lab.post('/v1/clusters/discover', {}).expect(403);
    await lab.post('/v1/migrations/assess', {}).expect(403);
    await lab.post('/v1/migrations/assess', { clusters: [] }).expect(200);
  });
});
