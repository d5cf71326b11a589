import { Injectable } from '@nestjs/common';
import type { FailureView } from '@podspan/engine';
import { Kysely, sql, type Selectable } from 'kysely';
import type { GatewayRow, IngressDatabase, WafGrantTable } from '../database.js';

type Db = Kysely<IngressDatabase>;
export type WafGrantRow = Selectable<WafGrantTable>;

/** Rights of a gateway's controller on the WAF policies that its routes name. */
@Injectable()
export class WafGrantsRepository {
  constructor(private readonly db: Kysely<IngressDatabase>) {}

  /** In the order in which they were asked for. */
  of(gatewayId: string, db: Db = this.db): Promise<readonly WafGrantRow[]> {
    return db.selectFrom('waf_grant').selectAll().where('gateway_id', '=', gatewayId).orderBy('run').execute();
  }

  /** ARM ids of the policies that routes of the cluster's other gateways of the kind name: their controller is the same. */
  async ofOthers(gateway: Pick<GatewayRow, 'id' | 'cluster' | 'intent'>, db: Db = this.db): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('waf_grant')
      .innerJoin('ingress_gateway', 'ingress_gateway.id', 'waf_grant.gateway_id')
      .select('waf_grant.policy_id')
      .where('ingress_gateway.cluster', '=', gateway.cluster)
      .where('ingress_gateway.id', '!=', gateway.id)
      .where(sql<string>`ingress_gateway.intent ->> 'kind'`, '=', gateway.intent.kind)
      .where('ingress_gateway.state', '!=', 'DELETING')
      .execute();
    return rows.map((row) => row.policy_id);
  }

  async add(grant: { readonly gatewayId: string; readonly policyId: string; readonly run: string }, trx: Db): Promise<void> {
    const { gatewayId, policyId, run } = grant;
    await trx.insertInto('waf_grant').values({ gateway_id: gatewayId, policy_id: policyId, run, state: 'PENDING' }).execute();
    await this.#touch(gatewayId, trx);
  }

  async settle(run: string, state: WafGrantRow['state'], failure: FailureView | undefined, trx: Db): Promise<void> {
    const grant = await trx
      .updateTable('waf_grant')
      .set({ state, failure: failure ? JSON.stringify(failure) : null })
      .where('run', '=', run)
      .returning('gateway_id')
      .executeTakeFirst();
    if (grant) await this.#touch(grant.gateway_id, trx);
  }

  /** Grants are shown with their gateway: a change of one makes a new ETag. */
  async #touch(gatewayId: string, trx: Db): Promise<void> {
    await trx
      .updateTable('ingress_gateway')
      .set({ version: sql<number>`version + 1`, updated_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', gatewayId)
      .execute();
  }
}
