import { Injectable } from '@nestjs/common';
import { EngineRef } from '@podspan/engine';
import { Conflict } from '@podspan/errors';
import { audit, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { IngressDatabase } from './database.js';
import { GatewaysRepository } from './gateways.repository.js';
import type { GatewayView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';
import { GrantWaf } from './waf/grant-waf.js';

@Injectable()
export class RetryGateway {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly engine: EngineRef,
    private readonly grantWaf: GrantWaf,
  ) {}

  /** A failed creation or removal, or a role on a WAF policy that could not be given, goes on from the step that failed, with the same frozen input. */
  execute(call: CallContext, key: string): Promise<WriteResult<GatewayView>> {
    return runWrite(this.db, call, async (trx) => {
      const row = await this.gateways.lock(key, trx);
      if (row.state === 'CREATING' || row.state === 'DELETING') return WriteResult.accepted(viewGateway(row), { etag: etagOf(row) });
      const grants = await this.grantWaf.retry(trx, row);
      if (row.state === 'READY') {
        if (grants === 0) throw new Conflict('not_failed', `ingress gateway '${row.name}' is READY: there is nothing to retry`);
        await audit(trx, call, { action: 'ingress_gateway.retried', kind: 'INGRESS_GATEWAY', id: row.id });
        return WriteResult.accepted(viewGateway(row), { etag: etagOf(row) });
      }
      await this.engine.engine.retry(trx, row.current_run);
      const state = row.current_run === row.create_run ? 'CREATING' : 'DELETING';
      const changed = (await this.gateways.change(row.id, { state, failure: null }, trx)) ?? row;
      await audit(trx, call, { action: 'ingress_gateway.retried', kind: 'INGRESS_GATEWAY', id: row.id });
      return WriteResult.accepted(viewGateway(changed), { etag: etagOf(changed) });
    });
  }
}
