import { Injectable } from '@nestjs/common';
import { InvalidRequest, type Problem } from '@podspan/errors';
import { newId, type CallContext } from '@podspan/platform';
import type { Transaction } from 'kysely';
import type { IngressDatabase } from '../database.js';
import { privateFrontend, type AgicOptions } from '../domain/agic/agic-gateway.js';
import { agicPrefix, checkAgicPlacement } from '../domain/agic/check-agic-placement.js';
import { checkAgicRequest } from '../domain/agic/check-agic-request.js';
import type { ChosenSubnet } from '../domain/choose-subnet.js';
import type { ClusterFacts } from '../domain/cluster-facts.js';
import type { GatewayIntent } from '../domain/gateway-intent.js';
import { GatewaysRepository } from '../gateways.repository.js';
import { unsupportedInAgic } from '../intent-of.js';
import type { Place } from '../place-in-pool.js';
import { gatewayPlan, ownCidr, type GatewayPlan } from '../plan-gateway.js';
import { Prefixes } from '../ports/prefixes.js';
import type { GatewayBody } from '../schemas.js';
import { agicCreations, type AgicBlock, type AgicInput } from './agic-input.js';
import { FindAgicPlace } from './find-agic-place.js';

/** Checks everything about an Application Gateway with AGIC, and decides all of its names. */
@Injectable()
export class PlanAgic {
  constructor(
    private readonly gateways: GatewaysRepository,
    private readonly findPlace: FindAgicPlace,
    private readonly prefixes: Prefixes,
  ) {}

  /** @throws InvalidRequest with every problem */
  async execute(
    call: CallContext,
    body: GatewayBody,
    intent: GatewayIntent,
    options: AgicOptions,
    trx: Transaction<IngressDatabase>,
  ): Promise<GatewayPlan> {
    const place = await this.findPlace.execute(intent, options, call.authorization);
    await this.gateways.takeTurn('cluster', place.cluster?.name ?? intent.cluster, trx);
    const { cluster, subnet } = await this.#check(body, intent, options, place, trx);
    const gatewayId = newId();
    const pool = await this.#rehearseBlock(gatewayId, intent, options, place, call.authorization);
    const input = inputOf({ gatewayId, intent, options, cluster, subnet, pool });
    return gatewayPlan({ program: agicCreations[input.deployment], intent, cluster, subnet, input, createdBy: call.actor.subject });
  }

  async #check(
    body: GatewayBody,
    intent: GatewayIntent,
    options: AgicOptions,
    { cluster, subnet, problems: placed }: Place,
    trx: Transaction<IngressDatabase>,
  ): Promise<{ cluster: ClusterFacts; subnet: ChosenSubnet }> {
    const neighbours = cluster && (await this.gateways.agicNeighbours({ ...cluster, subnetId: subnet?.id }, trx));
    const problems: readonly Problem[] = [
      ...checkAgicRequest(intent, options),
      ...unsupportedInAgic(body),
      ...placed,
      ...(cluster && neighbours ? checkAgicPlacement(intent, options, cluster, subnet, neighbours) : []),
    ];
    if (problems.length > 0 || !cluster || !subnet) throw new InvalidRequest(problems);
    return { cluster, subnet };
  }

  /** Says now what the block's step would run into. Nothing is kept, so nothing can leak. */
  async #rehearseBlock(
    gatewayId: string,
    intent: GatewayIntent,
    options: AgicOptions,
    { networkPrefixes }: Place,
    authorization: string,
  ): Promise<AgicBlock | null> {
    const { pool, subnetCidr: cidr = null } = intent;
    if (pool === undefined) return null;
    // A pool of the network's own lies in it; a wider one has to be told where the VNet is (AGIC-22).
    const block = { cidr, within: cidr === null ? (networkPrefixes ?? null) : null, prefixLength: agicPrefix(intent, options) };
    await this.prefixes.take({ pool, gatewayId, ...block }, authorization, { dryRun: true });
    return { name: pool, ...block };
  }
}

interface Decided {
  readonly gatewayId: string;
  readonly intent: GatewayIntent;
  readonly options: AgicOptions;
  readonly cluster: ClusterFacts;
  readonly subnet: ChosenSubnet;
  readonly pool: AgicBlock | null;
}

function inputOf({ gatewayId, intent, options, cluster, subnet, pool }: Decided): AgicInput {
  return {
    kind: 'AGIC',
    deployment: intent.deployment === 'ADDON' ? 'ADDON' : 'BYO',
    gatewayId,
    gateway: intent.name,
    cluster: cluster.name,
    clusterId: cluster.resourceId,
    subscriptionId: cluster.subscriptionId,
    region: cluster.region,
    namespace: intent.namespace,
    sku: options.sku,
    minInstances: options.minInstances,
    maxInstances: options.maxInstances,
    privateFrontend: intent.frontends.includes(privateFrontend),
    subnet: { id: subnet.id, vnetId: subnet.vnetId, source: subnet.source, cidr: ownCidr(subnet) },
    pool,
    wafPolicyId: intent.wafPolicyId ?? null,
  };
}
