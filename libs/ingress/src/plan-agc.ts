import { Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { newId, type CallContext } from '@podspan/platform';
import type { Transaction } from 'kysely';
import type { IngressDatabase } from './database.js';
import { checkAgcPlacement } from './domain/check-agc-placement.js';
import { checkGatewayOnIngressApi } from './domain/check-ingress-api.js';
import { checkIntent } from './domain/check-intent.js';
import { checkWafTarget } from './domain/check-policies.js';
import type { ChosenSubnet } from './domain/choose-subnet.js';
import type { ClusterFacts } from './domain/cluster-facts.js';
import { renderedFor } from './domain/alb-controller.js';
import { isLosingController } from './domain/controller-users.js';
import type { GatewayIntent } from './domain/gateway-intent.js';
import { GatherFacts } from './gather-facts.js';
import type { Place } from './place-in-pool.js';
import { GatewaysRepository } from './gateways.repository.js';
import { unsupportedInGateway } from './intent-of.js';
import { gatewayPlan, type GatewayPlan } from './plan-gateway.js';
import { Prefixes } from './ports/prefixes.js';
import type { AgcInput, PoolRequest } from './programs/agc-input.js';
import { agcCreations } from './programs/program-names.js';
import type { GatewayBody } from './schemas.js';

type Trx = Transaction<IngressDatabase>;

/** Checks everything about an AGC, and decides all of its names. */
@Injectable()
export class PlanAgc {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly gatherFacts: GatherFacts,
    private readonly prefixes: Prefixes,
  ) {}

  /** @throws InvalidRequest with every problem */
  async execute(call: CallContext, body: GatewayBody, intent: GatewayIntent, trx: Trx): Promise<GatewayPlan> {
    const place = await this.gatherFacts.execute(intent, call.authorization);
    await this.gateways.takeTurn('cluster', place.cluster?.name ?? intent.cluster, trx);
    const { cluster, subnet } = await this.#check(body, intent, place, trx);
    const id = newId();
    const pool = await this.#rehearseBlock(id, intent, place, call.authorization);
    const input = inputOf(id, intent, cluster, subnet, pool);
    return gatewayPlan({ program: agcCreations[intent.deployment], intent, cluster, subnet, input, createdBy: call.actor.subject });
  }

  async #check(body: GatewayBody, intent: GatewayIntent, place: Place, trx: Trx): Promise<{ cluster: ClusterFacts; subnet: ChosenSubnet }> {
    const { cluster, subnet } = place;
    const neighbours =
      cluster &&
      (await this.gateways.neighbours({ cluster: cluster.name, subscriptionId: cluster.subscriptionId, subnetId: subnet?.id }, trx));
    const problems: readonly Problem[] = [
      ...checkIntent(intent, body),
      ...(intent.api === 'INGRESS' ? checkGatewayOnIngressApi(intent) : []),
      ...unsupportedInGateway(body),
      ...(intent.wafPolicyId === undefined
        ? []
        : checkWafTarget(
            renderedFor({ deployment: intent.deployment, kubernetesVersion: cluster?.kubernetesVersion, wanted: intent.controllerVersion }),
            intent.wafPolicyId,
            cluster?.subscriptionId,
            'wafPolicyId',
          )),
      ...place.problems,
      ...(cluster && neighbours ? checkAgcPlacement(intent, cluster, subnet, neighbours) : []),
    ];
    if (problems.length > 0 || !cluster || !subnet || !neighbours) throw new InvalidRequest(problems);
    if (isLosingController(neighbours.others))
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
}

function inputOf(
  gatewayId: string,
  intent: GatewayIntent,
  cluster: ClusterFacts,
  subnet: ChosenSubnet,
  pool: PoolRequest | null,
): AgcInput {
  return {
    deployment: intent.deployment,
    gatewayId,
    gateway: intent.name,
    cluster: cluster.name,
    clusterId: cluster.resourceId,
    subscriptionId: cluster.subscriptionId,
    region: cluster.region,
    frontends: intent.frontends,
    subnet: { id: subnet.id, vnetId: subnet.vnetId, source: subnet.source },
    pool,
    wafPolicyId: intent.wafPolicyId ?? null,
  };
}
