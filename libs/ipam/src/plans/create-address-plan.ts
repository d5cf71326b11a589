import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidRequest, type Problem } from '@podspan/errors';
import { type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { ProblemList } from '../domain/problems.js';
import type { Db, Trx } from '../postgres/db.js';
import { ApplyTopology } from './apply-topology.js';
import { canonicalJson, hashOf } from './canonical.js';
import { DecideAddressPlan } from './decide-address-plan.js';
import { FindPlanPools } from './find-plan-pools.js';
import type { AddressPlanView, PlanPools } from './plan-schemas.js';
import { type PlanRow, PlansRepository } from './plans.repository.js';
import { type ReadAddressPlan, readAddressPlan } from './read-address-plan.js';
import { WriteAddressPlan } from './write-address-plan.js';

/** Everything many clusters need, in one transaction: all of it or nothing, with every problem named at once. */
@Injectable()
export class CreateAddressPlan {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly plans: PlansRepository,
    private readonly applyTopology: ApplyTopology,
    private readonly findPools: FindPlanPools,
    private readonly decide: DecideAddressPlan,
    private readonly write: WriteAddressPlan,
  ) {}

  /**
   * The same plan again (same name, or the same clusters without a name) is answered with what it holds: 200.
   * @throws InvalidRequest with every problem; Conflict `pool_exhausted` naming every shortfall per pool, `name_taken`
   */
  execute(call: CallContext, body: unknown): Promise<WriteResult<AddressPlanView>> {
    const read = readAddressPlan(body);
    const early: Problem[] =
      read.topology && !call.dryRun
        ? [
            {
              path: 'topology',
              code: 'dry_run_only',
              message: 'topology is taken with ?dryRun=true only',
              suggestion: 'POST /v1/topologies first',
            },
          ]
        : [];
    const problems = [...read.problems, ...early];
    if (problems.length > 0) return this.#refuse(call, read, problems);
    const request = read.pools as PlanPools;
    return runWrite(this.db, call, async (trx) => {
      const topologyProblems = read.topology ? await this.applyTopology.rehearse(trx, call, read.topology) : [];
      if (read.name !== undefined) await this.plans.lockName(trx, read.name);
      const same = await this.#same(trx, read, request);
      return same
        ? WriteResult.ok(await this.plans.view(trx, same))
        : this.#create(trx, call, { ...read, pools: request }, topologyProblems);
    });
  }

  /** What can be read is judged all the same, in a transaction that keeps nothing, so that every problem is told at once. */
  #refuse(call: CallContext, read: ReadAddressPlan, shape: readonly Problem[]): Promise<WriteResult<AddressPlanView>> {
    return runWrite(this.db, { ...call, dryRun: true }, async (trx): Promise<WriteResult<AddressPlanView>> => {
      const topologyProblems = read.topology && call.dryRun ? await this.applyTopology.rehearse(trx, call, read.topology) : [];
      const problems = new ProblemList();
      const pools = await this.findPools.locked(trx, call, read.pools, problems);
      await this.decide.execute(trx, call, read.clusters, pools, { shape, problems, topologyProblems, declared: read.declared });
      throw new InvalidRequest(shape);
    });
  }

  async #create(
    trx: Trx,
    call: CallContext,
    read: ReadAddressPlan & { readonly pools: PlanPools },
    topologyProblems: readonly Problem[],
  ): Promise<WriteResult<AddressPlanView>> {
    const problems = new ProblemList();
    const pools = await this.findPools.locked(trx, call, read.pools, problems);
    // Another request may have taken the same clusters while this one waited for the pools.
    const same = await this.#same(trx, read, read.pools);
    if (same) return WriteResult.ok(await this.plans.view(trx, same));
    const decisions = await this.decide.execute(trx, call, read.clusters, pools, {
      shape: [],
      problems,
      topologyProblems,
      declared: read.declared,
    });
    const body = {
      ...(read.name === undefined ? {} : { name: read.name }),
      clusters: read.clusters.map(({ spec }) => spec),
      pools: read.pools,
    };
    const view = await this.write.execute(trx, call, body, decisions);
    return WriteResult.created(view, { location: `/v1/address-plans/${view.name}` });
  }

  /** The live plan that is exactly this request. @throws Conflict `name_taken` when a live plan of the name is another one */
  async #same(trx: Trx, read: ReadAddressPlan, pools: PlanPools): Promise<PlanRow | undefined> {
    const body = { name: read.name, clusters: read.clusters.map(({ spec }) => spec), pools };
    const key =
      body.name ??
      (
        await this.plans.planned(
          trx,
          body.clusters.map(({ name }) => name),
        )
      )[0]?.plan;
    const plan = key === undefined ? undefined : await this.plans.find(trx, key);
    if (!plan || plan.status !== 'ACTIVE') return undefined;
    const held = await this.plans.clusters(trx, plan.id);
    const wanted = body.clusters.map((spec) => `${spec.name} ${hashOf(spec)}`).sort();
    const live = held
      .filter(({ status }) => status === 'ACTIVE')
      .map((cluster) => `${cluster.name} ${cluster.spec_hash}`)
      .sort();
    if (wanted.join('\n') === live.join('\n') && canonicalJson(plan.pools) === canonicalJson(body.pools)) return plan;
    if (body.name === undefined) return undefined;
    throw new Conflict('name_taken', `the address plan '${body.name}' exists and is another one`, {
      facts: { resource: 'address plan', name: body.name },
    });
  }
}
