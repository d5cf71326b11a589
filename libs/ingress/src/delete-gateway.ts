import { Injectable } from '@nestjs/common';
import { EngineRef, type Json, type Program, type RunView } from '@podspan/engine';
import { Conflict } from '@podspan/errors';
import { audit, checkIfMatch, newId, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import { agicOwn } from './agic/agic-create.js';
import type { AgicInput, AgicRemoval } from './agic/agic-input.js';
import { AgicPrograms } from './agic/agic-programs.js';
import type { GatewayRow, IngressDatabase } from './database.js';
import { leftOver } from './domain/controller-users.js';
import { GatewaysRepository } from './gateways.repository.js';
import { deploymentOf, type AgcInput, type AgcRemoval } from './programs/agc-input.js';
import { type ForeseenRemoval, foreseeRemoval } from './programs/foresee-removal.js';
import { ownResources } from './programs/own-resources.js';
import { AgcPrograms } from './programs/agc-programs.js';
import type { GatewayView, RemovalView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';
import { GrantWaf } from './waf/grant-waf.js';

type Trx = Transaction<IngressDatabase>;

@Injectable()
export class DeleteGateway {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly agc: AgcPrograms,
    private readonly agic: AgicPrograms,
    private readonly engine: EngineRef,
    private readonly grantWaf: GrantWaf,
  ) {}

  /** Starts the removal and says what goes; the gateway is gone, and its subnet given back, when that run has ended. Twice is once. */
  execute(call: CallContext, key: string): Promise<WriteResult<GatewayView>> {
    return runWrite(this.db, call, async (trx) => {
      const row = await this.gateways.lock(key, trx);
      checkIfMatch(call, etagOf(row));
      if (row.state === 'DELETING') return WriteResult.accepted(viewGateway(row), { etag: etagOf(row) });
      if (row.state === 'CREATING')
        throw new Conflict('operation_in_progress', `ingress gateway '${row.name}' is being created; delete it when it is READY or FAILED`);
      await this.gateways.takeTurn('cluster', row.cluster, trx);
      const plan = await this.#plan(trx, row);
      const changed = await this.#start(trx, row, plan);
      const removal = await this.#removalView(trx, row, plan);
      await audit(trx, call, { action: 'ingress_gateway.deletion_started', kind: 'INGRESS_GATEWAY', id: row.id, before: viewGateway(row) });
      return WriteResult.accepted({ ...viewGateway(changed), removal }, { etag: etagOf(changed) });
    });
  }

  #plan(trx: Trx, row: GatewayRow): Promise<RemovalPlan> {
    return row.input.kind === 'AGIC' ? this.#ofAgic(trx, row, row.input) : this.#ofAgc(trx, row, row.input);
  }

  async #start(trx: Trx, row: GatewayRow, { program, removal, removesController }: RemovalPlan): Promise<GatewayRow> {
    const run = newId();
    await this.engine.engine.start(trx, {
      id: run,
      program,
      subject: row.name,
      input: removal as unknown as Json,
      subscriptionId: row.subscription_id,
      region: row.region,
    });
    const changed = await this.gateways.change(
      row.id,
      { state: 'DELETING', current_run: run, removes_controller: removesController, failure: null },
      trx,
    );
    return changed ?? row;
  }

  async #removalView(trx: Trx, row: GatewayRow, { resources }: RemovalPlan): Promise<RemovalView> {
    return {
      resources: [...resources],
      addressesGivenBack: row.allocation_id === null || row.subnet_cidr === null ? [] : [row.subnet_cidr],
      routes: await this.gateways.routeNames(row.id, trx),
    };
  }

  async #ofAgc(trx: Trx, row: GatewayRow, input: AgcInput): Promise<RemovalPlan> {
    const others = await this.gateways.othersOf(row, trx);
    const left = leftOver(others, deploymentOf(input));
    const [created] = await this.engine.engine.view([row.create_run]);
    const removal: AgcRemoval = {
      ...input,
      ...left,
      resources: created ? ownResources(this.agc.create[deploymentOf(input)], input, created) : {},
      allocationId: row.allocation_id,
      principalId: row.identity?.principalId ?? null,
      ...(await this.grantWaf.end(trx, row, others)),
    };
    return planOf(this.agc.remove[deploymentOf(input)], removal, created, left.last);
  }

  async #ofAgic(trx: Trx, row: GatewayRow, input: AgicInput): Promise<RemovalPlan> {
    const [created] = await this.engine.engine.view([row.create_run]);
    const removal: AgicRemoval = {
      ...input,
      resources: created ? ownResources(this.agic.create[input.deployment], input, created, agicOwn) : {},
      allocationId: row.allocation_id,
      principalId: row.identity?.principalId ?? null,
      // AGIC has an identity of its own: what other gateways need is not at stake.
      ...(await this.grantWaf.end(trx, row, [])),
    };
    return planOf(this.agic.remove[input.deployment], removal, created, false);
  }
}

interface RemovalPlan {
  readonly program: string;
  readonly removal: AgcRemoval | AgicRemoval;
  readonly removesController: boolean;
  readonly resources: readonly ForeseenRemoval[];
}

function planOf<R extends AgcRemoval | AgicRemoval>(
  program: Program<R>,
  removal: R,
  created: RunView | undefined,
  removesController: boolean,
): RemovalPlan {
  return { program: program.name, removal, removesController, resources: foreseeRemoval(program, removal, created) };
}
