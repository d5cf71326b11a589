import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { isId } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, instant, instantOrNull, rowOf, rowsOf } from '../postgres/db.js';
import type { DiscoveryView } from './discovery-schemas.js';

export interface DiscoveryTask {
  readonly discovery_id: string;
  readonly subscription_id: string;
  readonly attempts: number;
  readonly address_space: string | null;
  readonly actor: string;
}

interface DiscoveryRow {
  readonly id: string;
  readonly trigger: DiscoveryView['trigger'];
  readonly actor: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly tasks: readonly {
    readonly subscription_id: string;
    readonly status: DiscoveryView['subscriptions'][number]['status'];
    readonly attempts: number;
    readonly due_at: string;
    readonly error: { code: string; message: string } | null;
    readonly counts: Record<string, number> | null;
  }[];
}

const selectDiscovery = sql`select d.*, (select coalesce(jsonb_agg(to_jsonb(t) order by t.subscription_id), '[]') from discovery_task t where t.discovery_id = d.id) as tasks from discovery d`;

@Injectable()
export class DiscoveriesRepository {
  async insert(
    db: Db,
    discovery: { id: string; trigger: string; actor: string; addressSpace: string | undefined; subscriptions: readonly string[] },
  ): Promise<void> {
    const { id, trigger, actor, addressSpace, subscriptions } = discovery;
    await sql`delete from discovery where started_at < now() - interval '30 days' and finished_at is not null`.execute(db);
    await sql`insert into discovery (id, trigger, actor, address_space) values (${id}, ${trigger}, ${actor}, ${addressSpace ?? null})`.execute(
      db,
    );
    await sql`insert into discovery_task (discovery_id, subscription_id) select ${id}, lower(s.id) from unnest(${[...subscriptions]}::text[]) as s(id) group by lower(s.id)`.execute(
      db,
    );
  }

  /** Whether the schedule is due. Of many processes one at a time may ask, and who is told so inserts in the same transaction. */
  async isDue(db: Db, intervalSeconds: number): Promise<boolean> {
    await sql`select pg_advisory_xact_lock(hashtext('podspan.ipam.discovery'))`.execute(db);
    const row = await rowOf(
      db,
      sql`select 1 from discovery where trigger = 'SCHEDULE' and (finished_at is null or started_at > now() - make_interval(secs => ${intervalSeconds})) limit 1`,
    );
    return row === undefined;
  }

  /** One task that is due, nobody else's for ten minutes. */
  claim(db: Db): Promise<DiscoveryTask | undefined> {
    return rowOf(
      db,
      sql<DiscoveryTask>`update discovery_task t set status = 'RUNNING', claimed_until = now() + interval '10 minutes', attempts = attempts + 1
        from discovery d where d.id = t.discovery_id and (t.discovery_id, t.subscription_id) = (
          select discovery_id, subscription_id from discovery_task
          where (status = 'PENDING' and due_at <= now()) or (status = 'RUNNING' and claimed_until < now())
          order by due_at limit 1 for update skip locked
        ) returning t.discovery_id, t.subscription_id, t.attempts, d.address_space, d.actor`,
    );
  }

  /** Whether the claim is still ours; nobody takes it until the transaction ends. */
  async holds(db: Db, { discovery_id: id, subscription_id: subscription, attempts }: DiscoveryTask): Promise<boolean> {
    const row = await rowOf(
      db,
      sql`select 1 from discovery_task where discovery_id = ${id} and subscription_id = ${subscription} and attempts = ${attempts} and status = 'RUNNING' for update`,
    );
    return row !== undefined;
  }

  async postpone(db: Db, task: DiscoveryTask, seconds: number, error: object): Promise<void> {
    await sql`update discovery_task set status = 'PENDING', due_at = now() + make_interval(secs => ${seconds}), error = ${JSON.stringify(error)}
      where discovery_id = ${task.discovery_id} and subscription_id = ${task.subscription_id} and attempts = ${task.attempts}`.execute(db);
  }

  async finish(
    db: Db,
    task: DiscoveryTask,
    status: 'SUCCEEDED' | 'FAILED',
    facts: { readonly error?: object; readonly counts?: object },
  ): Promise<void> {
    await sql`update discovery_task set status = ${status}, finished_at = now(), error = ${facts.error ? JSON.stringify(facts.error) : null}, counts = ${facts.counts ? JSON.stringify(facts.counts) : null}
      where discovery_id = ${task.discovery_id} and subscription_id = ${task.subscription_id} and attempts = ${task.attempts}`.execute(db);
    await sql`update discovery d set finished_at = now() where d.id = ${task.discovery_id} and finished_at is null
      and not exists (select from discovery_task t where t.discovery_id = d.id and t.status in ('PENDING', 'RUNNING'))`.execute(db);
  }

  async read(db: Db, scope: string): Promise<void> {
    await sql`insert into discovery_scope (scope, read_at) values (${scope}, now()) on conflict (scope) do update set read_at = now()`.execute(
      db,
    );
  }

  /** A subscription could not be read: what was seen there stays and is known to be old. */
  async markStale(db: Db, scope: string): Promise<void> {
    await sql`update discovered_range set stale_since = now() where scope = ${scope} and ended_at is null and stale_since is null`.execute(
      db,
    );
  }

  async knownSubscriptions(db: Db): Promise<readonly string[]> {
    const rows = await rowsOf(
      db,
      sql<{ id: string }>`select distinct lower(subscription_id) as id from network where subscription_id is not null order by 1`,
    );
    return rows.map(({ id }) => id);
  }

  /** @throws NotFound */
  async get(db: Db, id: string): Promise<DiscoveryView> {
    const row = isId(id) ? await rowOf(db, sql<DiscoveryRow>`${selectDiscovery} where d.id = ${id}`) : undefined;
    if (!row) throw new NotFound('discovery', id);
    return discoveryView(row);
  }

  async page(db: Db, after: string | undefined, limit: number): Promise<readonly DiscoveryView[]> {
    const rows = await rowsOf(
      db,
      sql<DiscoveryRow>`${selectDiscovery} where ${after ?? null}::uuid is null or d.id < ${after ?? null} order by d.id desc limit ${limit + 1}`,
    );
    return rows.map(discoveryView);
  }
}

function discoveryView(row: DiscoveryRow): DiscoveryView {
  const failed = row.tasks.filter(({ status }) => status === 'FAILED').length;
  const ended = failed === 0 ? 'SUCCEEDED' : failed === row.tasks.length ? 'FAILED' : 'PARTIAL';
  return {
    id: row.id,
    trigger: row.trigger,
    status: row.finished_at === null ? 'RUNNING' : ended,
    actor: row.actor,
    startedAt: instant(row.started_at),
    finishedAt: instantOrNull(row.finished_at),
    subscriptions: row.tasks.map(({ subscription_id: subscriptionId, status, attempts, due_at: due, error, counts }) => ({
      subscriptionId,
      status,
      attempts,
      nextAttemptAt: status === 'PENDING' ? new Date(due).toISOString() : null,
      error: error === null ? null : { code: error.code, message: error.message },
      counts,
    })),
  };
}
