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
import type { AddressPlanBody, AddressPlanView } from './plan-schemas.js';
import { type PlanRow, PlansRepository } from './plans.repository.js';
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
  execute(call: CallContext, body: AddressPlanBody): Promise<WriteResult<AddressPlanView>> {
    if (body.topology && !call.dryRun) {
      throw new InvalidRequest([{ path: 'topology', code: 'dry_run_only', message: 'topology is taken with ?dryRun=true only', suggestion: 'POST /v1/topologies first' }]);
    }
    return runWrite(this.db, call, async (trx) => {
      const topologyProblems = body.topology ? await this.applyTopology.rehearse(trx, call, body.topology) : [];
      if (body.name !== undefined) await this.plans.lockName(trx, body.name);
      const same = await this.#same(trx, body);
      return same ? WriteResult.ok(await this.plans.view(trx, same)) : this.#create(trx, call, body, topologyProblems);
    });
  }

  async #create(trx: Trx, call: CallContext, body: AddressPlanBody, topologyProblems: readonly Problem[]): Promise<WriteResult<AddressPlanView>> {
    const problems = new ProblemList();
    const pools = await this.findPools.locked(trx, call, body.pools, problems);
    // Another request may have taken the same clusters while this one waited for the pools.
    const same = await this.#same(trx, body);
    if (same) return WriteResult.ok(await this.plans.view(trx, same));
    const decisions = await this.decide.execute(trx, call, body.clusters, pools, { problems, topologyProblems });
    const view = await this.write.execute(trx, call, body, decisions);
    return WriteResult.created(view, { location: `/v1/address-plans/${view.name}` });
  }

  /** The live plan that is exactly this request. @throws Conflict `name_taken` when a live plan of the name is another one */
  async #same(trx: Trx, body: AddressPlanBody): Promise<PlanRow | undefined> {
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
