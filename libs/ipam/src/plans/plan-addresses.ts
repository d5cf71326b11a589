import { Injectable } from '@nestjs/common';
import { readRange } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { AllocationsRepository } from '../allocations/allocations.repository.js';
import { groupBy } from '../domain/group-by.js';
import { Places, type PoolWithDescendants } from '../domain/plan/place-pool.js';
import { type PlannedPods, planPods, type PodSubject } from '../domain/plan/plan-pods.js';
import type { ExplicitRange, RangePool, RangeSeeker } from '../domain/plan/plan-ranges.js';
import { type PodHolder, PodHolders } from '../domain/plan/pod-holders.js';
import { type SubnetRequest, subnetRequests } from '../domain/plan/subnet-requests.js';
import { type PlanShortfall, type RefusedSubnet, type TakenSubnet, takeSubnets } from '../domain/plan/take-subnets.js';
import { type SubnetHolder, takenProblem } from '../domain/plan/taken-problem.js';
import type { NetworkGraph } from '../domain/network-graph.js';
import type { Trx } from '../postgres/db.js';
import { FreeSpaceRepository, type Occupant } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import type { ClusterSpec } from './plan-schemas.js';
import type { PlanSubject } from './read-plan-request.js';
import type { PlanPoolsFound } from './find-plan-pools.js';

export interface PlannedSubnets {
  readonly taken: readonly TakenSubnet<Pool>[];
  readonly shortfalls: readonly PlanShortfall<Pool>[];
  readonly problems: readonly Problem[];
}

/** Decides every address of a plan from what is free now. The caller holds the locks of all pools; nothing is written. */
@Injectable()
export class PlanAddresses {
  constructor(
    private readonly freeSpace: FreeSpaceRepository,
    private readonly estate: EstateRepository,
    private readonly allocations: AllocationsRepository,
  ) {}

  async subnets(trx: Trx, subjects: readonly PlanSubject[], pools: PlanPoolsFound): Promise<PlannedSubnets> {
    const nodeSubnet = pools.nodeSubnet;
    if (!nodeSubnet) return { taken: [], shortfalls: [], problems: [] };
    const byMember: Record<'nodeSubnet' | 'gatewaySubnet' | 'apiServerSubnet', PoolWithDescendants<Pool>> = {
      nodeSubnet,
      gatewaySubnet: pools.gatewaySubnet ?? nodeSubnet,
      apiServerSubnet: pools.apiServerSubnet ?? nodeSubnet,
    };
    const places = new Places<Pool>();
    const asked = subjects.map(({ spec, index, network, demand }) =>
      subnetRequests({ index, name: spec.name, network, demand, nodePools: spec.nodePools, ingress: spec.ingress }, byMember, places),
    );
    const requests = asked.flatMap((result) => result.requests);
    const free = await this.#free(trx, requests);
    const { taken, shortfalls, refused } = takeSubnets(requests, (pool) => free.get(pool.id) ?? []);
    const problems = onceEach(asked.flatMap((result) => result.problems));
    for (const subnet of refused) problems.push(await this.#taken(trx, subnet, subjects));
    return { taken, shortfalls, problems };
  }

  async #taken(trx: Trx, { request, cidr, holder, instead }: RefusedSubnet<Pool>, subjects: readonly PlanSubject[]): Promise<Problem> {
    const { role, path, pool } = request;
    const other = holder && subjects.find(({ index }) => index === holder.cluster);
    const occupant =
      other && holder ? { owner: other.spec.name, purpose: holder.role } : holderOf(await this.freeSpace.occupants(trx, pool, cidr));
    return takenProblem({ role, path, pool: pool.name, cidr, holder: occupant, instead });
  }

  async pods(
    trx: Trx,
    subjects: readonly PlanSubject[],
    pools: PlanPoolsFound,
    graph: NetworkGraph,
    planned: readonly TakenSubnet<Pool>[],
  ): Promise<PlannedPods> {
    const { podCidr, podCidrUnique, serviceCidr } = pools;
    if (!podCidr) return { ranges: new Map(), problems: [] };
    const holders = new PodHolders();
    for (const { name, podHeld, mesh, scope, addressSpaceId } of await this.estate.clusters(trx))
      holders.add({ cluster: name, held: podHeld, mesh, scope, spaceId: addressSpaceId });
    if (subjects.some(({ spec, mesh }) => spec.podCidrScope === 'UNIQUE' && !mesh))
      for (const direct of await this.#takenDirectly(trx, [podCidr.pool, podCidrUnique?.pool])) holders.add(direct);
    const seekers: PodSubject[] = [];
    for (const subject of subjects) {
      const written = explicitRanges(subject.spec, `clusters[${subject.index}]`);
      const subnets = written.serviceCidr ? await this.#subnetsAround(trx, subject.network, planned, subjects) : [];
      seekers.push(asSeeker(subject, written, subnets));
    }
    const open = {
      podCidr: await this.#rangePool(trx, podCidr.pool),
      podCidrUnique: podCidrUnique && (await this.#rangePool(trx, podCidrUnique.pool)),
      service: serviceCidr && (await this.#rangePool(trx, serviceCidr.pool)),
    };
    return planPods(seekers, open, graph, holders);
  }

  /** Subnets that are held in a network and those this plan puts there. */
  async #subnetsAround(trx: Trx, network: PlanSubject['network'], planned: readonly TakenSubnet<Pool>[], subjects: readonly PlanSubject[]) {
    const names = new Map(
      subjects.filter((subject) => subject.network.id === network.id).map(({ index, spec }) => [index, spec.name] as const),
    );
    const own = planned.flatMap(({ request, cidr }) => {
      const name = names.get(request.cluster);
      return name === undefined ? [] : [{ cidr, name: `${name} ${request.role}` }];
    });
    return [...(await this.estate.subnets(trx, network)), ...own];
  }

  /** One block of each reusable pool that somebody holds without a plan: enough to know that the pool gives shared ones. */
  async #takenDirectly(trx: Trx, pools: readonly (Pool | undefined)[]): Promise<readonly PodHolder[]> {
    const found = await this.allocations.takenDirectly(
      trx,
      pools.flatMap((pool) => (pool?.reuse === 'REUSABLE' ? pool.id : [])),
    );
    return found.map(({ held, owner, space }) => ({
      cluster: `${owner.kind}/${owner.id}`,
      held,
      mesh: undefined,
      scope: 'REUSABLE',
      spaceId: space.id,
    }));
  }

  async #free(trx: Trx, requests: readonly SubnetRequest<Pool>[]): Promise<ReadonlyMap<string, readonly Cidr[]>> {
    const free = new Map<string, readonly Cidr[]>();
    for (const [poolId, ofPool] of groupBy(requests, ({ pool }) => pool.id)) {
      const regions = new Map(
        [...new Set(ofPool.map(({ within }) => within))].flatMap((within) => within.map((range) => [String(range), range] as const)),
      );
      free.set(poolId, await this.freeSpace.within(trx, poolId, [...regions.values()]));
    }
    return free;
  }

  async #rangePool(trx: Trx, pool: Pool): Promise<RangePool> {
    return {
      name: pool.name,
      cidrs: pool.cidrs,
      defaultPrefixLength: pool.defaultPrefixLength,
      open: await this.freeSpace.within(trx, pool.id, pool.cidrs),
      changes: pool.reuse === 'EXCLUSIVE',
    };
  }
}

function asSeeker(
  { index, spec, network, mesh, demand }: PlanSubject,
  written: WrittenRanges,
  subnets: NonNullable<RangeSeeker['subnets']>,
): PodSubject {
  return {
    spaceId: network.spaceId,
    wantsUnique: spec.podCidrScope === 'UNIQUE' || mesh !== undefined,
    seeker: {
      ...written,
      index,
      name: spec.name,
      network: network.name,
      scope: spec.podCidrScope,
      // An unknown mesh is a problem of its own; the cluster is judged as the member it wants to be.
      mesh: mesh?.name ?? spec.mesh,
      peakNodes: demand.peakNodes,
      podLength: demand.podLength,
      growthFactor: spec.growthFactor,
      dnsServiceIp: spec.dnsServiceIp,
      subnets,
    },
  };
}

function holderOf([occupant]: readonly Occupant[]): SubnetHolder | undefined {
  if (!occupant) return undefined;
  const [owner = '', purpose] = occupant.kind === 'ALLOCATION' ? occupant.name.split(' ') : [];
  return purpose === undefined ? { owner: occupant.name, purpose: occupant.kind } : { owner: owner.replace(/^CLUSTER\//, ''), purpose };
}

type WrittenRanges = Required<Pick<RangeSeeker, 'podCidr' | 'serviceCidr'>>;

/** The IPv4 ranges that are written out: as podCidr and serviceCidr, or in the lists. What is unreadable in a list is told with the families. */
function explicitRanges({ podCidr, podCidrs, serviceCidr, serviceCidrs }: ClusterSpec, at: string): WrittenRanges {
  return {
    podCidr: explicitRange('podCidr', podCidr, podCidrs, at),
    serviceCidr: explicitRange('serviceCidr', serviceCidr, serviceCidrs, at),
  };
}

function explicitRange(
  member: 'podCidr' | 'serviceCidr',
  single: string | undefined,
  list: readonly string[] | undefined,
  at: string,
): ExplicitRange | undefined {
  if (single !== undefined) return { text: single, path: `${at}.${member}` };
  const index = (list ?? []).findIndex((text) => readRange(text, member).value?.family === 4);
  const text = list?.[index];
  return text === undefined ? undefined : { text, path: `${at}.${member}s[${index}]` };
}

/** A pool outside a network is one problem, however many clusters the network has. */
function onceEach(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.path, problem.code, problem.message]), problem])).values()];
}
