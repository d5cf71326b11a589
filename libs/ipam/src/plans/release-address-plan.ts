import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import { audit, type CallContext, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Allocation } from '../allocations/allocations.repository.js';
import { ReleaseAllocations } from '../allocations/release-allocations.js';
import type { Db, Trx } from '../postgres/db.js';
import { ChangeTopology } from '../topology/change-topology.js';
import { MeshesRepository } from '../topology/meshes.repository.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AddressPlanView, ReleasePlanBody } from './plan-schemas.js';
import { PlansRepository } from './plans.repository.js';

/** Gives back what a plan holds, for all of its clusters or some. Doing it twice is doing it once. */
@Injectable()
export class ReleaseAddressPlan {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly plans: PlansRepository,
    private readonly releaseAllocations: ReleaseAllocations,
    private readonly changeTopology: ChangeTopology,
    private readonly meshes: MeshesRepository,
  ) {}

  execute(call: CallContext, key: string, body: ReleasePlanBody): Promise<WriteResult<AddressPlanView>> {
    return runWrite(this.db, call, async (trx) => {
      let released: readonly Allocation[] = [];
      const plan = await this.plans.get(trx, key);
      const clusters = await this.plans.clusters(trx, plan.id);
      for (const cluster of clusters) checkReach(call.actor, { id: cluster.space_id, name: cluster.space_name });
      refuseUnknown(
        body,
        clusters.map(({ name }) => name),
      );
      await this.changeTopology.execute(trx, call, false, async () => {
        const live = (await this.plans.clusters(trx, plan.id)).filter(
          ({ status, name }) => status === 'ACTIVE' && (body.clusters?.includes(name) ?? true),
        );
        if (live.length === 0) return;
        const names = live.map(({ name }) => name);
        released = await this.releaseAllocations.ofPlan(trx, call, plan.id, names);
        await this.plans.release(trx, plan.id, names);
        for (const mesh of (await this.meshes.ofClusters(trx, names)).values())
          if (mesh.forced_members.length > 0) await this.meshes.settleForced(trx, mesh);
        await audit(trx, call, {
          action: 'address_plan.released',
          kind: 'address_plan',
          id: plan.id,
          before: { name: plan.name, status: plan.status, clusters: names },
          after: { ...(await this.#after(trx, plan.id)), clusters: [] },
        });
      });
      const view = await this.plans.view(trx, await this.plans.get(trx, plan.id));
      return WriteResult.ok({ ...view, released: released.map(releasedBlock) });
    });
  }

  async #after(trx: Trx, planId: string): Promise<{ readonly name: string; readonly status: string }> {
    const { name, status } = await this.plans.get(trx, planId);
    return { name, status };
  }
}

/** With what was held back for its growth. */
function releasedBlock({ owner, purpose, held, row }: Allocation): NonNullable<AddressPlanView['released']>[number] {
  return { cluster: owner.id, purpose, cidr: String(held), pool: row.pool_name };
}

function refuseUnknown({ clusters = [] }: ReleasePlanBody, known: readonly string[]): void {
  const problems = clusters.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [{ path: `clusters[${index}]`, code: 'unknown_reference', message: `cluster ${name} is not in the plan`, value: name }],
  );
  if (problems.length > 0) throw new InvalidRequest(problems);
}
