import { Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { type CallContext, withoutEchoes } from '@podspan/platform';
import { PoolShortage } from '../allocations/pool-shortage.js';
import { type DeclaredNames, withoutConsequences } from '../domain/declared-names.js';
import { groupBy } from '../domain/group-by.js';
import type { PlannedRanges } from '../domain/plan/plan-ranges.js';
import type { PlanShortfall, TakenSubnet } from '../domain/plan/take-subnets.js';
import type { ProblemList } from '../domain/problems.js';
import type { Trx } from '../postgres/db.js';
import type { Pool } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { clusterAnswer } from './cluster-answer.js';
import type { PlanPoolsFound } from './find-plan-pools.js';
import { PlanAddresses } from './plan-addresses.js';
import type { ClusterAddressesView } from './plan-schemas.js';
import type { PlacedSpec } from './read-address-plan.js';
import { type PlanSubject, ReadPlanRequest } from './read-plan-request.js';

/** Everything one cluster gets, and out of which pools. */
export interface PlanDecision {
  readonly subject: PlanSubject;
  readonly subnets: readonly TakenSubnet<Pool>[];
  readonly ranges: PlannedRanges;
  readonly podPool: Pool;
  readonly servicePool: Pool | undefined;
  readonly answer: ClusterAddressesView;
}

interface ProblemsSoFar {
  /** Members of the request that could not be read. */
  readonly shape: readonly Problem[];
  readonly problems: ProblemList;
  readonly topologyProblems: readonly Problem[];
  readonly declared: DeclaredNames;
}

/** Judges a plan and decides its addresses; writes nothing. */
@Injectable()
export class DecideAddressPlan {
  constructor(
    private readonly estate: EstateRepository,
    private readonly shortage: PoolShortage,
    private readonly readRequest: ReadPlanRequest,
    private readonly planAddresses: PlanAddresses,
  ) {}

  /** @throws InvalidRequest with every problem; Conflict `pool_exhausted`, `name_taken` */
  async execute(
    trx: Trx,
    call: CallContext,
    specs: readonly PlacedSpec[],
    found: PlanPoolsFound,
    { shape, problems, topologyProblems, declared }: ProblemsSoFar,
  ): Promise<readonly PlanDecision[]> {
    const subjects = await this.readRequest.execute(trx, call, specs, problems);
    const graph = await this.estate.graph(trx);
    const subnets = await this.planAddresses.subnets(trx, subjects, found);
    const pods = await this.planAddresses.pods(trx, subjects, found, graph, subnets.taken);
    problems.add(...subnets.problems, ...pods.problems);
    const judged = withoutEchoes([...topologyProblems, ...problems.all], shape);
    await this.#refuse(trx, withoutConsequences([...shape, ...judged], declared), subnets.shortfalls);
    const byCluster = groupBy(subnets.taken, ({ request }) => request.cluster);
    return subjects.map((subject) => {
      const ranges = pods.ranges.get(subject.index);
      const podPool = (subject.spec.podCidrScope === 'UNIQUE' || subject.mesh ? found.podCidrUnique : undefined) ?? found.podCidr;
      if (!ranges || !podPool) throw new Error('refused above');
      const taken = byCluster.get(subject.index) ?? [];
      return {
        subject,
        subnets: taken,
        ranges,
        podPool: podPool.pool,
        servicePool: found.serviceCidr?.pool,
        answer: clusterAnswer(subject, taken, ranges, podPool.pool.name),
      };
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
}

function shortfallProblem(shortfall: {
  readonly pool: string;
  readonly member: string;
  readonly prefixLength: number;
  readonly missing: number;
  readonly within: readonly string[];
}): Problem {
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
  return problems
    .map(({ message }) => message)
    .slice(0, 5)
    .join('; ');
}
