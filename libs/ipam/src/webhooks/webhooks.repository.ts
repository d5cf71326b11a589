import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { isId, newId } from '@podspan/platform';
import { sql } from 'kysely';
import { type Db, instant, instantOrNull, rowOf, rowsOf } from '../postgres/db.js';
import { byKey, nameTaken } from '../topology/spaces.repository.js';
import type { DeliveryView, WebhookBody, WebhookPatch, WebhookView } from './webhook-schemas.js';

interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly enabled: boolean;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
}

interface DeliveryRow {
  readonly id: string;
  readonly event_id: string;
  readonly type: string;
  readonly status: DeliveryView['status'];
  readonly attempts: number;
  readonly due_at: Date;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly delivered_at: Date | null;
  readonly created_at: Date;
}

/** A delivery somebody has claimed, with all it takes to send it. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly event_id: string;
  readonly type: string;
  readonly at: Date;
  readonly data: unknown;
  readonly url: string;
  readonly secret: string;
}

// The secret is no column of what is read for answers.
const columns = sql`id, name, url, events, enabled, created_by, created_at, updated_at`;

const selectDelivery = sql`select d.id, d.event_id, e.type, d.status, d.attempts, d.due_at, d.last_status, d.last_error, d.delivered_at, d.created_at
  from webhook_delivery d join webhook_event e on e.id = d.event_id`;

/** Receivers, the events for them, and what came of sending each. */
@Injectable()
export class WebhooksRepository {
  async get(db: Db, key: string): Promise<WebhookView> {
    const row = await rowOf(db, sql<WebhookRow>`select ${columns} from webhook_endpoint where ${byKey(key)}`);
    if (!row) throw new NotFound('webhook', key);
    return webhookView(row);
  }

  async page(db: Db, after: string | undefined, limit: number): Promise<readonly WebhookView[]> {
    const rows = await rowsOf(
      db,
      sql<WebhookRow>`select ${columns} from webhook_endpoint where ${after ?? null}::uuid is null or id > ${after ?? null} order by id limit ${limit + 1}`,
    );
    return rows.map(webhookView);
  }

  /** @throws Conflict `name_taken` */
  async insert(db: Db, { name, url, events = [], enabled = true }: WebhookBody, secret: string, by: string): Promise<WebhookView> {
    const row = await rowOf(
      db,
      sql<WebhookRow>`insert into webhook_endpoint (id, name, url, events, enabled, secret, created_by)
        values (${newId()}, ${name}, ${url}, ${events}::text[], ${enabled}, ${secret}, ${by}) on conflict (name) do nothing returning ${columns}`,
    );
    if (!row) throw nameTaken('webhook', name);
    return webhookView(row);
  }

  async update(db: Db, id: string, patch: WebhookPatch & { readonly secret?: string }): Promise<WebhookView> {
    await sql`update webhook_endpoint set url = coalesce(${patch.url ?? null}, url), events = coalesce(${patch.events ?? null}::text[], events),
      enabled = coalesce(${patch.enabled ?? null}, enabled), secret = coalesce(${patch.secret ?? null}, secret), version = version + 1, updated_at = now()
      where id = ${id}`.execute(db);
    return this.get(db, id);
  }

  async delete(db: Db, id: string): Promise<void> {
    await sql`delete from webhook_endpoint where id = ${id}`.execute(db);
  }

  /** In the transaction that makes it true. Nothing is kept when nobody listens. */
  async tell(db: Db, type: string, data: unknown): Promise<void> {
    await sql`insert into webhook_event (id, type, data)
      select ${newId()}, ${type}, ${JSON.stringify(data)}::jsonb where exists (select from webhook_endpoint where enabled)`.execute(db);
  }

  /** One event for one receiver alone. */
  async tellOne(db: Db, endpointId: string, type: string, data: unknown): Promise<DeliveryView> {
    const eventId = newId();
    await sql`insert into webhook_event (id, type, data, handed_out) values (${eventId}, ${type}, ${JSON.stringify(data)}::jsonb, true)`.execute(
      db,
    );
    const id = newId();
    await sql`insert into webhook_delivery (id, event_id, endpoint_id) values (${id}, ${eventId}, ${endpointId})`.execute(db);
    return this.delivery(db, endpointId, id);
  }

  async delivery(db: Db, endpointId: string, id: string): Promise<DeliveryView> {
    const row = isId(id)
      ? await rowOf(db, sql<DeliveryRow>`${selectDelivery} where d.endpoint_id = ${endpointId} and d.id = ${id}`)
      : undefined;
    if (!row) throw new NotFound('delivery', id);
    return deliveryView(row);
  }

  async deliveries(
    db: Db,
    endpointId: string,
    status: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<readonly DeliveryView[]> {
    const rows = await rowsOf(
      db,
      sql<DeliveryRow>`${selectDelivery} where d.endpoint_id = ${endpointId} and (${status ?? null}::text is null or d.status = ${status ?? null})
        and (${before ?? null}::uuid is null or d.id < ${before ?? null}) order by d.id desc limit ${limit + 1}`,
    );
    return rows.map(deliveryView);
  }

  async again(db: Db, id: string): Promise<void> {
    await sql`update webhook_delivery set status = 'PENDING', attempts = 0, due_at = now() where id = ${id}`.execute(db);
  }

  /** Makes a delivery of each new event for each receiver that wants it. Others that do the same pass over its rows. */
  async handOut(db: Db, limit: number): Promise<number> {
    const row = await rowOf(
      db,
      sql<{ count: number }>`with fresh as (
          select id, type from webhook_event where not handed_out order by id limit ${limit} for update skip locked
        ), made as (
          insert into webhook_delivery (id, event_id, endpoint_id)
          select new_id(), f.id, w.id from fresh f join webhook_endpoint w on w.enabled and (w.events = '{}' or f.type = any(w.events))
          on conflict do nothing
        ), done as (
          update webhook_event e set handed_out = true from fresh f where e.id = f.id returning e.id
        ) select count(*)::int as count from done`,
    );
    return row?.count ?? 0;
  }

  /** Takes due deliveries for this process; they are due again after the lease should it die. */
  claim(db: Db, limit: number, leaseSeconds: number): Promise<readonly ClaimedDelivery[]> {
    return rowsOf(
      db,
      sql<ClaimedDelivery>`with mine as (
          select d.id from webhook_delivery d join webhook_endpoint w on w.id = d.endpoint_id and w.enabled
          where d.status = 'PENDING' and d.due_at <= now() order by d.due_at limit ${limit} for update of d skip locked
        ), claimed as (
          update webhook_delivery d set attempts = attempts + 1, due_at = now() + make_interval(secs => ${leaseSeconds})
          from mine where d.id = mine.id returning d.id, d.attempts, d.event_id, d.endpoint_id
        ) select c.id, c.attempts, c.event_id, e.type, e.at, e.data, w.url, w.secret
        from claimed c join webhook_event e on e.id = c.event_id join webhook_endpoint w on w.id = c.endpoint_id`,
    );
  }

  async settle(
    db: Db,
    id: string,
    outcome: { readonly status: number | null; readonly error: string | null; readonly retryAfter: number | undefined },
  ): Promise<void> {
    const { status, error, retryAfter } = outcome;
    await sql`update webhook_delivery set last_status = ${status}, last_error = ${error},
      status = ${error === null ? 'DELIVERED' : retryAfter === undefined ? 'DEAD' : 'PENDING'},
      delivered_at = case when ${error === null} then now() end, due_at = now() + make_interval(secs => ${retryAfter ?? 0}) where id = ${id}`.execute(
      db,
    );
  }

  /** Events that every receiver has, or nobody wants, are kept for a month. */
  async forget(db: Db): Promise<void> {
    await sql`delete from webhook_event e where e.at < now() - interval '30 days' and e.handed_out
      and not exists (select from webhook_delivery d where d.event_id = e.id and d.status = 'PENDING')`.execute(db);
  }
}

function webhookView(row: WebhookRow): WebhookView {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: [...row.events],
    enabled: row.enabled,
    secret: null,
    createdAt: instant(row.created_at),
    createdBy: row.created_by,
    updatedAt: instant(row.updated_at),
  };
}

function deliveryView(row: DeliveryRow): DeliveryView {
  return {
    id: row.id,
    event: row.event_id,
    type: row.type,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.status === 'PENDING' ? instant(row.due_at) : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    deliveredAt: instantOrNull(row.delivered_at),
    createdAt: instant(row.created_at),
  };
}
