import { Inject, Injectable } from '@nestjs/common';
import { type Actor, reaches } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { checkReach } from '../topology/spaces.repository.js';
import { PlannedClustersRepository } from './planned-clusters.repository.js';
import type { AddressPlanView, ClusterAddressesView } from './plan-schemas.js';
import { PlansRepository } from './plans.repository.js';

@Injectable()
export class ReadPlans {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly plans: PlansRepository,
    private readonly clusters: PlannedClustersRepository,
  ) {}

  async one(actor: Actor, key: string): Promise<AddressPlanView> {
    const plan = await this.plans.get(this.db, key);
    for (const cluster of await this.plans.clusters(this.db, plan.id))
      checkReach(actor, { id: cluster.space_id, name: cluster.space_name });
    return this.plans.view(this.db, plan);
  }

  /** The live addresses of one cluster; null where it holds none, or none the actor may see. */
  async ofCluster(actor: Actor, name: string): Promise<ClusterAddressesView | null> {
    const cluster = await this.clusters.live(this.db, name);
    return cluster && reaches(actor, cluster.space_id, cluster.space_name) ? cluster.answer : null;
  }

  async sharing(actor: Actor, podCidr: string, except: string): Promise<readonly { readonly name: string }[]> {
    return (await this.clusters.sharing(this.db, actor, podCidr, except)).map((name) => ({ name }));
  }
}
