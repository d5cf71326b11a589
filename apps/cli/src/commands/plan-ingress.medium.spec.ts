import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../program.js';
import { answer, contractServer, TOKEN, type ContractServer } from '../testing/contract-server.js';
import { testIo, type TestIo } from '../testing/test-io.js';

const routes = 'name: shop\ncluster: one\nroutes:\n  - name: web\n    hostnames: [shop.example.com]\n    rules: []\n';
const planned = {
  gateways: [
    {
      name: 'shop',
      exists: true,
      frontends: [{ name: 'frontend', hostnames: ['a.example', 'b.example'], routes: ['web', 'api', 'old'] }],
      usage: [
        { limit: 'routes', count: 3, max: 200 },
        { limit: 'certificates', count: 100, max: 100 },
      ],
    },
    {
      name: 'shop-2',
      exists: false,
      frontends: [{ name: 'frontend', hostnames: [], routes: [] }],
      usage: [{ limit: 'routes', count: 0, max: 200 }],
    },
  ],
  newGateways: 1,
  newSubnets: 1,
  moves: [{ route: 'api', from: { gateway: 'shop', frontend: 'other' }, to: { gateway: 'shop', frontend: 'frontend' } }],
};

describe('podspan ingress plan', () => {
  let server: ContractServer;
  let folder: string;
  beforeEach(async () => {
    server = await contractServer();
    server.on('POST /v1/ingress-gateway-plans', answer(200, planned));
    folder = mkdtempSync(join(tmpdir(), 'podspan-plan-'));
    writeFileSync(join(folder, 'routes.yaml'), routes);
    writeFileSync(join(folder, 'list.json'), '[{"name":"web","rules":[]}]');
    writeFileSync(join(folder, 'bad.yaml'), 'a: [');
    writeFileSync(join(folder, 'text.yaml'), 'just text');
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const podspan = async (args: string): Promise<TestIo & { code: number }> => {
    const io = testIo({ cwd: folder, env: { PODSPAN_TOKEN: TOKEN } });
    return { ...io, code: await run([...`ingress plan ${args}`.split(' '), '--server', server.url], io) };
  };

  it('shows gateways and frontends, what is nearly full, what moves and what is needed', async () => {
    const { code, out } = await podspan('-f routes.yaml');
    expect(code).toBe(0);
    expect(server.calls[0]?.body).toMatchObject({ name: 'shop', cluster: 'one', routes: [{ name: 'web' }] });
    expect(out()).toMatchInlineSnapshot(`
      "GATEWAY  STATE   FRONTEND  ROUTES  HOSTS
      shop     exists  frontend  3       2
      shop-2   new     frontend  0       0

      shop: certificates 100 of 100, routes 3 of 200
      shop-2: routes 0 of 200
      api moves from shop/other to shop/frontend
      1 new gateway, 1 new /24
      "
    `);
  });

  it('takes a list of routes and the rest as options', async () => {
    await podspan('-f list.json --cluster one --name shop --deployment MANAGED');
    expect(server.calls[0]?.body).toEqual({ name: 'shop', cluster: 'one', deployment: 'MANAGED', routes: [{ name: 'web', rules: [] }] });
  });

  it('says the same as a document', async () => {
    expect(JSON.parse((await podspan('-f routes.yaml --output json')).out())).toEqual(planned);
  });

  it.each(['nothing.yaml', 'bad.yaml', 'text.yaml'])('does not ask with %s', async (file) => {
    expect((await podspan(`-f ${file}`)).code).toBe(2);
    expect(server.calls).toEqual([]);
  });
});
