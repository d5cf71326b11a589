import { Injectable } from '@nestjs/common';
import { NotFound } from '@podspan/errors';
import { Kysely, sql } from 'kysely';
import type { IngressDatabase, RouteRow } from './database.js';
import type { RouteIntent } from './domain/route-intent.js';

type Db = Kysely<IngressDatabase>;

@Injectable()
export class RoutesRepository {
  constructor(private readonly db: Kysely<IngressDatabase>) {}

  /** In the order of their names, by code point. */
  of(gatewayId: string, db: Db = this.db): Promise<readonly RouteRow[]> {
    return db
      .selectFrom('route')
      .selectAll()
      .where('gateway_id', '=', gatewayId)
      .orderBy(sql`name collate "C"`)
      .execute();
  }

  /** @throws NotFound */
  async get(gatewayId: string, name: string, db: Db = this.db): Promise<RouteRow> {
    const row = await db.selectFrom('route').selectAll().where('gateway_id', '=', gatewayId).where('name', '=', name).executeTakeFirst();
    if (!row) throw new NotFound('route', name);
    return row;
  }

  put(gatewayId: string, intent: RouteIntent, trx: Db): Promise<RouteRow> {
    const text = JSON.stringify(intent);
    return trx
      .insertInto('route')
      .values({ gateway_id: gatewayId, name: intent.name, intent: text })
      .onConflict((conflict) =>
        conflict
          .columns(['gateway_id', 'name'])
          .doUpdateSet({ intent: text, version: sql<number>`route.version + 1`, updated_at: sql<Date>`clock_timestamp()` }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  async remove(gatewayId: string, name: string, trx: Db): Promise<void> {
    await trx.deleteFrom('route').where('gateway_id', '=', gatewayId).where('name', '=', name).execute();
  }
}
