import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { checkReach } from '../topology/spaces.repository.js';
import type { AddressPlanView } from './plan-schemas.js';
import { PlansRepository } from './plans.repository.js';

@Injectable()
export class ReadPlans {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly plans: PlansRepository,
  ) {}

  async one(actor: Actor, key: string): Promise<AddressPlanView> {
    const plan = await this.plans.get(this.db, key);
    for (const cluster of await this.plans.clusters(this.db, plan.id)) checkReach(actor, { id: cluster.space_id, name: cluster.space_name });
    return this.plans.view(this.db, plan);
  }
}
