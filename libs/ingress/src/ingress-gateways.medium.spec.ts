import { afterAll, describe, expect, it } from 'vitest';
import { IngressBench } from './testing/ingress-bench.js';

describe('an ingress gateway on the subnet of the address plan', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  it('becomes READY with an address per frontend, one write per resource', async () => {
    const cluster = await bench.cluster();
    const gateway = await bench.gateway({ name: 'shop', cluster, frontends: [{ name: 'public' }, 'partners'] });
    expect(gateway).toMatchObject({
      status: 'READY',
      frontends: [
        { name: 'public', fqdn: expect.stringMatching(/\.alb\.azure\.com$/) },
        { name: 'partners', fqdn: expect.stringMatching(/\.alb\.azure\.com$/) },
      ],
      subnet: { cidr: '10.40.4.0/24', source: 'PLAN' },
      controller: { namespace: 'azure-alb-system', values: { albController: { podIdentity: { clientID: gateway.identity?.clientId } } } },
      failure: null,
    });
    const writes = bench.accepted('-agc');
    expect(writes).toHaveLength(new Set(writes).size);
    expect(bench.accepted('/trafficControllers/shop')).toHaveLength(4);
    expect(bench.accepted('/roleAssignments/')).toHaveLength(3);
  });
});
