import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { brokenConstraint } from './db.js';

let bench: IpamBench;

beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/topologies', demoTopology);
  const pools = { nodeSubnet: 'nodes', podCidr: 'pods', serviceCidr: 'services' };
  expect((await bench.post('/v1/address-plans', { name: 'held', clusters: [demoCluster(0)], pools })).status).toBe(201);
});
afterAll(() => bench.close());

async function broken(text: string): Promise<string | undefined> {
  return sql
    .raw(text)
    .execute(bench.fresh.db)
    .then(
      () => 'nothing',
      (error: unknown) => brokenConstraint(error),
    );
}

describe('what allocations and planned clusters refer to', () => {
  it.each`
    constraint                            | because                                            | text
    ${'address_plan_in_use'}              | ${'a plan with clusters stays'}                    | ${`delete from address_plan where name = 'held'`}
    ${'network_in_use'}                   | ${'a network with subnets stays'}                  | ${'delete from network where id = (select network_id from planned_cluster limit 1)'}
    ${'allocation_keeps_references'}      | ${'an allocation stays with its plan'}             | ${'update allocation set plan_id = gen_random_uuid() where plan_id is not null'}
    ${'planned_cluster_keeps_references'} | ${'a cluster stays in its network'}                | ${'update planned_cluster set network_id = gen_random_uuid()'}
    ${'planned_cluster_refers'}           | ${'a cluster needs its plan, network and space'}   | ${"insert into planned_cluster select gen_random_uuid(), position, name || '-2', network_id, space_id, scope, pod_cidr, pod_growth, service_cidr, gateway_subnet, spec_hash, answer, status from planned_cluster"}
    ${'allocation_state'}                 | ${'what ended is not held'}                        | ${"insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, mesh_no, created_by, live) select gen_random_uuid(), pool_id, space_no, cidr, held, 'RELEASED', owner_kind, owner_id, purpose, false, null, created_by, null from allocation"}
    ${'allocation_state'}                 | ${'no block is larger than what is held for it'}   | ${'update allocation set cidr = set_masklen(cidr, masklen(cidr) - 1)'}
    ${'allocation_refers'}                | ${'an allocation needs the network that it names'} | ${"insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, network_id, created_by, holding, live) select gen_random_uuid(), pool_id, space_no, cidr, held, 'RELEASED', owner_kind, owner_id, purpose, exclusive, gen_random_uuid(), created_by, false, null from allocation"}
  `('$because', async ({ constraint, text }) => {
    expect(await broken(text)).toBe(constraint);
  });

  it('does not keep a network of which everything was given back', async () => {
    const { body } = await bench.get('/v1/allocations?limit=1');
    const { network } = body.items[0];
    expect((await bench.post('/v1/address-plans/held/release', {})).status).toBe(200);
    for (const link of (await bench.get('/v1/links?limit=1000')).body.items)
      if ([link.from, link.to].includes(network)) expect((await bench.delete(`/v1/links/${link.id}`)).status).toBe(204);
    expect((await bench.delete(`/v1/networks/${network}`)).status).toBe(204);
  });
});

describe('a topology made together', () => {
  it('takes a link that is named twice as one, and tells each part that cannot be', async () => {
    const network = (name: string, prefix: string) => ({ name, addressSpace: 'twice', kind: 'VIRTUAL_NETWORK', prefixes: [prefix] });
    const networks = [network('one', '10.0.0.0/24'), network('two', '10.0.1.0/24')];
    const link = { from: 'one', to: 'two', kind: 'PEERING' };
    const whole = { addressSpaces: [{ name: 'twice' }], networks, links: [link, { from: 'two', to: 'one', kind: 'PEERING' }] };
    const { body } = await bench.post('/v1/topologies', whole);
    expect(body.changes.map(({ change }: { change: string }) => change)).toEqual(['CREATED', 'CREATED', 'CREATED', 'CREATED', 'UNCHANGED']);
    const wrong = [{ ...link, from: 'nobody' }, link, { ...link, to: 'nowhere' }];
    const refused = await bench.post('/v1/topologies', { networks, links: wrong });
    expect(refused.body.errors.map(({ path }: { path: string }) => path)).toEqual(['links[0].from', 'links[2].to']);
  });
});
