import { Injectable } from '@nestjs/common';
import type { CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import type { ChangedRange } from '../discovery/discovered-ranges.repository.js';
import { SettleDiscovered } from '../discovery/settle-discovered.js';
import { type Db, rowsOf } from '../postgres/db.js';
import { ImportStage } from './stage.js';

export interface RangeScope {
  /** `azure:<subscription>` or `import`; of Azure files each row's own subscription counts. */
  readonly scope: string;
  readonly source: string;
  /** For rows whose network is unknown and that name no space. */
  readonly addressSpace: string | undefined;
  /** Everything of the scope is in the rows: what is not has ended. */
  readonly complete: boolean;
  /** A resource of Azure has the ranges of its rows and no others. */
  readonly authoritative: boolean;
  readonly allOrNothing: boolean;
}

/** Writes the staged discovered ranges, by sets. The caller holds the topology's lock for change. */
@Injectable()
export class ApplyRanges {
  constructor(
    private readonly settle: SettleDiscovered,
    private readonly stage: ImportStage,
  ) {}

  /** @returns the ranges that came, changed or went */
  async execute(db: Db, call: CallContext, scope: RangeScope): Promise<readonly ChangedRange[]> {
    // Both sides of these joins may have a hundred thousand rows that no statistics know of yet: a nested loop, which looks cheap for
    // tables that seem empty, then compares each with each.
    await sql`set local enable_nestloop = off`.execute(db);
    const changed = await this.#change(db, call, scope);
    await sql`set local enable_nestloop = on`.execute(db);
    await this.settle.execute(db, call, changed);
    return changed;
  }

  async #change(db: Db, call: CallContext, scope: RangeScope): Promise<readonly ChangedRange[]> {
    await this.#place(db, call, scope);
    await this.#judge(db);
    await this.#compare(db);
    if (scope.allOrNothing && (await this.stage.isRefused(db))) {
      await this.stage.leave(db, 'DISCOVERED_RANGE');
      return [];
    }
    const written = await this.#write(db, scope);
    const ended = [
      ...(scope.authoritative ? await this.#endMoved(db) : []),
      ...(scope.complete ? await this.#endUnseen(db, scope.scope) : []),
    ];
    return [...written, ...ended];
  }

  /** Space and network of each row, and what is wrong with them. */
  async #place(db: Db, call: CallContext, { addressSpace }: RangeScope): Promise<void> {
    await sql`update import_stage s set target = n.id, space_id = n.space_id
      from network n where s.kind = 'DISCOVERED_RANGE' and s.outcome is null and s.body ? 'network' and lower(n.resource_id) = lower(s.body ->> 'network')`.execute(
      db,
    );
    await sql`update import_stage s set target = n.id, space_id = n.space_id
      from network n where s.kind = 'DISCOVERED_RANGE' and s.outcome is null and s.target is null and s.body ? 'network' and (n.name = s.body ->> 'network' or n.id::text = s.body ->> 'network')`.execute(
      db,
    );
    await sql`update import_stage s set space_id = a.id
      from address_space a where s.kind = 'DISCOVERED_RANGE' and s.outcome is null and s.space_id is null
        and (a.name = coalesce(s.body ->> 'addressSpace', ${addressSpace ?? null}) or a.id::text = coalesce(s.body ->> 'addressSpace', ${addressSpace ?? null}))`.execute(
      db,
    );
    await refuse(
      db,
      sql`s.target is null and s.body ? 'network' and not s.body ->> 'network' ilike '/subscriptions/%'`,
      'network',
      'unknown_reference',
      sql`'network ''' || (s.body ->> 'network') || ''' does not exist'`,
      sql`s.body ->> 'network'`,
    );
    await refuse(
      db,
      sql`s.target is not null and s.body ? 'addressSpace' and not exists (select from address_space a where a.id = s.space_id and (s.body ->> 'addressSpace') in (a.name, a.id::text))`,
      'addressSpace',
      'address_space_mismatch',
      sql`'network ' || (s.body ->> 'network') || ' is in another address space'`,
      sql`s.body ->> 'addressSpace'`,
    );
    await refuse(
      db,
      sql`s.space_id is null`,
      'addressSpace',
      sql`case when s.body ? 'addressSpace' then 'unknown_reference' else 'address_space_required' end`,
      sql`case when s.body ? 'addressSpace' then 'address space ''' || (s.body ->> 'addressSpace') || ''' does not exist' else 'say in which address space the range lies: by its network, its own column or ?addressSpace=' end`,
      sql`s.body ->> 'addressSpace'`,
    );
    if (call.actor.spaces !== '*') {
      await refuse(
        db,
        sql`not exists (select from address_space a where a.id = s.space_id and (a.name = any(${[...call.actor.spaces]}::text[]) or a.id::text = any(${[...call.actor.spaces]}::text[])))`,
        'addressSpace',
        'forbidden',
        sql`'you have no rights in this address space'`,
        sql`s.body ->> 'addressSpace'`,
      );
    }
  }

  /** OV-32 and OV-61, which only the network knows of: a cluster that is there is recorded with the rules it breaks (OV-74). */
  async #judge(db: Db): Promise<void> {
    await sql`update import_stage s set body = jsonb_set(s.body, '{violations}', coalesce(s.body -> 'violations', '[]') || jsonb_build_array(jsonb_build_object(
        'rule', f.rule, 'code', f.code, 'message', format('%s overlaps %s of the cluster''s own network %s', s.cidr, f.prefix, f.network))))
      from (
        select s.no, r.rule, r.code, n.name as network, min(p.cidr::text) as prefix
        from import_stage s join (values ('POD_CIDR', 'OV-32', 'pod_cidr_overlaps_vnet'), ('SERVICE_CIDR', 'OV-61', 'service_cidr_overlaps_vnet'))
          as r(kind, rule, code) on r.kind = ${kind}
        join network n on n.id = s.target join network_prefix p on p.network_id = n.id and p.cidr && s.cidr
        where s.kind = 'DISCOVERED_RANGE' and s.outcome is null
        group by 1, 2, 3, 4
      ) f
      -- What was exported brings its own.
      where f.no = s.no and not coalesce(s.body -> 'violations', '[]') @> jsonb_build_array(jsonb_build_object('code', f.code))`.execute(
      db,
    );
  }

  /** The same range twice in the file is once. What is there already is UPDATED or UNCHANGED. */
  async #compare(db: Db): Promise<void> {
    await sql`update import_stage s set outcome = 'SKIPPED', problems = s.problems || jsonb_build_array(jsonb_build_object(
        'path', s.at, 'code', 'duplicate_row', 'message', 'the same range stands at ' || d.first_at, 'conflictsWith', d.first_at))
      from (
        select no, first_value(at) over w as first_at, row_number() over w as position from import_stage
        where kind = 'DISCOVERED_RANGE' and outcome is null
        window w as (partition by space_id, coalesce(body ->> 'kind', body ->> 'rangeKind', 'OTHER'), lower(coalesce(body ->> 'resourceId', body ->> 'name', '')), cidr order by no)
      ) d where d.no = s.no and d.position > 1`.execute(db);
    await sql`update import_stage s set outcome = f.outcome
      from (
        select s.no, case when d.id is null then 'CREATED'
          when d.stale_since is null and d.network_id is not distinct from s.target and d.cluster is not distinct from s.body ->> 'cluster'
            and d.mode is not distinct from s.body ->> 'mode' and d.routed = ${routed}
            and d.violations = coalesce(s.body -> 'violations', '[]') and d.facts = ${facts} then 'UNCHANGED' else 'UPDATED' end as outcome
        from import_stage s left join discovered_range d on ${sameRange}
        where s.kind = 'DISCOVERED_RANGE' and s.outcome is null
      ) f where f.no = s.no`.execute(db);
  }

  async #write(db: Db, { scope, source }: RangeScope): Promise<readonly ChangedRange[]> {
    await sql`update discovered_range d set seen_at = greatest(d.seen_at, ${seenAt}), stale_since = null, scope = ${scopeOf(scope)}, source = ${source}, network_id = s.target,
        vnet_id = s.body ->> 'vnetId', cluster = s.body ->> 'cluster', mode = s.body ->> 'mode', routed = ${routed},
        violations = coalesce(s.body -> 'violations', '[]'), facts = ${facts}
      from import_stage s where s.kind = 'DISCOVERED_RANGE' and s.outcome in ('UPDATED', 'UNCHANGED') and ${sameRange}`.execute(db);
    const created = await rowsOf(
      db,
      sql<ChangedRange>`insert into discovered_range (id, space_id, network_id, cidr, source, resource_id, seen_at, first_seen_at, kind, name, scope, vnet_id, cluster, mode, routed, violations, facts)
        select new_id(), s.space_id, s.target, s.cidr, ${source}, s.body ->> 'resourceId', ${seenAt}, least(${seenAt}, coalesce((s.body ->> 'since')::timestamptz, now())), ${kind}, s.body ->> 'name', ${scopeOf(scope)},
          s.body ->> 'vnetId', s.body ->> 'cluster', s.body ->> 'mode', ${routed}, coalesce(s.body -> 'violations', '[]'), ${facts}
        from import_stage s where s.kind = 'DISCOVERED_RANGE' and s.outcome = 'CREATED' order by s.no
        returning id, space_id as "spaceId", cidr::text`,
    );
    const updated = await rowsOf(
      db,
      sql<ChangedRange>`select d.id, d.space_id as "spaceId", d.cidr::text from discovered_range d join import_stage s on ${sameRange}
        where s.kind = 'DISCOVERED_RANGE' and s.outcome = 'UPDATED'`,
    );
    return [...created, ...updated];
  }

  /** Other ranges of the same resource: it has been given other ones. */
  #endMoved(db: Db): Promise<readonly ChangedRange[]> {
    return rowsOf(
      db,
      sql<ChangedRange>`update discovered_range d set ended_at = now() where d.ended_at is null and d.resource_id is not null
        and exists (select from import_stage s where s.kind = 'DISCOVERED_RANGE' and s.outcome in ('CREATED', 'UPDATED', 'UNCHANGED')
          and lower(s.body ->> 'resourceId') = lower(d.resource_id) and ${kind} = d.kind)
        and not exists (select from import_stage s where s.kind = 'DISCOVERED_RANGE' and s.outcome <> 'REFUSED'
          and lower(s.body ->> 'resourceId') = lower(d.resource_id) and ${kind} = d.kind and s.cidr = d.cidr)
        returning id, space_id as "spaceId", cidr::text`,
    );
  }

  #endUnseen(db: Db, scope: string): Promise<readonly ChangedRange[]> {
    return rowsOf(
      db,
      sql<ChangedRange>`update discovered_range d set ended_at = now() where d.ended_at is null and d.scope = ${scope} and d.seen_at < now()
        returning id, space_id as "spaceId", cidr::text`,
    );
  }
}

const kind = sql`coalesce(s.body ->> 'kind', s.body ->> 'rangeKind', 'OTHER')`;
const routed = sql`coalesce((s.body ->> 'routed')::boolean, true)`;
/** Of an export as it says, and never later than now. */
const seenAt = sql`least(now(), coalesce((s.body ->> 'checkedAt')::timestamptz, now()))`;
const facts = sql`coalesce(s.body -> 'facts', case when s.body ? 'labels' then jsonb_build_object('labels', s.body -> 'labels') end, '{}')`;
const sameRange = sql`d.ended_at is null and d.space_id = s.space_id and d.kind = ${kind} and d.cidr = s.cidr
  and d.identity is not distinct from lower(coalesce(s.body ->> 'resourceId', s.body ->> 'name'))`;

function scopeOf(scope: string): ReturnType<typeof sql> {
  return sql`coalesce('azure:' || lower(s.body ->> 'subscriptionId'), ${scope})`;
}

/** Refuses the staged ranges that meet a condition, by one statement. */
async function refuse(
  db: Db,
  condition: ReturnType<typeof sql>,
  member: string,
  code: string | ReturnType<typeof sql>,
  message: ReturnType<typeof sql>,
  value: ReturnType<typeof sql>,
): Promise<void> {
  await sql`update import_stage s set outcome = 'REFUSED', problems = s.problems || jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
      'path', s.at || '.' || ${member}::text, 'code', ${code}::text, 'message', ${message}, 'value', ${value})))
    where s.kind = 'DISCOVERED_RANGE' and s.outcome is null and ${condition}`.execute(db);
}
