import { afterAll, describe, expect, it } from 'vitest';
import { testTokens } from '@podspan/platform/testing';
import { delegatedTo } from './testing/azure-fixture.js';
import { IngressBench, statusesOf } from './testing/ingress-bench.js';

const path = '/v1/ingress-gateways';

describe('ingress gateways', async () => {
  const bench = await IngressBench.open();
  afterAll(() => bench.close());

  describe('on the subnet of the address plan', () => {
    it('become READY with an address per frontend, by one write per resource', async () => {
      const cluster = await bench.cluster();
      const gateway = await bench.gateway({ name: 'shop', cluster, frontends: [{ name: 'public' }, 'partners'] });
      expect(gateway).toMatchObject({
        status: 'READY',
        frontends: [
          { name: 'public', fqdn: expect.stringMatching(/\.alb\.azure\.com$/) },
          { name: 'partners', fqdn: expect.stringMatching(/\.alb\.azure\.com$/) },
        ],
        subnet: { source: 'PLAN', cidr: expect.stringMatching(/\/24$/) },
        controller: { namespace: 'azure-alb-system', values: { albController: { podIdentity: { clientID: gateway.identity?.clientId } } } },
        failure: null,
      });
      const writes = bench.accepted(`rg-${cluster}-agc`);
      expect(writes).toHaveLength(new Set(writes).size);
      expect(bench.accepted('/trafficControllers/shop')).toHaveLength(4);
      expect(bench.accepted('/roleAssignments/')).toHaveLength(3);
    });

    it('are one however often the same is asked for, also at the same time', async () => {
      const body = { name: 'twice', cluster: await bench.cluster(), kind: 'AGC' };
      const answers = await Promise.all([bench.post(path, body), bench.post(path, body), bench.post(path, { ...body, deployment: 'BYO' })]);
      expect(statusesOf(answers)).toEqual([200, 200, 201]);
      expect(new Set(answers.map(({ body: { id } }) => id as string)).size).toBe(1);
      const gateway = await bench.settled('twice', 'READY');
      const again = await bench.post(path, body);
      expect(again.status).toBe(200);
      expect(again.body).toMatchObject({ id: gateway.id, status: 'READY' });
      expect(bench.accepted('/trafficControllers/twice')).toHaveLength(3);
    });

    it('answer 409 when the name is asked for with another meaning', async () => {
      const cluster = await bench.cluster();
      await bench.gateway({ name: 'taken', cluster });
      const answer = await bench.post(path, { name: 'Taken', cluster, kind: 'AGC', frontends: ['other'] });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'name_taken' });
    });

    it('give one of two that want one subnet at once, and refuse the other by its rule (AGC-22)', async () => {
      const cluster = await bench.cluster();
      const answers = await Promise.all(['first', 'second'].map((name) => bench.post(path, { name, cluster, kind: 'AGC' })));
      expect(statusesOf(answers)).toEqual([201, 422]);
      const refused = answers.find(({ status }) => status === 422);
      const winner = answers.find(({ status }) => status === 201)?.body as { name: string };
      expect(refused?.body.errors).toMatchObject([
        { code: 'agc_subnet_in_use', rule: 'AGC-22', conflictsWith: winner.name, suggestion: expect.stringContaining('pool') },
      ]);
      await bench.settled(winner.name, 'READY');
    });

    it('leave it to the database when two clusters name one subnet at once (AGC-22)', async () => {
      const subnetId = await bench.fixture.subnet('snet-raced', '10.40.90.0/24', delegatedTo);
      const clusters = await Promise.all([bench.cluster({ plan: false }), bench.cluster({ plan: false })]);
      const answers = await Promise.all(
        clusters.map((cluster) => bench.post(path, { name: `raced-${cluster}`, cluster, kind: 'AGC', subnetId })),
      );
      expect(statusesOf(answers)).toEqual([201, 422]);
      expect(answers.find(({ status }) => status === 422)?.body.errors).toMatchObject([{ code: 'agc_subnet_in_use' }]);
      await bench.settled(String(answers.find(({ status }) => status === 201)?.body.name), 'READY');
    });
  });

  describe('on a block of a pool', () => {
    it('take a /24, make the delegated subnet, and give both back when they go', async () => {
      const cluster = await bench.cluster({ plan: false });
      const gateway = await bench.gateway({ name: 'pooled', cluster, pool: 'gateways' });
      expect(gateway.subnet).toMatchObject({ source: 'POOL', cidr: bench.neighbours.taken.at(-1)?.cidr });
      expect(bench.neighbours.taken.at(-1)?.owner).toBe(`INGRESS_GATEWAY/${gateway.id}/GATEWAY_SUBNET`);
      expect(bench.accepted('/subnets/snet-agc-pooled').filter((put) => put.endsWith('snet-agc-pooled'))).toHaveLength(1);

      const { body: foreseen } = await bench.delete(`${path}/pooled?dryRun=true`).expect(200);
      expect(foreseen.removal).toMatchObject({ addressesGivenBack: [gateway.subnet.cidr], routes: [] });
      expect((await bench.get(`${path}/pooled`)).body).toMatchObject({ status: 'READY', removal: null });

      const deletion = await bench.delete(`${path}/pooled`);
      expect(deletion.status).toBe(202);
      expect(deletion.body).toMatchObject({ status: 'DELETING', removal: foreseen.removal });
      await bench.gone('pooled');
      expect(bench.neighbours.held.find(({ owner }) => owner.includes(gateway.id))?.released).toBe(true);
      const removed = bench.accepted('', 'DELETE');
      const order = [
        /roleAssignments/,
        /frontends/,
        /associations/,
        /trafficControllers\/pooled$/,
        /federatedIdentityCredentials/,
        /-alb$/,
        /subnets\/snet-agc-pooled$/,
      ];
      const positions = order.map((part) => removed.findIndex((deleted) => part.test(deleted)));
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(positions).not.toContain(-1);
      const told = foreseen.removal.resources.map(({ resourceId }: { resourceId: string }) => resourceId.toLowerCase());
      expect(removed.slice(-told.length).map((id) => id.toLowerCase())).toEqual(told);
    });

    it('take a /24 inside the network from a pool that is wider, with the service’s own token', async () => {
      await bench.gateway({ name: 'wide', cluster: await bench.cluster({ plan: false }), pool: 'wide' });
      expect(bench.neighbours.asked.at(-1)).toMatchObject({ prefixLength: 24, within: ['10.40.0.0/16'], purpose: 'GATEWAY_SUBNET' });
      expect(bench.neighbours.authorizations.at(-1)).toBe('Bearer service');
    });

    it('take the block that was named, inside the network, from a pool that is wider', async () => {
      const cluster = await bench.cluster({ plan: false });
      const gateway = await bench.gateway({ name: 'named', cluster, pool: 'wide', subnetCidr: '10.40.139.0/24' });
      expect(gateway.subnet.cidr).toBe('10.40.139.0/24');
      const outside = await bench.post(path, { name: 'outside', cluster, kind: 'AGC', pool: 'wide', subnetCidr: '10.99.0.0/24' });
      expect(outside.body.errors).toMatchObject([{ code: 'agc_vnet_mismatch', path: 'subnetCidr', rule: 'AGC-23' }]);
    });

    it('say at once that the pool is exhausted, and leave nothing behind', async () => {
      const cluster = await bench.cluster({ plan: false });
      const free = bench.neighbours.free.splice(0);
      const answer = await bench.post(path, { name: 'hungry', cluster, kind: 'AGC', pool: 'gateways' });
      bench.neighbours.free.push(...free);
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'pool_exhausted' });
      expect((await bench.get(`${path}/hungry`)).status).toBe(404);
    });

    it('keep nothing in a dry run', async () => {
      const cluster = await bench.cluster({ plan: false });
      const held = bench.neighbours.taken.length;
      const answer = await bench.post(`${path}?dryRun=true`, { name: 'dry', cluster, kind: 'AGC', pool: 'gateways' });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ name: 'dry', status: 'CREATING' });
      expect((await bench.get(`${path}/dry`)).status).toBe(404);
      expect(bench.neighbours.taken).toHaveLength(held);
    });
  });

  describe('asked for wrongly', () => {
    it('name every problem at once, with rule, value and suggestion', async () => {
      const cluster = await bench.cluster({ plan: false, region: 'polandcentral', networkPlugin: 'kubenet' });
      const answer = await bench.post(path, {
        name: 'bad_',
        cluster,
        kind: 'AGC',
        frontends: ['a', 'b', 'c', 'd', 'e', 'f'],
        controllerVersion: '1.5.2',
        wafPolicyId: '/x',
      });
      expect(answer.status).toBe(422);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      const found = (answer.body.errors as { code: string; rule?: string }[]).map(({ code, rule }) => `${code} ${rule}`);
      expect(found).toEqual([
        'name_invalid QUO-48',
        'waf_policy_invalid AGC-66',
        'agc_limit_exceeded AGC-12',
        'agc_feature_unsupported AGC-54',
        'agc_subnet_missing AGC-20',
        'agc_unsupported_cni AGC-25',
        'agc_region_unavailable AGC-70',
      ]);
    });

    it.each([
      ['a cluster nobody knows', { cluster: 'nowhere' }, 'cluster', 'unknown_cluster'],
      ['a pool nobody knows', { pool: 'nothing' }, 'pool', 'unknown_pool'],
      ['a pool of another network (AGC-23)', { pool: 'hub-pool' }, 'pool', 'agc_vnet_mismatch'],
      ['a block of /23 (AGC-21)', { pool: 'gateways', subnetCidr: '10.40.100.0/23' }, 'subnetCidr', 'agc_subnet_not_24'],
      ['host bits', { pool: 'gateways', subnetCidr: '10.40.100.1/24' }, 'subnetCidr', 'host_bits_set'],
      ['a member nobody knows', { colour: 'blue' }, 'colour', 'unknown_field'],
      [
        'a port beside 80 and 443 (MAP-13)',
        { pool: 'gateways', frontendPorts: [443, 8080] },
        'frontendPorts[1]',
        'agc_feature_unsupported',
      ],
      ['a private frontend (MAP-14)', { pool: 'gateways', privateFrontend: true }, 'privateFrontend', 'agc_feature_unsupported'],
      ['a block that is not the plan’s, without a pool', { subnetCidr: '10.40.99.0/24' }, 'subnetCidr', 'pool_missing'],
      ['the add-on without a word on its preview', { deployment: 'ADDON', pool: 'gateways' }, 'acceptPreview', 'preview_not_accepted'],
    ])('refuse %s', async (_, body, at, code) => {
      const cluster = 'cluster' in body ? body.cluster : await bench.cluster({ plan: false });
      const answer = await bench.post(path, { name: 'wrong', kind: 'AGC', ...body, cluster });
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toMatchObject([{ path: at, code }]);
    });

    it.each([
      ['of /25', '10.40.91.0/25', delegatedTo, ['agc_subnet_not_24']],
      ['without delegation', '10.40.92.0/24', undefined, ['agc_subnet_not_delegated']],
      ['of /25 and without delegation', '10.40.93.0/25', undefined, ['agc_subnet_not_delegated', 'agc_subnet_not_24']],
    ])('refuse a subnet %s, as Azure shows it (AGC-20, AGC-21)', async (name, cidr, service, codes) => {
      const subnetId = await bench.fixture.subnet(`snet-${cidr.split('.')[2]}-${name.length}`, cidr, service);
      const answer = await bench.post(path, { name: 'given', cluster: await bench.cluster({ plan: false }), kind: 'AGC', subnetId });
      expect((answer.body.errors as { code: string }[]).map(({ code }) => code)).toEqual(codes);
    });

    it('refuse the sixth of a cluster (AGC-13)', async () => {
      const cluster = await bench.cluster({ plan: false });
      for (const number of [1, 2, 3, 4, 5])
        await bench.post(path, { name: `many-${number}`, cluster, kind: 'AGC', pool: 'gateways' }).expect(201);
      const sixth = await bench.post(path, { name: 'many-6', cluster, kind: 'AGC', pool: 'gateways' });
      expect(sixth.body.errors).toMatchObject([{ code: 'agc_limit_exceeded', rule: 'AGC-13' }]);
      await Promise.all([1, 2, 3, 4, 5].map((number) => bench.settled(`many-${number}`, 'READY')));
    });

    it('need an operator, and a token', async () => {
      const viewer = { authorization: `Bearer ${testTokens.viewer}` };
      expect((await bench.post(path, {}, viewer)).status).toBe(403);
      expect((await bench.get(path, { authorization: '' })).status).toBe(401);
      expect((await bench.get(path, viewer)).status).toBe(200);
    });

    it('answer 503 while provisioning does not answer, and write nothing', async () => {
      bench.neighbours.failing = 503;
      const answer = await bench.post(path, { name: 'later', cluster: 'west-01', kind: 'AGC' });
      bench.neighbours.failing = undefined;
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
      expect((await bench.get(`${path}/later`)).status).toBe(404);
    });
  });

  describe('that are removed', () => {
    it('keep the identity of the controller for the others of the cluster, and the last one takes it along (AGC-31)', async () => {
      const cluster = await bench.cluster();
      await bench.gateway({ name: 'one', cluster });
      await bench.gateway({ name: 'two', cluster, pool: 'gateways' });
      await bench.delete(`${path}/one`).expect(202);
      await bench.gone('one');
      expect(bench.accepted(`id-${cluster}-alb`, 'DELETE')).toEqual([]);
      await bench.delete(`${path}/two`).expect(202);
      await bench.gone('two');
      expect(bench.accepted(`userAssignedIdentities/id-${cluster}-alb`, 'DELETE').length).toBeGreaterThan(0);
    });

    it('are removed once however often that is asked for, and not with a stale ETag', async () => {
      const cluster = await bench.cluster();
      await bench.gateway({ name: 'going', cluster });
      const { headers } = await bench.get(`${path}/going`);
      const stale = await bench.delete(`${path}/going`, { 'if-match': '"999"' });
      expect(stale.status).toBe(412);
      expect(stale.body).toMatchObject({ code: 'precondition_failed' });
      const answers = await Promise.all([
        bench.delete(`${path}/going`, { 'if-match': String(headers['etag']) }),
        bench.delete(`${path}/going`),
      ]);
      expect(answers.map(({ status }) => status)).toContain(202);
      await bench.gone('going');
      expect(bench.accepted('/trafficControllers/going', 'DELETE')).toHaveLength(3);
      expect((await bench.delete(`${path}/going`)).status).toBe(404);
    });

    it('cannot go while they are being made', async () => {
      const cluster = await bench.cluster();
      await bench.stopWorkers();
      await bench.post(path, { name: 'busy', cluster, kind: 'AGC' }).expect(201);
      const answer = await bench.delete(`${path}/busy`);
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'operation_in_progress' });
      await bench.start();
      await bench.settled('busy', 'READY');
    });
  });

  it('are listed by page and by cluster, and found by id', async () => {
    const first = await bench.get(`${path}?limit=2`);
    expect(first.body.items).toHaveLength(2);
    const second = await bench.get(`${path}?limit=2&cursor=${String(first.body.nextCursor)}`);
    const names = [...first.body.items, ...second.body.items].map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(names.length);
    const [{ id, name, cluster }] = first.body.items as [{ id: string; name: string; cluster: string }];
    expect((await bench.get(`${path}/${id}`)).body).toMatchObject({ name });
    const ofCluster = await bench.get(`${path}?cluster=${cluster}`);
    expect((ofCluster.body.items as { cluster: string }[]).every((item) => item.cluster === cluster)).toBe(true);
    expect((await bench.get(`${path}?limit=1001`)).status).toBe(422);
  });
});
