import { Injectable } from '@nestjs/common';
import { EngineRef, type Json } from '@podspan/engine';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { audit, runWrite, withReach, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import { PlanAgic } from './agic/plan-agic.js';
import type { GatewayRow, IngressDatabase } from './database.js';
import { sameJson } from './domain/canonical.js';
import type { GatewayIntent, GatewayKind } from './domain/gateway-intent.js';
import { GatewaysRepository } from './gateways.repository.js';
import { gatewayIntentOf } from './intent-of.js';
import { PlanAgc } from './plan-agc.js';
import type { GatewayPlan } from './plan-gateway.js';
import type { GatewayBody, GatewayView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';

type Trx = Transaction<IngressDatabase>;

@Injectable()
export class CreateGateway {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly planAgc: PlanAgc,
    private readonly planAgic: PlanAgic,
    private readonly engine: EngineRef,
  ) {}

  /**
   * Checks everything, then records the gateway and starts its creation in one transaction. The same request again
   * answers 200 with the gateway as it is.
   */
  execute(call: CallContext, body: GatewayBody): Promise<WriteResult<GatewayView>> {
    const intent = gatewayIntentOf(body);
    return runWrite(this.db, call, async (trx) => {
      await this.gateways.takeTurn('name', intent.name, trx);
      // A name is taken whether or not the caller sees by whom.
      const existing = await withReach(undefined, () => this.gateways.find(intent.name, trx));
      if (existing) return again(existing, intent);
      const { applicationGateway } = intent;
      const plan = applicationGateway
        ? await this.planAgic.execute(call, body, intent, applicationGateway, trx)
        : await this.planAgc.execute(call, body, intent, trx);
      return this.#start(trx, call, plan);
    }).catch((error: unknown) => taken(error, intent.kind));
  }

  async #start(trx: Trx, call: CallContext, { program, values }: GatewayPlan): Promise<WriteResult<GatewayView>> {
    const row = await this.gateways.insert(values, trx);
    await this.engine.engine.start(trx, {
      id: row.create_run,
      program,
      subject: row.name,
      input: row.input as unknown as Json,
      subscriptionId: row.subscription_id,
      region: row.region,
    });
    const view = viewGateway(row);
    await audit(trx, call, { action: 'ingress_gateway.created', kind: 'INGRESS_GATEWAY', id: row.id, after: view });
    return WriteResult.created(view, { etag: etagOf(row), location: `/v1/ingress-gateways/${encodeURIComponent(row.name)}` });
  }
}

function again(existing: GatewayRow, intent: GatewayIntent): WriteResult<GatewayView> {
  if (sameJson(existing.intent, intent)) return WriteResult.ok(viewGateway(existing), { etag: etagOf(existing) });
  throw new Conflict('name_taken', `there is an ingress gateway '${existing.name}' already, and it was asked for differently`, {
    facts: { id: existing.id },
  });
}

/** What PostgreSQL refuses after the checks passed: somebody was faster. */
const constraints: Readonly<Record<string, Problem>> = {
  ingress_gateway_agic: {
    path: 'cluster',
    code: 'agic_limit_exceeded',
    message: 'a cluster has one AGIC, which drives one gateway; this cluster has one',
    suggestion: 'put the routes on that gateway, or make one of kind AGC',
    rule: 'AGIC-01',
  },
  ingress_gateway_subnet: {
    path: 'subnetId',
    code: 'agc_subnet_in_use',
    message: 'one AGC deployment per subnet with overlay; this subnet has one',
    suggestion: 'name a pool to take another /24 from',
    rule: 'AGC-22',
  },
  ingress_gateway_namespace: {
    path: 'namespace',
    code: 'namespace_taken',
    message: 'another gateway of the cluster has this Kubernetes namespace',
    suggestion: 'choose another namespace',
  },
  ingress_gateway_kubernetes_name: {
    path: 'name',
    code: 'name_taken',
    message: 'another gateway of the cluster has the same name in Kubernetes',
    suggestion: 'choose a name that differs in more than case and separators',
  },
};

const agicSubnet: Problem = {
  path: 'subnetId',
  code: 'agic_subnet_in_use',
  message: 'one deployment per subnet with overlay; this subnet has one',
  suggestion: 'name a pool to take another block from',
  rule: 'AGIC-22',
};

function taken(error: unknown, kind: GatewayKind): never {
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
  if (constraint === 'ingress_gateway_name') throw new Conflict('name_taken', 'there is an ingress gateway of this name already');
  const problem = constraint === 'ingress_gateway_subnet' && kind === 'AGIC' ? agicSubnet : constraints[constraint];
  throw problem ? new InvalidRequest([problem]) : error;
}
