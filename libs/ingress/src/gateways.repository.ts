import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { decodeCursor, isId } from '@podspan/platform';
import { Kysely, sql, type Insertable, type Updateable } from 'kysely';
import type { GatewayRow, GatewayTable, IngressDatabase } from './database.js';
import type { Neighbours } from './domain/check-agc-placement.js';

type Db = Kysely<IngressDatabase>;

@Injectable()
export class GatewaysRepository {
  constructor(private readonly db: Kysely<IngressDatabase>) {}

  /** By id or by name. @throws NotFound */
  async get(key: string, db: Db = this.db): Promise<GatewayRow> {
    const row = await this.find(key, db);
    if (!row) throw new NotFound('ingress gateway', key);
    return row;
  }

  find(key: string, db: Db = this.db): Promise<GatewayRow | undefined> {
    return gateways(db).where(byKey(key)).executeTakeFirst();
  }

  /** The row, until the transaction ends. @throws NotFound */
  async lock(key: string, trx: Db): Promise<GatewayRow> {
    const row = await gateways(trx).where(byKey(key)).forUpdate().executeTakeFirst();
    if (!row) throw new NotFound('ingress gateway', key);
    return row;
  }

  /** Requests for one name or one cluster take turns until the transaction ends. */
  async takeTurn(what: 'name' | 'cluster', key: string, trx: Db): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`ingress ${what} ${key.toLowerCase()}`}, 0))`.execute(trx);
  }

  /** One row more than asked for, to tell whether there is a next page. */
  page({
    limit,
    cursor,
    cluster,
  }: {
    limit: number;
    cursor?: string | undefined;
    cluster?: string | undefined;
  }): Promise<readonly GatewayRow[]> {
    const after = decodeCursor(cursor, 1)?.[0];
    return gateways(this.db)
      .$if(cluster !== undefined, (query) => query.where('cluster', '=', cluster ?? ''))
      .$if(after !== undefined, (query) => query.where(sql<string>`id::text`, '>', String(after)))
      .orderBy('id')
      .limit(limit + 1)
      .execute();
  }

  /** All gateways of some clusters, for the joins. */
  ofClusters(clusters: readonly string[]): Promise<readonly GatewayRow[]> {
    return gateways(this.db)
      .where('cluster', 'in', [...clusters])
      .orderBy('name')
      .execute();
  }

  async neighbours(place: { cluster: string; subscriptionId: string; subnetId: string | undefined }, trx: Db): Promise<Neighbours> {
    const [onCluster, inSubscription, holder] = await Promise.all([
      count(trx, 'cluster', place.cluster),
      count(trx, 'subscription_id', place.subscriptionId),
      trx
        .selectFrom('ingress_gateway')
        .select('name')
        .where(sql<string>`lower(subnet_id)`, '=', (place.subnetId ?? '').toLowerCase())
        .executeTakeFirst(),
    ]);
    return { onCluster, inSubscription, subnetHolder: holder?.name };
  }

  /** Others of the cluster that use its controller, or that are taking it away. */
  async othersOf(
    row: { readonly id: string; readonly cluster: string },
    trx: Db,
  ): Promise<{ readonly using: number; readonly removing: boolean }> {
    const others = await trx
      .selectFrom('ingress_gateway')
      .select(['state', 'removes_controller'])
      .where('cluster', '=', row.cluster)
      .where('id', '!=', row.id)
      .execute();
    return {
      using: others.filter(({ state }) => state !== 'DELETING').length,
      removing: others.some(({ state, removes_controller }) => state === 'DELETING' && removes_controller),
    };
  }

  insert(row: Insertable<GatewayTable>, trx: Db): Promise<GatewayRow> {
    return trx.insertInto('ingress_gateway').values(row).returningAll().executeTakeFirstOrThrow();
  }

  /** Every visible change makes a new ETag. */
  change(id: string, changes: Updateable<GatewayTable>, trx: Db = this.db): Promise<GatewayRow | undefined> {
    return trx
      .updateTable('ingress_gateway')
      .set({ ...changes, version: sql<number>`version + 1`, updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  }

  async remove(id: string, trx: Db): Promise<void> {
    await trx.deleteFrom('ingress_gateway').where('id', '=', id).execute();
  }

  /** The gateway a run belongs to; none for a run that was replaced. */
  ofRun(runId: string, trx: Db): Promise<GatewayRow | undefined> {
    return gateways(trx).where('current_run', '=', runId).forUpdate().executeTakeFirst();
  }
}

function gateways(db: Db) {
  return db.selectFrom('ingress_gateway').selectAll();
}

function byKey(key: string) {
  return isId(key) ? sql<boolean>`id = ${key}` : sql<boolean>`lower(name) = ${key.toLowerCase()}`;
}

async function count(trx: Db, column: 'cluster' | 'subscription_id', value: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ingress_gateway where ${sql.id(column)} = ${value}`.execute(trx);
  return rows[0]?.n ?? 0;
}
