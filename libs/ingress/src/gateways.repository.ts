import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { currentReach, decodeCursor, isId } from '@podspan/platform';
import { Kysely, sql, type Insertable, type Updateable } from 'kysely';
import type { FrontendAddress, GatewayRow, GatewayTable, IngressDatabase } from './database.js';
import type { AgicNeighbours } from './domain/agic/check-agic-placement.js';
import type { Neighbours } from './domain/check-agc-placement.js';
import type { OtherGateway } from './domain/controller-users.js';

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
    return withinReach(gateways(db).where(byKey(key))).executeTakeFirst();
  }

  /** The row, until the transaction ends. @throws NotFound */
  async lock(key: string, trx: Db): Promise<GatewayRow> {
    const row = await withinReach(gateways(trx).where(byKey(key)))
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new NotFound('ingress gateway', key);
    return row;
  }

  /** Requests for one name, one cluster or one application take turns until the transaction ends. */
  async takeTurn(what: 'name' | 'cluster' | 'apply', key: string, trx: Db): Promise<void> {
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
    const after = decodeCursor(cursor, ['text'])?.[0];
    return withinReach(gateways(this.db))
      .$if(cluster !== undefined, (query) => query.where('cluster', '=', cluster ?? ''))
      .$if(after !== undefined, (query) => query.where(sql<string>`id::text`, '>', after ?? ''))
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

  /** Counts are of kind AGC: the limits are AGC's. */
  async neighbours(
    place: { cluster: string; subscriptionId: string; subnetId: string | undefined },
    trx: Db = this.db,
  ): Promise<Neighbours> {
    const [onCluster, inSubscription, holder, others] = await Promise.all([
      count(trx, 'cluster', place.cluster),
      count(trx, 'subscription_id', place.subscriptionId),
      trx
        .selectFrom('ingress_gateway')
        .select('name')
        .where(sql<string>`lower(subnet_id)`, '=', (place.subnetId ?? '').toLowerCase())
        .executeTakeFirst(),
      this.othersOf(place, trx),
    ]);
    return { onCluster, inSubscription, subnetHolder: holder?.name, others };
  }

  /** The other gateways of a cluster. */
  async othersOf(row: { readonly id?: string; readonly cluster: string }, trx: Db): Promise<readonly OtherGateway[]> {
    const others = await gateways(trx)
      .where('cluster', '=', row.cluster)
      .$if(row.id !== undefined, (query) => query.where('id', '!=', row.id ?? ''))
      .orderBy('name')
      .execute();
    return others.map(({ name, state, intent: { kind, deployment, wafPolicyId }, removes_controller: removesController }) => ({
      name,
      kind,
      deployment,
      state,
      removesController,
      wafPolicyId,
    }));
  }

  /** What an Application Gateway has beside it. */
  async agicNeighbours(
    place: { name: string; subscriptionId: string; region: string; subnetId: string | undefined },
    trx: Db,
  ): Promise<AgicNeighbours> {
    const { rows } = await sql<{ on_cluster: string | null; in_region: number; holder: string | null }>`
      select (select name from ingress_gateway where cluster = ${place.name} and intent ->> 'kind' = 'AGIC') as on_cluster,
        (select count(*)::int from ingress_gateway
          where subscription_id = ${place.subscriptionId} and region = ${place.region} and intent ->> 'kind' = 'AGIC') as in_region,
        (select name from ingress_gateway where lower(subnet_id) = ${(place.subnetId ?? '').toLowerCase()}) as holder`.execute(trx);
    const [found] = rows;
    return { onCluster: found?.on_cluster ?? undefined, inRegion: found?.in_region ?? 0, subnetHolder: found?.holder ?? undefined };
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

  /** Of the routes that go with the gateway. */
  async routeNames(id: string, trx: Db): Promise<string[]> {
    const rows = await trx
      .selectFrom('route')
      .select('name')
      .where('gateway_id', '=', id)
      .orderBy(sql`name collate "C"`)
      .execute();
    return rows.map(({ name }) => name);
  }

  /** Frontends keep what they had unless it is another address now. Nothing changes, and no ETag, when all of it was known. */
  async addAddresses(id: string, addresses: readonly FrontendAddress[]): Promise<void> {
    await this.db.transaction().execute(async (trx) => {
      const row = await gateways(trx).where('id', '=', id).forUpdate().executeTakeFirst();
      if (!row) return;
      const kept = row.frontends.filter(({ name }) => addresses.every((address) => address.name !== name));
      const known = addresses.every(({ name, fqdn }) => row.frontends.some((held) => held.name === name && held.fqdn === fqdn));
      if (!known) await this.change(id, { frontends: JSON.stringify([...kept, ...addresses]) }, trx);
    });
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

/** Gateways of clusters that the caller sees. */
function withinReach(query: ReturnType<typeof gateways>): ReturnType<typeof gateways> {
  const reach = currentReach();
  return reach === undefined ? query : query.where(sql<boolean>`cluster = any(${[...reach]}::text[])`);
}

function byKey(key: string) {
  return isId(key) ? sql<boolean>`id = ${key}` : sql<boolean>`lower(name) = ${key.toLowerCase()}`;
}

async function count(trx: Db, column: 'cluster' | 'subscription_id', value: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ingress_gateway
    where ${sql.id(column)} = ${value} and intent ->> 'kind' = 'AGC'`.execute(trx);
  return rows[0]?.n ?? 0;
}
