import { Injectable } from '@nestjs/common';
import { reservedIn } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { type CallContext, reaches } from '@podspan/platform';
import { sql } from 'kysely';
import { AllocationsRepository, allocationView, type NewAllocation } from '../allocations/allocations.repository.js';
import { auditAll } from '../allocations/audit-trail.js';
import { EndDue } from '../allocations/end-due.js';
import { uniqueClusters } from '../allocations/unique-ranges.js';
import { GRANDFATHERED } from '../discovery/grandfathered.js';
import { groupBy } from '../domain/group-by.js';
import { overlapsInFile } from '../domain/imports/overlaps-in-file.js';
import { type Db, rowOf, rowsOf } from '../postgres/db.js';
import { FreeSpaceInBulk } from '../pools/free-space-in-bulk.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { ImportStage, type StagedRow } from './stage.js';

const BATCH = 500;

interface AllocationValues {
  readonly pool: string;
  readonly cidr: string;
  readonly owner: { readonly kind: string; readonly id: string };
  readonly purpose: string;
  readonly expiresAt?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly growthBlock?: string;
  readonly availableAt?: string;
}

/** Writes the staged allocations: exactly the blocks that are held out there. The caller holds the topology's lock. */
@Injectable()
export class ApplyAllocations {
  constructor(
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceInBulk,
    private readonly allocations: AllocationsRepository,
    private readonly endDue: EndDue,
    private readonly stage: ImportStage,
  ) {}

  async execute(db: Db, call: CallContext, allOrNothing: boolean): Promise<void> {
    const pools = await this.#lockedPools(db, call);
    await this.#judge(db);
    if (allOrNothing && (await this.stage.isRefused(db))) return this.stage.leave(db, 'ALLOCATION');
    await this.#carve(db, pools);
    for (let after = 0; ;) {
      const rows = await this.stage.open(db, 'ALLOCATION', after, BATCH);
      const last = rows.at(-1);
      if (!last) return;
      await this.#write(db, call, pools, rows);
      after = last.no;
    }
  }

  async #lockedPools(db: Db, call: CallContext): Promise<ReadonlyMap<string, Pool>> {
    const keys = await rowsOf(
      db,
      sql<{ key: string }>`select distinct body ->> 'pool' as key from import_stage where kind = 'ALLOCATION' and outcome is null`,
    );
    const found = new Map<string, Pool>();
    for (const { key } of keys) {
      const pool = await this.pools.find(db, key);
      if (!pool || !reaches(call.actor, pool.space.id, pool.space.name)) continue;
      found.set(key, pool);
    }
    await this.pools.lock(
      db,
      [...found.values()].map(({ id }) => id),
    );
    await this.endDue.execute(db, [...new Map([...found.values()].map((pool) => [pool.id, pool])).values()]);
    await sql`update import_stage s set target = f.id from jsonb_to_recordset(${JSON.stringify([...found].map(([key, { id }]) => ({ key, id })))}::jsonb) as f(key text, id uuid)
      where s.kind = 'ALLOCATION' and s.outcome is null and s.body ->> 'pool' = f.key`.execute(db);
    return new Map([...found.values()].map((pool) => [pool.id, pool]));
  }

  /** Everything that is wrong with a row, by sets: its pool, its place, its owner, its neighbours in the file and in the pool. */
  async #judge(db: Db): Promise<void> {
    for (const { condition, member, code, rule, message, conflictsWith } of checks) {
      await sql`update import_stage s set outcome = 'REFUSED', problems = s.problems || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
          'path', s.at || '.' || ${member}::text, 'code', ${code}::text, 'rule', ${rule ?? null}::text, 'message', ${message}, 'value', s.body -> ${member}::text, 'conflictsWith', ${conflictsWith})))
        where s.kind = 'ALLOCATION' and s.outcome is null and ${condition}`.execute(db);
    }
    await sql`update import_stage s set outcome = 'UNCHANGED' from allocation a
      where s.kind = 'ALLOCATION' and s.outcome is null and a.pool_id = s.target and ${sameOwner} and a.cidr = s.cidr
        and case when ${resting} then a.status = 'QUARANTINED' else a.status in ('RESERVED', 'ACTIVE') end`.execute(db);
    await sql`update import_stage s set outcome = 'SKIPPED', problems = s.problems || jsonb_build_array(jsonb_build_object(
        'path', s.at, 'code', 'duplicate_row', 'message', 'the same allocation stands at ' || d.first_at, 'conflictsWith', d.first_at))
      from (
        select no, first_value(at) over w as first_at, row_number() over w as position from import_stage where kind = 'ALLOCATION' and outcome is null
        window w as (partition by target, body -> 'owner', body ->> 'purpose', cidr order by no)
      ) d where d.no = s.no and d.position > 1`.execute(db);
    await twiceOwned(db);
    await overlapInFile(db, this.stage);
    await overlapInMesh(db);
    await taken(db);
  }

  async #carve(db: Db, pools: ReadonlyMap<string, Pool>): Promise<void> {
    const rows = await rowsOf(
      db,
      sql<{ target: string; cidr: string }>`select s.target, s.held::text as cidr from import_stage s join pool p on p.id = s.target
        where s.kind = 'ALLOCATION' and s.outcome is null and p.reuse = 'EXCLUSIVE'`,
    );
    for (const [id, ofPool] of groupBy(rows, ({ target }) => target)) {
      const pool = pools.get(id);
      if (pool)
        await this.freeSpace.carve(
          db,
          pool,
          ofPool.map(({ cidr }) => Cidr.parse(cidr)),
        );
    }
  }

  async #write(db: Db, call: CallContext, pools: ReadonlyMap<string, Pool>, rows: readonly StagedRow[]): Promise<void> {
    const targets = await rowsOf(
      db,
      sql<{
        no: number;
        target: string;
        network: string | null;
      }>`select no, target, (select n.id from network n where n.name = s.body ->> 'network') as network from import_stage s where no = any(${rows.map(({ no }) => no)}::int[])`,
    );
    const places = new Map(targets.map(({ no, target, network }) => [no, { pool: pools.get(target), network }]));
    const wanted = rows.flatMap((row) => {
      const { pool, network } = places.get(row.no) ?? {};
      return pool ? [{ row, pool, allocation: newAllocation(pool, row.body as unknown as AllocationValues, network) }] : [];
    });
    const created = await this.allocations.insert(
      db,
      wanted.map(({ allocation }) => allocation),
      call.actor.subject,
    );
    await auditAll(
      db,
      call,
      created.map((allocation) => ({
        action: 'allocation.imported',
        kind: 'allocation',
        id: allocation.id,
        after: allocationView(allocation),
      })),
    );
    await this.stage.decide(
      db,
      wanted.map(({ row, allocation }) => ({
        no: row.no,
        outcome: 'CREATED' as const,
        ...(allocation.labels?.[GRANDFATHERED] === undefined
          ? {}
          : {
              problems: [
                {
                  path: `${row.at}.cidr`,
                  code: 'grandfathered',
                  message: `${allocation.cidr} overlaps a range AKS reserves today; it is kept, and its range cannot be changed`,
                  rule: 'OV-74',
                },
              ],
            }),
      })),
    );
  }
}

function newAllocation(
  pool: Pool,
  { cidr: text, owner, purpose, expiresAt, labels, growthBlock, availableAt }: AllocationValues,
  network: string | null | undefined,
): NewAllocation {
  const cidr = Cidr.parse(text);
  const reserved = purpose === 'POD_CIDR' || pool.reuse === 'REUSABLE' ? reservedIn(cidr) : [];
  return {
    poolId: pool.id,
    spaceNo: pool.space.no,
    cidr,
    exclusive: pool.reuse === 'EXCLUSIVE',
    owner,
    purpose,
    held: growthBlock === undefined ? undefined : Cidr.parse(growthBlock),
    networkId: network ?? pool.network?.id,
    expiresAt,
    availableAt,
    labels: { ...labels, ...(reserved.length > 0 ? { [GRANDFATHERED]: 'OV-70' } : {}) },
  };
}

/** With what the index of owners is about, so that each row is one look into it. */
const sameOwner = sql`a.holding and a.owner_kind = s.body -> 'owner' ->> 'kind' and a.owner_id = s.body -> 'owner' ->> 'id' and a.purpose = s.body ->> 'purpose'`;
/** What rests is nobody's, and an owner may have many such rows. */
const resting = sql`(coalesce(s.body ->> 'status', '') = 'QUARANTINED')`;
const inPool = sql`select p.* from pool p where p.id = s.target`;

/** Those clusters with a unique pod range inside the row's pool, if it is reusable (see UniqueRanges). */
const uniqueInPool = sql`select u.name from pool p join pool_cidr r on r.pool_id = p.id join (${uniqueClusters}) u on u.space_id = p.space_id and u.pod_cidr <<= r.cidr
  where p.id = s.target and p.reuse = 'REUSABLE'`;

interface Check {
  readonly condition: ReturnType<typeof sql>;
  readonly member: 'pool' | 'cidr' | 'owner' | 'network' | 'growthBlock' | 'availableAt';
  readonly code: string;
  readonly rule?: string;
  readonly message: ReturnType<typeof sql>;
  readonly conflictsWith: ReturnType<typeof sql>;
}

/** Pod ranges of other members of the mesh that this row's cluster is in, where they overlap the row's. */
const inMesh = sql`select a.owner_id || ' ' || a.held as name from mesh_member b join mesh m on m.id = b.mesh_id
  join allocation a on a.held && s.held and a.mesh_no = m.no and a.holding
  where b.cluster = s.body -> 'owner' ->> 'id' and not b.forced and a.owner_id <> b.cluster`;
const isPodRange = sql`s.body ->> 'purpose' = 'POD_CIDR' and s.body -> 'owner' ->> 'kind' = 'CLUSTER'`;

const none = sql`null::jsonb`;
const checks: readonly Check[] = [
  {
    condition: sql`s.target is null`,
    member: 'pool',
    code: 'unknown_reference',
    message: sql`'pool ''' || (s.body ->> 'pool') || ''' does not exist, or you have no rights in its space'`,
    conflictsWith: none,
  },
  {
    condition: sql`not exists (select from pool_cidr c where c.pool_id = s.target and family(c.cidr) = family(s.cidr))`,
    member: 'cidr',
    code: 'family_mismatch',
    message: sql`'the pool has no range of that address family'`,
    conflictsWith: none,
  },
  {
    condition: sql`not exists (select from pool_cidr c where c.pool_id = s.target and c.cidr >>= s.held)`,
    member: 'cidr',
    code: 'outside_pool',
    message: sql`s.held || ' is not inside pool ' || (s.body ->> 'pool')`,
    conflictsWith: sql`(select jsonb_agg(c.cidr::text order by c.position) from pool_cidr c where c.pool_id = s.target)`,
  },
  {
    condition: sql`exists (${inPool} and (masklen(s.cidr) < p.min_length or masklen(s.cidr) > p.max_length))`,
    member: 'cidr',
    code: 'invalid_prefix_length',
    message: sql`'the pool gives no /' || masklen(s.cidr)`,
    conflictsWith: sql`(select jsonb_build_object('minPrefixLength', p.min_length, 'maxPrefixLength', p.max_length) from pool p where p.id = s.target)`,
  },
  {
    condition: sql`not ${resting} and exists (select from allocation a where a.pool_id = s.target and a.status in ('RESERVED', 'ACTIVE') and ${sameOwner} and a.cidr <> s.cidr)`,
    member: 'owner',
    code: 'already_allocated',
    message: sql`'the owner holds another block of the pool for this purpose'`,
    conflictsWith: sql`(select to_jsonb(a.cidr::text) from allocation a where a.pool_id = s.target and a.status in ('RESERVED', 'ACTIVE') and ${sameOwner} limit 1)`,
  },
  {
    condition: sql`s.body ? 'network' and not exists (select from network n where n.name = s.body ->> 'network')`,
    member: 'network',
    code: 'unknown_reference',
    message: sql`'network ''' || (s.body ->> 'network') || ''' does not exist'`,
    conflictsWith: none,
  },
  {
    condition: sql`s.body ? 'growthBlock' and not s.held >>= s.cidr`,
    member: 'growthBlock',
    code: 'invalid_growth_block',
    message: sql`s.held || ' does not hold ' || s.cidr || ', which is to grow into it'`,
    conflictsWith: sql`to_jsonb(s.cidr::text)`,
  },
  {
    condition: sql`${resting} <> (s.body ? 'availableAt')`,
    member: 'availableAt',
    code: 'required',
    message: sql`'what is QUARANTINED says when it is available, and nothing else does'`,
    conflictsWith: none,
  },
  {
    condition: sql`exists (${uniqueInPool})
      and not exists (select from allocation a where a.pool_id = s.target and a.status in ('RESERVED', 'ACTIVE') and ${sameOwner} and a.cidr = s.cidr)`,
    member: 'pool',
    code: 'pool_serves_another_rule',
    rule: 'OV-55',
    message: sql`'pool ' || (s.body ->> 'pool') || ' holds unique pod ranges; a block taken directly could be anybody''s'`,
    conflictsWith: sql`(select to_jsonb(u.name) from (${uniqueInPool} limit 1) u)`,
  },
  {
    condition: sql`${isPodRange} and exists (${inMesh})`,
    member: 'cidr',
    code: 'pod_cidr_not_unique_in_mesh',
    rule: 'NET-22',
    message: sql`s.held || ' overlaps the pod range of another member of the same mesh'`,
    conflictsWith: sql`(select to_jsonb(o.name) from (${inMesh} limit 1) o)`,
  },
];

/** Of two rows for members of one mesh that overlap (NET-22), the wider or earlier one stays. */
async function overlapInMesh(db: Db): Promise<void> {
  const bits = sql`case family(s.held) when 4 then 32 else 128 end`;
  await sql`update import_stage s set outcome = 'REFUSED', problems = s.problems || jsonb_build_array(jsonb_build_object(
      'path', s.at || '.cidr', 'code', 'pod_cidr_not_unique_in_mesh', 'rule', 'NET-22',
      'message', s.held || ' overlaps the pod range of another member of the same mesh in the file', 'value', s.cidr::text))
    from (
      select s.no, set_masklen(network(s.held)::inet, ${bits}) as first, max(set_masklen(broadcast(s.held), ${bits})) over w as last_before
      from import_stage s join mesh_member b on b.cluster = s.body -> 'owner' ->> 'id' and not b.forced
      where s.kind = 'ALLOCATION' and s.outcome is null and ${isPodRange}
      window w as (partition by b.mesh_id, family(s.held) order by s.held, s.no rows between unbounded preceding and 1 preceding)
    ) d where d.no = s.no and d.last_before >= d.first`.execute(db);
}

async function twiceOwned(db: Db): Promise<void> {
  await sql`update import_stage s set outcome = 'REFUSED', problems = s.problems || jsonb_build_array(jsonb_build_object(
      'path', s.at || '.owner', 'code', 'already_allocated', 'message', 'the owner has another block of the pool for this purpose at ' || d.first_at,
      'value', s.body -> 'owner', 'conflictsWith', d.first_at))
    from (
      select no, first_value(at) over w as first_at, row_number() over w as position from import_stage s where kind = 'ALLOCATION' and outcome is null and not ${resting}
      window w as (partition by target, body -> 'owner', body ->> 'purpose' order by no)
    ) d where d.no = s.no and d.position > 1`.execute(db);
}

/** In an exclusive pool the earlier of two rows that overlap is the one that stays. */
async function overlapInFile(db: Db, stage: ImportStage): Promise<void> {
  // Ranges either nest or lie apart, so where two overlap two neighbours do; in most files none, and then no row is read.
  const neighbours = await rowOf(
    db,
    sql`select 1 from (
        select s.held as cidr, lag(s.held) over (partition by s.target, family(s.held) order by s.held) as before from import_stage s join pool p on p.id = s.target
        where s.kind = 'ALLOCATION' and s.outcome is null and p.reuse = 'EXCLUSIVE'
      ) sweep where before >>= cidr limit 1`,
  );
  if (!neighbours) return;
  const rows = await rowsOf(
    db,
    sql<{
      no: number;
      at: string;
      target: string;
      cidr: string;
    }>`select s.no, s.at, s.target, s.held::text as cidr from import_stage s join pool p on p.id = s.target
      where s.kind = 'ALLOCATION' and s.outcome is null and p.reuse = 'EXCLUSIVE' order by s.target, family(s.held), s.held`,
  );
  for (const ofPool of groupBy(rows, ({ target }) => target).values()) {
    const gives = overlapsInFile(ofPool.map((row) => ({ ...row, cidr: Cidr.parse(row.cidr) })));
    await stage.decide(
      db,
      [...gives].map(([row, other]) => ({
        no: row.no,
        outcome: 'REFUSED' as const,
        problems: [
          {
            path: `${row.at}.cidr`,
            code: 'overlaps_in_file',
            message: `${row.cidr} overlaps ${other.cidr} at ${other.at}`,
            value: String(row.cidr),
            conflictsWith: String(other.cidr),
          },
        ],
      })),
    );
  }
}

/** Not free, and not merely seen in Azure as the very block that is imported now, which is then adopted. */
async function taken(db: Db): Promise<void> {
  await sql`update import_stage s set outcome = 'REFUSED', problems = s.problems || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
      'path', s.at || '.cidr', 'code', 'prefix_taken', 'message', s.cidr || ' of pool ' || (s.body ->> 'pool') || ' is taken', 'value', s.cidr::text, 'conflictsWith', b.cidr)))
    from (
      select s.no, (
        select to_jsonb(x.name || ' ' || x.cidr) from (
          select a.owner_kind || '/' || a.owner_id as name, a.held as cidr from allocation a where a.pool_id = s.target and a.holding and a.exclusive and a.held && s.held
          union all select 'pool ' || c.name, r.cidr from pool c join pool_cidr r on r.pool_id = c.id where c.parent_id = s.target and r.cidr && s.held
          union all select o.name, o.cidr from occupying_range o where o.space_id = p.space_id and o.cidr && s.held
          union all select n.name, x.cidr from network_prefix x join network n on n.id = x.network_id
            where n.space_id = p.space_id and n.kind <> 'VIRTUAL_NETWORK' and x.cidr && s.held
        ) x limit 1
      ) as cidr
      from import_stage s join pool p on p.id = s.target
      where s.kind = 'ALLOCATION' and s.outcome is null
        and not exists (
          select from (select f.cidr from free_block f where f.pool_id = s.target and f.cidr <= s.held order by f.cidr desc limit 1) f where f.cidr >>= s.held)
        and (
          exists (select from allocation a where a.pool_id = s.target and a.holding and (a.exclusive or p.reuse = 'EXCLUSIVE') and a.held && s.held)
          or exists (select from pool c join pool_cidr r on r.pool_id = c.id where c.parent_id = s.target and r.cidr && s.held)
          or exists (select from network_prefix x join network n on n.id = x.network_id
            where p.reuse = 'EXCLUSIVE' and n.space_id = p.space_id and n.kind <> 'VIRTUAL_NETWORK' and x.cidr && s.held and n.id is distinct from p.network_id)
          or not exists (select from discovered_range d where d.space_id = p.space_id and d.ended_at is null and d.cidr = s.cidr)
        )
    ) b where b.no = s.no`.execute(db);
}
