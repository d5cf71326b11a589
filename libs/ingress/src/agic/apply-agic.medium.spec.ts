import { albController } from '@podspan/kubernetes-emulator';
import { afterAll, describe, expect, it } from 'vitest';
import type { ApplyView } from '../apply/apply-schemas.js';
import { ClusterOfBench } from '../testing/cluster-of-bench.js';
import { IngressBench } from '../testing/ingress-bench.js';

const path = '/v1/ingress-gateways/shop';

describe('applying the manifests of AGIC', async () => {
  const bench = await IngressBench.open({ api: { controller: albController({}), accepts: (_, token) => token === 'ingress-test' } });
  afterAll(() => bench.close());

  const route = {
    hostnames: ['shop.example'],
    rules: [{ backends: [{ service: 'shop', namespace: 'shop', port: 80 }], rewrite: { fullPath: '/x' } }],
  };
  const apply = async (body: object = {}): Promise<ApplyView> => {
    const answer = await bench.post(`${path}/apply`, body);
    expect(answer.status, answer.text).toBe(200);
    return answer.body as ApplyView;
  };
  const actions = ({ objects }: ApplyView) => objects.map(({ kind, name, action }) => `${action} ${kind}/${name}`);

  it('brings Ingress, rewrite resource and prohibited target, nothing the second time, and prunes what is no longer wanted', async () => {
    const cluster = await bench.cluster({ plan: false });
    await bench.gateway({
      name: 'shop',
      cluster,
      kind: 'AGIC',
      pool: 'gateways',
      applicationGateway: { prohibitedTargets: [{ hostname: 'old.example' }] },
    });
    await bench.put(`${path}/routes/web`, route).expect(201);
    const inside = new ClusterOfBench(bench, cluster);
    await inside.namespace('shop');
    await inside.service('shop', 'shop');
    expect(actions(await apply())).toEqual([
      expect.stringMatching(/ Namespace\/shop$/),
      'CREATED AzureIngressProhibitedTarget/shop.prohibited.1',
      'CREATED AzureApplicationGatewayRewrite/shop.web.01',
      'CREATED Ingress/shop.web.01',
    ]);
    expect(new Set(actions(await apply()).map((action) => action.split(' ')[0]))).toEqual(new Set(['UNCHANGED']));
    await bench.put(`${path}/routes/web`, { ...route, rules: [{ backends: route.rules[0]?.backends }] }).expect(200);
    const pruned = actions(await apply({ prune: true }));
    expect(pruned).toContain('CHANGED Ingress/shop.web.01');
    expect(pruned).toContain('DELETED AzureApplicationGatewayRewrite/shop.web.01');
    expect(inside.find('AzureApplicationGatewayRewrite', 'shop.web.01')).toBeUndefined();
  });
});
