import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import { sql } from 'kysely';
import type { Allocation } from '../allocations/allocations.repository.js';
import { type Db, rowOf } from '../postgres/db.js';

/** What a block is labelled with that breaks a rule of today and is kept all the same (OV-74). */
export const GRANDFATHERED = 'podspan.dev/grandfathered';

/** OV-74: a range that today's rules refuse is recorded and kept; what AKS would refuse is to change it. */
@Injectable()
export class Grandfathered {
  /** @throws InvalidRequest `pod_cidr_grandfathered` for the pod range of a cluster that holds such a range */
  async refuseGrowth(db: Db, { owner, purpose, cidr, row }: Allocation): Promise<void> {
    if (purpose !== 'POD_CIDR') return;
    const label = row.labels[GRANDFATHERED];
    const seen =
      owner.kind === 'CLUSTER'
        ? await rowOf(
            db,
            sql<{ rule: string }>`select violations -> 0 ->> 'rule' as rule from discovered_range
              where cluster = ${owner.id} and kind = 'POD_CIDR' and ended_at is null and violations <> '[]' limit 1`,
          )
        : undefined;
    if (label === undefined && !seen) return;
    throw new InvalidRequest([
      {
        path: 'cidr',
        code: 'pod_cidr_grandfathered',
        message: `${cidr} of ${owner.id} breaks ${label ?? seen?.rule}: AKS keeps it on a cluster that has it and refuses every change of it`,
        value: String(cidr),
        conflictsWith: label ?? seen?.rule,
        suggestion: 'create a new cluster with a range that the rules allow, and move the workload',
        rule: 'OV-74',
      },
    ]);
  }
}
