import { Injectable } from '@nestjs/common';
import { EngineRef, type Json } from '@podspan/engine';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { audit, newId, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import type { GatewayRow, IngressDatabase } from './database.js';
import { checkAgcPlacement } from './domain/check-agc-placement.js';
import { checkIntent } from './domain/check-intent.js';
import { checkWafTarget } from './domain/check-policies.js';
import type { ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts } from './domain/cluster-facts.js';
import { targetOf } from './domain/controller-version.js';
import { sameJson } from './domain/canonical.js';
import type { GatewayIntent } from './domain/gateway-intent.js';
import { kubernetesName } from './domain/kubernetes-names.js';
import { GatherFacts, type Place } from './gather-facts.js';
import { GatewaysRepository } from './gateways.repository.js';
import { gatewayIntentOf, unsupportedInGateway } from './intent-of.js';
import { Prefixes } from './ports/prefixes.js';
import type { AgcInput, PoolRequest } from './programs/agc-input.js';
import type { GatewayBody, GatewayView } from './schemas.js';
import { etagOf, viewGateway } from './view-gateway.js';

type Trx = Transaction<IngressDatabase>;

@Injectable()
export class CreateGateway {
  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly gatherFacts: GatherFacts,
    private readonly prefixes: Prefixes,
    private readonly engine: EngineRef,
  ) {}

  /**
   * Checks everything, then records the gateway and starts `agc.create` in one transaction. The same request again
   * answers 200 with the gateway as it is.
   */
  execute(call: CallContext, body: GatewayBody): Promise<WriteResult<GatewayView>> {
    const intent = gatewayIntentOf(body);
    return runWrite(this.db, call, async (trx) => {
      await this.gateways.takeTurn('name', intent.name, trx);
      const existing = await this.gateways.find(intent.name, trx);
      if (existing) return again(existing, intent);
      const place = await this.gatherFacts.execute(intent, call.authorization);
      await this.gateways.takeTurn('cluster', place.cluster?.name ?? intent.cluster, trx);
      const { cluster, subnet } = await this.#check(body, intent, place, trx);
      const id = newId();
      const pool = await this.#rehearseBlock(id, intent, place, call.authorization);
      return this.#start(trx, call, this.#rowOf(id, intent, cluster, subnet, pool, call.actor.subject));
    }).catch(taken);
  }

  async #check(body: GatewayBody, intent: GatewayIntent, place: Place, trx: Trx): Promise<{ cluster: ClusterFacts; subnet: ChosenSubnet }> {
    const { cluster, subnet } = place;
    const neighbours =
      cluster &&
      (await this.gateways.neighbours({ cluster: cluster.name, subscriptionId: cluster.subscriptionId, subnetId: subnet?.id }, trx));
    const problems: readonly Problem[] = [
      ...checkIntent(intent),
      ...unsupportedInGateway(body),
      ...(intent.wafPolicyId === undefined
        ? []
        : checkWafTarget(
            targetOf(cluster?.kubernetesVersion, intent.controllerVersion),
            intent.wafPolicyId,
            cluster?.subscriptionId,
            'wafPolicyId',
          )),
      ...place.problems,
      ...(cluster && neighbours ? checkAgcPlacement(intent, cluster, subnet, neighbours) : []),
    ];
    if (problems.length > 0 || !cluster || !subnet) throw new InvalidRequest(problems);
    const others = await this.gateways.othersOf({ id: '00000000-0000-0000-0000-000000000000', cluster: cluster.name }, trx);
    if (others.removing)
      throw new Conflict(
        'controller_being_removed',
        `the identity of the ALB Controller of '${cluster.name}' is being removed; try again when that gateway is gone`,
      );
    return { cluster, subnet };
  }

  /** Says now what the block's step would run into: an exhausted pool, a block that is taken. Nothing is kept, so nothing can leak. */
  async #rehearseBlock(gatewayId: string, intent: GatewayIntent, place: Place, authorization: string): Promise<PoolRequest | null> {
    const { pool, subnetCidr: cidr = null } = intent;
    if (pool === undefined) return null;
    // A pool of the network's own lies in it; a wider one has to be told where the VNet is (AGC-23).
    const within = cidr === null ? (place.networkPrefixes ?? null) : null;
    await this.prefixes.take({ pool, gatewayId, cidr, within }, authorization, { dryRun: true });
    return { name: pool, cidr, within };
  }

  #rowOf(id: string, intent: GatewayIntent, cluster: ClusterFacts, subnet: ChosenSubnet, pool: PoolRequest | null, createdBy: string) {
    const input: AgcInput = {
      gatewayId: id,
      gateway: intent.name,
      cluster: cluster.name,
      clusterId: cluster.resourceId,
      subscriptionId: cluster.subscriptionId,
      region: cluster.region,
      frontends: intent.frontends,
      subnet: { id: subnet.id, vnetId: subnet.vnetId, source: subnet.source },
      pool,
    };
    const run = newId();
    return {
      id,
      name: intent.name,
      cluster: cluster.name,
      state: 'CREATING' as const,
      intent: JSON.stringify(intent),
      input: JSON.stringify(input),
      namespace: intent.namespace,
      kubernetes_name: kubernetesName(intent.name),
      kubernetes_version: cluster.kubernetesVersion ?? null,
      subscription_id: cluster.subscriptionId,
      region: cluster.region,
      subnet_id: subnet.id,
      // A block of a pool is ours once the run has taken it.
      subnet_cidr: subnet.source === 'POOL' ? null : (subnet.cidr ?? null),
      create_run: run,
      current_run: run,
      created_by: createdBy,
    };
  }

  async #start(trx: Trx, call: CallContext, values: Parameters<GatewaysRepository['insert']>[0]): Promise<WriteResult<GatewayView>> {
    const row = await this.gateways.insert(values, trx);
    await this.engine.engine.start(trx, {
      id: row.create_run,
      program: 'agc.create',
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

function taken(error: unknown): never {
  const constraint = error instanceof Error && 'constraint' in error ? String(error.constraint) : '';
  if (constraint === 'ingress_gateway_name') throw new Conflict('name_taken', 'there is an ingress gateway of this name already');
  const problem = constraints[constraint];
  throw problem ? new InvalidRequest([problem]) : error;
}
