import { Cidr } from '@podspan/cidr';
import { sql } from 'kysely';
import { rowsOf } from '../../postgres/db.js';
import { demoCluster } from '../demo-fleet.js';
import type { IpamBench } from '../ipam-bench.js';
import { NaiveEstate, NaivePool } from './naive-estate.js';
import type { Place } from './steps.js';

/** Where everything of the model lies: small, so that pools run full and ranges lie over one another. */
export const worlds = { 4: Cidr.parse('10.0.0.0/25'), 6: Cidr.parse('fd00::/121') } as const;

export const networks = ['spoke-a', 'spoke-b', 'dc', 'partner'] as const;

/** What every network keeps; the steps add more. */
export const ownPrefix: Readonly<Record<string, string>> = {
  'spoke-a': '10.2.0.0/16',
  'spoke-b': '10.3.0.0/16',
  dc: '10.9.0.0/24',
  partner: '10.9.1.0/24',
};

/** Neighbours that are never joined, every strategy, a cool-down, and a pool of both families. */
const pools = [
  { name: 'four', cidrs: ['10.0.0.0/27', '10.0.0.32/27'], strategy: 'FIRST_FIT' },
  { name: 'cool', cidrs: ['10.0.0.64/27'], strategy: 'BEST_FIT', cooldownSeconds: 86_400 },
  { name: 'six', cidrs: ['fd00::20/123', 'fd00::/123'], strategy: 'LAST_FIT' },
  { name: 'both', cidrs: ['fd00::40/124', '10.0.0.96/28'], strategy: 'FIRST_FIT', cooldownSeconds: 86_400 },
] as const;

/** An empty database with the same estate each time, and the model of it. */
export async function freshWorld(bench: IpamBench): Promise<NaiveEstate> {
  await emptied(bench);
  const kind = (name: string): string => (name === 'dc' ? 'ON_PREMISES' : name === 'partner' ? 'EXTERNAL' : 'VIRTUAL_NETWORK');
  const { status, body } = await bench.post('/v1/topologies', {
    addressSpaces: [{ name: 'corp' }],
    networks: networks.map((name) => ({ name, addressSpace: 'corp', kind: kind(name), prefixes: [ownPrefix[name]] })),
    meshes: [{ name: 'mesh' }],
    pools: [
      ...pools.map((pool) => ({ ...pool, addressSpace: 'corp', reuse: 'EXCLUSIVE' })),
      { name: 'nodes', addressSpace: 'corp', cidrs: ['10.2.0.0/15'], reuse: 'EXCLUSIVE' },
      { name: 'pods', addressSpace: 'corp', cidrs: ['10.32.0.0/15', '10.64.0.0/15'], reuse: 'REUSABLE' },
      { name: 'alone', addressSpace: 'corp', cidrs: ['10.96.0.0/14'], reuse: 'REUSABLE' },
      { name: 'services', addressSpace: 'corp', cidrs: ['172.16.0.0/16'], reuse: 'REUSABLE' },
    ],
  });
  if (status >= 300) throw new Error(`the world is refused: ${JSON.stringify(body)}`);
  const estate = new NaiveEstate();
  for (const { name, cidrs, strategy, ...rest } of pools)
    estate.pools.push(new NaivePool(estate, name, cidrs.map(Cidr.parse), strategy, 'cooldownSeconds' in rest));
  return estate;
}

/** Rows and not files: to truncate forty tables with their indexes takes ten times as long as to delete a few hundred rows. */
async function emptied({ fresh: { db } }: IpamBench): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const tables = await rowsOf(
      trx,
      sql<{ name: string }>`select quote_ident(tablename) as name from pg_tables
        where schemaname = current_schema() and tablename <> 'conflict_check' and tablename !~ 'migration'`,
    );
    // Neither history nor foreign keys: nothing is left that they could be about.
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql.raw(tables.map(({ name }) => `delete from ${name}`).join(';')).execute(trx);
  });
}

export function clusterOf(index: number, network: string, isUnique: boolean): object {
  const nodePools = [{ name: 'system', mode: 'SYSTEM', vmSize: 'Standard_D4s_v5', count: 3 }];
  return demoCluster(index, {
    name: `aks-${index}`,
    region: 'westeurope',
    network,
    nodePools,
    podCidrScope: isUnique ? 'UNIQUE' : 'REUSABLE',
  });
}

/** A block anywhere in the world of a family; at most a quarter of it, or nothing would be left. */
export function blockIn(world: keyof typeof worlds, { offset, bits }: Place): Cidr {
  return blockAt(worlds[world], { offset, bits: bits + 2 });
}

/** The block of a place in a range. */
export function blockAt(range: Cidr, { offset, bits }: Place): Cidr {
  const address = range.nthAddress(BigInt(offset) % range.size);
  if (!address) throw new Error(`${range} has no address ${offset}`);
  return Cidr.around(address, Math.min(range.bits, range.length + bits));
}

/** The range of a pool that a place is in. */
export function rangeOf(pool: NaivePool, { offset }: Place): Cidr {
  return pool.cidrs[offset % pool.cidrs.length]!;
}
