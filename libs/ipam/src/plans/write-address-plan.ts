import { Injectable } from '@nestjs/common';
import { audit, type CallContext } from '@podspan/platform';
import { AllocationsRepository, type NewAllocation } from '../allocations/allocations.repository.js';
import { groupBy } from '../domain/group-by.js';
import type { Trx } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { hashOf } from './canonical.js';
import type { PlanDecision } from './decide-address-plan.js';
import type { AddressPlanBody, AddressPlanView } from './plan-schemas.js';
import { PlansRepository, planView } from './plans.repository.js';

/** Takes what was decided under the same locks. */
@Injectable()
export class WriteAddressPlan {
  constructor(
    private readonly plans: PlansRepository,
    private readonly meshes: MeshesRepository,
    private readonly allocations: AllocationsRepository,
    private readonly freeSpace: FreeSpaceRepository,
  ) {}

  async execute(trx: Trx, call: CallContext, body: AddressPlanBody, decisions: readonly PlanDecision[]): Promise<AddressPlanView> {
    const plan = await this.plans.insert(trx, body.name, { clusters: body.clusters }, body.pools, call.actor.subject);
    for (const { subject } of decisions) if (subject.mesh) await this.meshes.join(trx, subject.mesh, subject.spec.name);
    const allocations = decisions.flatMap((decision) => newAllocations(decision, plan.id));
    for (const [poolId, ofPool] of groupBy(
      allocations.filter(({ exclusive }) => exclusive),
      (allocation) => allocation.poolId,
    )) {
      const ranges = ofPool.map(({ held, cidr }) => held ?? cidr);
      if (!(await this.freeSpace.carveAll(trx, poolId, ranges))) throw new Error(`the free list of pool ${poolId} changed under its lock`);
    }
    await this.allocations.add(trx, allocations, call.actor.subject);
    await this.plans.insertClusters(
      trx,
      plan.id,
      decisions.map(({ subject, answer }) => ({
        name: subject.spec.name,
        networkId: subject.network.id,
        spaceId: subject.network.spaceId,
        scope: subject.spec.podCidrScope,
        specHash: hashOf(subject.spec),
        answer,
      })),
    );
    const view = planView(
      plan,
      decisions.map(({ answer }) => answer),
    );
    await audit(trx, call, { action: 'address_plan.created', kind: 'address_plan', id: plan.id, after: view });
    return view;
  }
}

function newAllocations({ subject, subnets, ranges, podPool, servicePool }: PlanDecision, planId: string): readonly NewAllocation[] {
  const { spec, network, mesh } = subject;
  const common = { owner: { kind: 'CLUSTER', id: spec.name }, planId, networkId: network.id };
  const unique = podPool.reuse === 'EXCLUSIVE' || (spec.podCidrScope === 'UNIQUE' && !mesh);
  const nodes = subnets.map(({ request, cidr }): NewAllocation => ({
    ...common,
    poolId: request.pool.id,
    spaceNo: request.pool.space.no,
    cidr,
    exclusive: true,
    purpose: request.nodePool === undefined ? request.role : `${request.role}:${request.nodePool}`,
  }));
  const pods: NewAllocation = {
    ...common,
    poolId: podPool.id,
    spaceNo: podPool.space.no,
    cidr: ranges.pod.podCidr,
    held: ranges.pod.held,
    exclusive: unique,
    meshNo: mesh?.no,
    purpose: 'POD_CIDR',
  };
  const services: NewAllocation[] =
    servicePool && servicePool.cidrs.some((cidr) => cidr.contains(ranges.serviceCidr))
      ? [
          {
            ...common,
            poolId: servicePool.id,
            spaceNo: servicePool.space.no,
            cidr: ranges.serviceCidr,
            exclusive: false,
            purpose: 'SERVICE_CIDR',
          },
        ]
      : [];
  return [...nodes, pods, ...services];
}
