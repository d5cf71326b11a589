import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { EndDue } from '../allocations/end-due.js';
import { AllocationsRepository, type NewAllocation } from '../allocations/allocations.repository.js';
import { PoolShortage } from '../allocations/pool-shortage.js';
import { groupBy } from '../domain/group-by.js';
import type { PlannedRanges } from '../domain/plan/plan-ranges.js';
import type { PlanShortfall, TakenSubnet } from '../domain/plan/take-subnets.js';
import { ProblemList } from '../domain/problems.js';
import type { Db, Trx } from '../postgres/db.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { ApplyTopology } from './apply-topology.js';
import { canonicalJson, hashOf } from './canonical.js';
import { clusterAnswer } from './cluster-answer.js';
import { FindPlanPools, lockedPools, type PlanPoolsFound } from './find-plan-pools.js';
import { PlanAddresses } from './plan-addresses.js';
import type { AddressPlanBody, AddressPlanView, ClusterAddressesView } from './plan-schemas.js';
import { PlansRepository } from './plans.repository.js';
import { type PlanSubject, ReadPlanRequest } from './read-plan-request.js';

interface Decision {
  readonly subject: PlanSubject;
  readonly subnets: readonly TakenSubnet<Pool>[];
  readonly ranges: PlannedRanges;
  readonly podPool: Pool;
  readonly servicePool: Pool | undefined;
  readonly answer: ClusterAddressesView;
}

/** Everything many clusters need, in one transaction: all of it or nothing, with every problem named at once. */
@Injectable()
export class CreateAddressPlan {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly plans: PlansRepository,
    private readonly meshes: MeshesRepository,
    private readonly allocations: AllocationsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly estate: EstateRepository,
    private readonly endDue: EndDue,
    private readonly shortage: PoolShortage,
    private readonly findPools: FindPlanPools,
    private readonly readRequest: ReadPlanRequest,
    private readonly planAddresses: PlanAddresses,
    private readonly applyTopology: ApplyTopology,
  ) {}

  /**
   * The same plan again (same name, or the same clusters without a name) is answered with what it holds: 200.
   * @throws InvalidRequest with every problem; Conflict `pool_exhausted` naming every shortfall per pool, `name_taken`
   */
  execute(call: CallContext, body: AddressPlanBody): Promise<WriteResult<AddressPlanView>> {
    if (body.topology && !call.dryRun) {
      throw new InvalidRequest([{ path: 'topology', code: 'dry_run_only', message: 'topology is taken with ?dryRun=true only', suggestion: 'POST /v1/topologies first' }]);
    }
    return runWrite(this.db, call, async (trx) => {
      const topologyProblems = body.topology ? await this.applyTopology.rehearse(trx, call, body.topology) : [];
      await this.estate.lockForUse(trx);
      if (body.name !== undefined) await this.plans.lockName(trx, body.name);
      const same = await this.#same(trx, body);
      if (same) return WriteResult.ok(await this.plans.view(trx, same));
      const view = await this.#create(trx, call, body, topologyProblems);
      return WriteResult.created(view, { location: `/v1/address-plans/${view.name}` });
    });
  }

  async #create(trx: Trx, call: CallContext, body: AddressPlanBody, topologyProblems: readonly Problem[]): Promise<AddressPlanView> {
    const problems = new ProblemList();
    const found = await this.findPools.execute(trx, call, body.pools, problems);
    const locked = lockedPools(found);
    await this.pools.lock(trx, locked.map(({ id }) => id));
    // Another request may have taken the same clusters while this one waited for the pools.
    const same = await this.#same(trx, body);
    if (same) return this.plans.view(trx, same);
    await this.endDue.execute(trx, locked);
    const subjects = await this.readRequest.execute(trx, call, body.clusters, problems);
    const decisions = await this.#decide(trx, subjects, found, problems, topologyProblems);
    return this.#write(trx, call, body, decisions);
  }

  async #decide(trx: Trx, subjects: readonly PlanSubject[], found: PlanPoolsFound, problems: ProblemList, topologyProblems: readonly Problem[]): Promise<readonly Decision[]> {
    const graph = await this.estate.graph(trx);
    const subnets = await this.planAddresses.subnets(trx, subjects, found);
    const pods = await this.planAddresses.pods(trx, subjects, found, graph);
    problems.add(...subnets.problems, ...pods.problems);
    await this.#refuse(trx, withTopology(problems.all, topologyProblems), subnets.shortfalls);
    const byCluster = groupBy(subnets.taken, ({ request }) => request.cluster);
    return subjects.map((subject) => {
      const ranges = pods.ranges.get(subject.index);
      const podPool = (subject.spec.podCidrScope === 'UNIQUE' || subject.mesh ? found.podCidrUnique : undefined) ?? found.podCidr;
      if (!ranges || !podPool) throw new Error('refused above');
      const taken = byCluster.get(subject.index) ?? [];
      return { subject, subnets: taken, ranges, podPool: podPool.pool, servicePool: found.serviceCidr?.pool, answer: clusterAnswer(subject, taken, ranges, podPool.pool.name) };
    });
  }

  /** Exhaustion alone is a conflict, which waiting or a larger pool cures; beside wrong input it is one of the problems. */
  async #refuse(trx: Trx, problems: readonly Problem[], shortfalls: readonly PlanShortfall<Pool>[]): Promise<void> {
    if (problems.length === 0 && shortfalls.length === 0) return;
    const facts = [];
    for (const { pool, member, prefixLength, missing, within } of shortfalls) {
      const figures = await this.shortage.shortfall(trx, pool, prefixLength);
      facts.push({ ...figures, member, missing, within: within.map(String) });
    }
    const listed = [...problems, ...facts.map(shortfallProblem)];
    const taken = listed.filter(({ code }) => code === 'name_taken');
    if (taken.length === listed.length) throw new Conflict('name_taken', taken[0]?.message ?? '', { problems: listed });
    const exhausted = listed.every(({ code }) => code === 'pool_exhausted');
    const [first] = facts;
    if (exhausted) throw new Conflict('pool_exhausted', summary(listed), { facts: { ...first, shortfalls: facts }, problems: listed });
    throw new InvalidRequest(listed, { facts: facts.length > 0 ? { shortfalls: facts } : {} });
  }

  async #write(trx: Trx, call: CallContext, body: AddressPlanBody, decisions: readonly Decision[]): Promise<AddressPlanView> {
    const plan = await this.plans.insert(trx, body.name, { clusters: body.clusters }, body.pools, call.actor.subject);
    for (const { subject } of decisions) if (subject.mesh) await this.meshes.join(trx, subject.mesh, subject.spec.name);
    const allocations = decisions.flatMap((decision) => newAllocations(decision, plan.id));
    for (const [poolId, ofPool] of groupBy(allocations.filter(({ exclusive }) => exclusive), (allocation) => allocation.poolId)) {
      const whole = await this.freeSpace.carve(trx, poolId, ofPool.map(({ held, cidr }) => held ?? cidr));
      if (!whole.every(Boolean)) throw new Error(`the free list of pool ${poolId} changed under its lock`);
    }
    await this.allocations.insert(trx, allocations, call.actor.subject);
    await this.plans.insertClusters(
      trx,
      plan.id,
      decisions.map(({ subject, answer }) => ({ name: subject.spec.name, networkId: subject.network.id, spaceId: subject.network.spaceId, scope: subject.spec.podCidrScope, specHash: hashOf(subject.spec), answer })),
    );
    const view = await this.plans.view(trx, plan);
    await audit(trx, call, { action: 'address_plan.created', kind: 'address_plan', id: plan.id, after: view });
    return view;
  }

  /** The live plan that is exactly this request. @throws Conflict `name_taken` when a live plan of the name is another one */
  async #same(trx: Trx, body: AddressPlanBody): Promise<{ readonly id: string } & Awaited<ReturnType<PlansRepository['get']>> | undefined> {
    const key = body.name ?? (await this.plans.planned(trx, body.clusters.map(({ name }) => name)))[0]?.plan;
    const plan = key === undefined ? undefined : await this.plans.find(trx, key);
    if (!plan || plan.status !== 'ACTIVE') return undefined;
    const held = await this.plans.clusters(trx, plan.id);
    const wanted = body.clusters.map((spec) => `${spec.name} ${hashOf(spec)}`).sort();
    const live = held.filter(({ status }) => status === 'ACTIVE').map((cluster) => `${cluster.name} ${cluster.spec_hash}`).sort();
    if (wanted.join('\n') === live.join('\n') && canonicalJson(plan.pools) === canonicalJson(body.pools)) return plan;
    if (body.name === undefined) return undefined;
    throw new Conflict('name_taken', `the address plan '${body.name}' exists and is another one`, { facts: { resource: 'address plan', name: body.name } });
  }
}

function newAllocations({ subject, subnets, ranges, podPool, servicePool }: Decision, planId: string): readonly NewAllocation[] {
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
  const pods: NewAllocation = { ...common, poolId: podPool.id, spaceNo: podPool.space.no, cidr: ranges.pod.podCidr, held: ranges.pod.held, exclusive: unique, meshNo: mesh?.no, purpose: 'POD_CIDR' };
  const services: NewAllocation[] =
    servicePool && servicePool.cidrs.some((cidr) => cidr.contains(ranges.serviceCidr))
      ? [{ ...common, poolId: servicePool.id, spaceNo: servicePool.space.no, cidr: ranges.serviceCidr, exclusive: false, purpose: 'SERVICE_CIDR' }]
      : [];
  return [...nodes, pods, ...services];
}

/** What is unknown only because the topology that would make it is wrong itself is not said twice. */
function withTopology(problems: readonly Problem[], topology: readonly Problem[]): readonly Problem[] {
  return topology.length === 0 ? problems : [...topology, ...problems.filter(({ code }) => code !== 'unknown_reference')];
}

function shortfallProblem(shortfall: { readonly pool: string; readonly member: string; readonly prefixLength: number; readonly missing: number; readonly within: readonly string[] }): Problem {
  const { pool, member, prefixLength, missing, within } = shortfall;
  return {
    path: `pools.${member}`,
    code: 'pool_exhausted',
    message: `pool ${pool} lacks ${missing} ${missing === 1 ? 'block' : 'blocks'} of /${prefixLength} within ${within.join(', ')}`,
    value: pool,
    conflictsWith: prefixLength,
  };
}

function summary(problems: readonly Problem[]): string {
  return problems.map(({ message }) => message).slice(0, 5).join('; ');
}
