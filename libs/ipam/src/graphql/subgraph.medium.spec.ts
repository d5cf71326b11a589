import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCluster, demoTopology } from '../testing/demo-fleet.js';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';

describe('the ipam subgraph', () => {
  let bench: IpamBench;
  const query = async (text: string, variables: object = {}) => (await bench.post('/graphql', { query: text, variables })).body;
  beforeAll(async () => {
    bench = await ipamBench();
    await bench.post('/v1/topologies', demoTopology);
  });
  afterAll(() => bench.close());

  it('allocates and shows a pool with its utilization and allocations', async () => {
    const { data } = await query(
      'mutation ($input: AllocationBodyInput!) { allocatePrefix(pool: "nodes", input: $input) { __typename ... on Allocation { cidr owner { kind id } } ... on ProblemInterface { code } } }',
      { input: { prefixLength: 24, owner: { kind: 'team', id: 'a' }, purpose: 'test' } },
    );
    expect(data.allocatePrefix).toEqual({ __typename: 'Allocation', cidr: '10.240.0.0/24', owner: { kind: 'TEAM', id: 'a' } });
    const shown = await query(
      '{ pool(name: "nodes") { name cidrs utilization { usedAddresses percent } allocations(first: 5) { nodes { cidr } } available(prefixLength: 24, count: 1) { items { cidr } count } } }',
    );
    expect(shown.data.pool).toMatchObject({
      utilization: { usedAddresses: '256' },
      allocations: { nodes: [{ cidr: '10.240.0.0/24' }] },
      available: { items: [{ cidr: '10.240.1.0/24' }], count: '4095' },
    });
  });

  it('answers expected failures as typed problems with the codes of REST', async () => {
    const text =
      'mutation ($input: AllocationBodyInput!) { allocatePrefix(pool: "nodes", input: $input) { __typename ... on PrefixTaken { code hiddenBlockers blockers } ... on PoolExhausted { code largestFreePrefixLength } ... on RuleViolations { code errors { path code } } } }';
    const owner = { kind: 'TEAM', id: 'b' };
    const taken = await query(text, { input: { cidr: '10.240.0.0/25', owner, purpose: 'x' } });
    expect(taken.data.allocatePrefix).toMatchObject({ __typename: 'PrefixTaken', code: 'prefix_taken', hiddenBlockers: 0 });
    const refused = await query(text, { input: { cidr: '10.240.0.0/25', prefixLength: 25, owner, purpose: 'x' } });
    expect(refused.data.allocatePrefix).toMatchObject({ __typename: 'RuleViolations', code: 'ambiguous_request' });
    const exhausted = await query(text, { input: { prefixLength: 12, owner, purpose: 'x' } });
    expect(exhausted.data.allocatePrefix).toEqual({ __typename: 'PoolExhausted', code: 'pool_exhausted', largestFreePrefixLength: 13 });
  });

  it('joins clusters of provisioning with their addresses and those who reuse them', async () => {
    const input = { name: 'two', clusters: [demoCluster(0), demoCluster(1)], pools: { nodeSubnet: 'nodes', podCidr: 'pods' } };
    const plan = await query(
      'mutation ($input: AddressPlanBodyInput!) { createAddressPlan(input: $input) { __typename ... on AddressPlan { name clusters { name podCidr } } ... on ProblemInterface { code message errors { path code message } } } }',
      {
        input: { ...input, pools: { ...input.pools, serviceCidr: 'services' } },
      },
    );
    expect(plan.data.createAddressPlan.__typename).toBe('AddressPlan');
    const { data } = await query(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Cluster { name addressPlan { podCidr reusedBy { name } } } } }',
      {
        r: [
          { __typename: 'Cluster', name: 'aks-00' },
          { __typename: 'Cluster', name: 'unknown' },
        ],
      },
    );
    expect(data._entities).toEqual([
      { name: 'aks-00', addressPlan: { podCidr: '192.168.0.0/16', reusedBy: [{ name: 'aks-01' }] } },
      { name: 'unknown', addressPlan: null },
    ]);
  });

  it('reads topology, conflicts, search and the audit trail', async () => {
    const { data, errors } =
      await query(`{ network(name: "hub-eastus2") { kind routingDomain { name networks } } networks(first: 2) { nodes { name } pageInfo { hasNextPage endCursor } }
      links(first: 1) { nodes { from to kind } } meshes { nodes { name members } } conflicts { nodes { kind } } addressSpaces { nodes { name } }
      searchRanges(contains: "192.168.200.1") { kind name } auditEvents(first: 1) { nodes { action actor } }
      checkReuse(input: { clusters: ["aks-00", "aks-01"], podCidr: "192.168.0.0/16" }) { allowed reasons { rule path } }
      simulateTopology(input: { addLinks: [{ from: "hub-westeurope", to: "acquired", kind: VPN }] }) { conflicts { rule path } } }`);
    expect(errors).toBeUndefined();
    expect(data.network.routingDomain.networks).toHaveLength(17);
    expect(data.networks.pageInfo.hasNextPage).toBe(true);
    expect(data.searchRanges).toEqual(
      expect.arrayContaining([
        { kind: 'NETWORK', name: 'acquired' },
        { kind: 'POOL', name: 'pods' },
      ]),
    );
    expect(data.checkReuse).toEqual({ allowed: true, reasons: [] });
    expect(data.simulateTopology.conflicts[0]).toMatchObject({ rule: 'OV-36', path: ['spoke-westeurope-0', 'hub-westeurope', 'acquired'] });
  });

  it('gives every edge the cursor after which the next ones come', async () => {
    const names = async (page: string) => {
      const { data } = await query(
        `{ networks(${page}) { edges { cursor node { name } } pageInfo { hasPreviousPage startCursor endCursor } } }`,
      );
      return data.networks as {
        edges: { cursor: string; node: { name: string } }[];
        pageInfo: { hasPreviousPage: boolean; startCursor: string; endCursor: string };
      };
    };
    const { edges, pageInfo } = await names('first: 3');
    const [first, second, third] = edges;
    expect(pageInfo).toEqual({ hasPreviousPage: false, startCursor: first?.cursor, endCursor: third?.cursor });
    expect((await names(`first: 2, after: "${first?.cursor}"`)).edges).toEqual([second, third]);
  });

  it.each([
    ['first', 'first: -1'],
    ['after', 'after: "zz"'],
  ])('tells what is wrong with %s by its name', async (name, page) => {
    const { errors } = await query(`{ networks(${page}) { nodes { name } } }`);
    expect(errors).toMatchObject([{ message: expect.stringMatching(`^${name}: `), extensions: { errors: [{ path: name }] } }]);
  });
});
