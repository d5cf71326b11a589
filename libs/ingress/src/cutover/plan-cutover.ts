import { Injectable } from '@nestjs/common';
import { textAt } from '@podspan/aks';
import { Conflict } from '@podspan/errors';
import type { GatewayRow } from '../database.js';
import { agcIds, subnetIdFor } from '../domain/agc-names.js';
import { controllerRelease } from '../domain/controller-version.js';
import type { CutoverFacts, SubnetHeld } from '../domain/cutover/cutover-facts.js';
import { cutoverPlan } from '../domain/cutover/cutover-plan.js';
import { cutoverText } from '../domain/cutover/cutover-text.js';
import { GatewaysRepository } from '../gateways.repository.js';
import { Prefixes } from '../ports/prefixes.js';
import { TranslateIngress } from '../translation/translate-ingress.js';
import { viewGateway } from '../view-gateway.js';
import { ReadAgic } from './agic-of-cluster.js';
import { ReadClusterInAzure, type ClusterInAzure } from './cluster-in-azure.js';
import type { CutoverQuery, CutoverView } from './cutover-schemas.js';

@Injectable()
export class PlanCutover {
  constructor(
    private readonly readCluster: ReadClusterInAzure,
    private readonly readAgic: ReadAgic,
    private readonly gateways: GatewaysRepository,
    private readonly prefixes: Prefixes,
    private readonly translate: TranslateIngress,
  ) {}

  /** Reads Azure, ipam and the Ingresses that were sent; changes nothing. @throws NotFound, InvalidRequest, Transient */
  async execute(query: CutoverQuery, bytes: AsyncIterable<Uint8Array>, authorization: string): Promise<CutoverView> {
    const cluster = await this.readCluster.execute(query.cluster, authorization);
    const agc = await this.#agc(query, cluster, authorization);
    const translation = await this.translate.objects(
      {
        deployment: 'BYO',
        albId: agcIds(cluster.resourceId.split('/')[2] ?? '', cluster.name, agc.gateway).trafficController,
        frontend: agc.frontends.map(({ name }) => name).join(','),
        api: 'GATEWAY',
        namespace: query.namespace,
        ingressClass: query.ingressClass,
        strict: false,
      },
      bytes,
    );
    const agic = await this.readAgic.execute(cluster.raw);
    const facts: CutoverFacts = {
      cluster,
      agic: {
        ...agic,
        install: query.agic,
        subnet: agic.subnet && (await this.#held(agic.subnet.id, agic.subnet.cidr, cluster.network, authorization)),
      },
      agc,
      translation,
      overlay: query.overlay,
      ttlSeconds: query.ttlSeconds,
    };
    const plan = cutoverPlan(facts);
    return { ...(plan as unknown as CutoverView), text: cutoverText(plan) };
  }

  /** The gateway that is there, or what it would be. */
  async #agc(query: CutoverQuery, cluster: ClusterInAzure, authorization: string): Promise<CutoverFacts['agc']> {
    const row = await this.#gateway(query, cluster);
    if (row) return this.#existing(row, cluster, authorization);
    const gateway = query.gateway ?? `${cluster.name}-agc`;
    const { chart, namespace, version } = controllerRelease(textAt(cluster.raw, 'properties.kubernetesVersion'));
    const planned = query.pool === undefined ? cluster.gatewaySubnet : undefined;
    return {
      gateway,
      status: 'ABSENT',
      deployment: 'BYO',
      pool: query.pool,
      subnet: planned && (await this.#held(planned.subnetId, planned.cidr, cluster.network, authorization)),
      frontends: [{ name: 'frontend', fqdn: null }],
      controller: { chart, namespace, version, clientId: undefined },
    };
  }

  async #existing(row: GatewayRow, cluster: ClusterInAzure, authorization: string): Promise<CutoverFacts['agc']> {
    const { name, status, deployment, frontends, subnet, identity, controller } = viewGateway(row);
    return {
      gateway: name,
      status,
      deployment,
      pool: subnet.cidr === null ? row.intent.pool : undefined,
      subnet: await this.#held(subnet.id ?? subnetIdFor('', name), subnet.cidr ?? undefined, cluster.network, authorization),
      frontends: frontends.map((frontend) => ({ name: frontend.name, fqdn: frontend.fqdn })),
      controller: {
        chart: controller?.chart ?? '',
        namespace: controller?.namespace ?? '',
        version: controller?.version ?? '',
        clientId: identity?.clientId,
      },
    };
  }

  async #gateway({ gateway }: CutoverQuery, cluster: ClusterInAzure): Promise<GatewayRow | undefined> {
    const ofCluster = (await this.gateways.ofClusters([cluster.name])).filter(({ intent }) => intent.kind === 'AGC');
    if (gateway === undefined) return ofCluster.length === 1 ? ofCluster[0] : undefined;
    const row = await this.gateways.find(gateway);
    if (row && row.cluster !== cluster.name)
      throw new Conflict('name_taken', `ingress gateway '${row.name}' is of cluster '${row.cluster}'`, { facts: { cluster: row.cluster } });
    return row;
  }

  async #held(id: string, cidr: string | undefined, network: string, authorization: string): Promise<SubnetHeld> {
    const holder = cidr === undefined ? undefined : await this.prefixes.holder(cidr, network, authorization);
    return { id, cidr, allocation: holder && { id: holder.allocationId, pool: holder.pool, owner: holder.owner } };
  }
}
