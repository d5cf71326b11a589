import { Injectable } from '@nestjs/common';
import { EngineRef, type Json } from '@podspan/engine';
import { Conflict } from '@podspan/errors';
import { audit, newId, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import { checkIfMatch } from './check-if-match.js';
import type { GatewayRow, IngressDatabase } from './database.js';
import { GatewaysRepository } from './gateways.repository.js';
import type { AgcRemoval } from './programs/agc-input.js';
import { ownResources } from './programs/own-resources.js';
import { AgcPrograms } from './programs/agc-programs.js';
import type { GatewayView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';

type Trx = Transaction<IngressDatabase>;

@Injectable()
export class DeleteGateway {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly programs: AgcPrograms,
    private readonly engine: EngineRef,
  ) {}

  /** Starts `agc.delete`; the gateway is gone, and its subnet given back, when that run has ended. Twice is once. */
  execute(call: CallContext, key: string): Promise<WriteResult<GatewayView>> {
    return runWrite(this.db, call, async (trx) => {
      const row = await this.gateways.lock(key, trx);
      checkIfMatch(call.ifMatch, etagOf(row));
      if (row.state === 'DELETING') return WriteResult.accepted(viewGateway(row), { etag: etagOf(row) });
      if (row.state === 'CREATING')
        throw new Conflict('operation_in_progress', `ingress gateway '${row.name}' is being created; delete it when it is READY or FAILED`);
      await this.gateways.takeTurn('cluster', row.cluster, trx);
      const changed = await this.#start(trx, row);
      await audit(trx, call, { action: 'ingress_gateway.deletion_started', kind: 'INGRESS_GATEWAY', id: row.id, before: viewGateway(row) });
      return WriteResult.accepted(viewGateway(changed), { etag: etagOf(changed) });
    });
  }

  async #start(trx: Trx, row: GatewayRow): Promise<GatewayRow> {
    const { using } = await this.gateways.othersOf(row, trx);
    const removal: AgcRemoval = { ...row.input, resources: await this.#resources(row), last: using === 0, allocationId: row.allocation_id };
    const run = newId();
    await this.engine.engine.start(trx, {
      id: run,
      program: 'agc.delete',
      subject: row.name,
      input: removal as unknown as Json,
      subscriptionId: row.subscription_id,
      region: row.region,
    });
    const changed = await this.gateways.change(
      row.id,
      { state: 'DELETING', current_run: run, removes_controller: using === 0, failure: null },
      trx,
    );
    return changed ?? row;
  }

  async #resources(row: GatewayRow): Promise<AgcRemoval['resources']> {
    const [created] = await this.engine.engine.view([row.create_run]);
    return created ? ownResources(this.programs.create, row.input, created) : {};
  }
}
