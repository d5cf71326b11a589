import { Cidr } from '@podspan/cidr';
import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { allocationCases, freeListCases, type PeerCase, poolCases, utilizationCases } from '../testing/peer-cases.js';

const owner = { kind: 'TEAM', id: 'peer' };

describe('what other address managers promise', () => {
  let bench: IpamBench;
  beforeAll(async () => {
    bench = await ipamBench();
  });
  afterAll(() => bench.close());

  /** A pool in a space of its own. What it holds is allocated where that is possible, else it is a range seen in use. */
  async function poolOf({ id, pool, existing, options }: PeerCase, suffix = ''): Promise<string> {
    const name = `${id}${suffix}`;
    const space = (await bench.post('/v1/address-spaces', { name })).body;
    const made = await bench.post('/v1/pools', {
      name,
      addressSpace: name,
      cidrs: pool.map((text) => String(Cidr.parse(text))),
      reuse: 'EXCLUSIVE',
      ...options,
    });
    expect(made.status).toBe(201);
    const cidrs = existing.map((text) => Cidr.parse(text));
    const allocatable = cidrs.every(
      (cidr, index) =>
        pool.some((text) => Cidr.parse(text).contains(cidr)) && !cidrs.some((other, at) => at !== index && other.overlaps(cidr)),
    );
    if (allocatable && cidrs.length > 0) {
      const items = cidrs.map((cidr) => ({ pool: name, cidr: String(cidr), owner, purpose: `held ${cidr}` }));
      expect((await bench.post('/v1/allocations/batch', { items })).status).toBe(201);
    }
    if (!allocatable) await seen(space.id, name, cidrs);
    return name;
  }

  async function seen(spaceId: string, pool: string, cidrs: readonly Cidr[]): Promise<void> {
    for (const cidr of cidrs)
      await sql`insert into discovered_range (id, space_id, cidr, source) values (${newId()}, ${spaceId}, ${String(cidr)}, 'test')`.execute(
        bench.fresh.db,
      );
    // A network that comes and goes makes the pool look at what occupies it.
    const external = {
      name: `${pool}-all`,
      addressSpace: pool,
      kind: 'EXTERNAL',
      prefixes: cidrs.some(({ family }) => family === 6) ? ['::/0'] : ['0.0.0.0/0'],
    };
    expect((await bench.post('/v1/networks', external)).status).toBe(201);
    expect((await bench.delete(`/v1/networks/${pool}-all`)).status).toBe(204);
  }

  const allocations = allocationCases.flatMap((fact) => fact.strategies.map((strategy) => ({ ...fact, strategy })));
  it.each(allocations)('$id $strategy: $pool holding $existing, asked $request ($source)', async (fact) => {
    const pool = await poolOf(fact, `-${fact.strategy}`);
    const { status, body } = await bench.post(`/v1/pools/${pool}/allocations`, {
      ...fact.request,
      strategy: fact.strategy,
      owner,
      purpose: 'asked',
    });
    const { cidr, bestFitCidr, codes, largestFreePrefixLength } = fact.expect;
    if (codes) {
      expect(codes).toContain(body.code);
      expect([409, 422]).toContain(status);
      if (largestFreePrefixLength !== undefined) expect(body).toMatchObject({ largestFreePrefixLength, utilization: { percent: 50 } });
      return;
    }
    expect([status, body.cidr]).toEqual([201, fact.strategy === 'BEST_FIT' ? (bestFitCidr ?? cidr) : cidr]);
  });

  it.each(freeListCases)('$id: the free list of $pool holding $existing ($source)', async (fact) => {
    const pool = await poolOf(fact);
    const { body } = await bench.get(`/v1/pools/${pool}/free`);
    expect(body.items.map(({ cidr }: { cidr: string }) => cidr)).toEqual(fact.free);
  });

  it.each(utilizationCases)('$id: the utilization of $pool holding $existing ($source)', async (fact) => {
    const pool = await poolOf(fact);
    const { body } = await bench.get(`/v1/pools/${pool}/utilization`);
    expect(body).toMatchObject({ usedAddresses: fact.expect.usedAddresses, totalAddresses: fact.expect.totalAddresses });
    expect(body.percent).toBeCloseTo(fact.expect.percent, 10);
  });

  it.each(poolCases)('$id: a pool $pool beside $existing ($source)', async ({ id, pool, existing, options, expect: { cidr, codes } }) => {
    await bench.post('/v1/address-spaces', { name: id });
    for (const [index, other] of existing.entries())
      expect((await bench.post('/v1/pools', { name: `${id}-${index}`, addressSpace: id, cidrs: [other], reuse: 'EXCLUSIVE' })).status).toBe(
        201,
      );
    const { status, body } = await bench.post('/v1/pools', { name: id, addressSpace: id, cidrs: pool, reuse: 'EXCLUSIVE', ...options });
    if (codes) expect(codes).toContain(body.code);
    else expect([status, body.cidrs]).toEqual([201, [cidr]]);
  });
});
