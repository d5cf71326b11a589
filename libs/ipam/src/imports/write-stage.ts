import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import { conflictsOf } from '../domain/conflicts.js';
import type { ChangedRange } from '../discovery/discovered-ranges.repository.js';
import { type Db, rowOf, rowsOf, type Trx } from '../postgres/db.js';
import { ChangeTopology } from '../topology/change-topology.js';
import { ConflictsRepository } from '../topology/conflicts.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { ApplyAllocations } from './apply-allocations.js';
import { ApplyDeclared, declaredKinds } from './apply-declared.js';
import { ApplyPlanned } from './apply-planned.js';
import { ApplyRanges } from './apply-ranges.js';
import { ImportStage } from './stage.js';

/** Spaces, networks, prefixes, links, meshes, pools and planned clusters are written one by one. */
const MOST_DECLARED = 20_000;

export interface StageScope {
  readonly seen: boolean;
  readonly scope: string;
  readonly source: string;
  readonly addressSpace: string | undefined;
  /** The rows are everything there is in the scope. */
  readonly complete: boolean;
  readonly force: boolean;
  /** One refused row is enough to write none: then rows are judged and no more is done. */
  readonly allOrNothing: boolean;
}

/** How the topology of an import is judged: what somebody wants is refused where it clashes, what exists is recorded with its conflicts. */
@Injectable()
export class TopologyOfStage {
  constructor(
    private readonly estate: EstateRepository,
    private readonly conflicts: ConflictsRepository,
    private readonly changeTopology: ChangeTopology,
  ) {}

  lock(trx: Trx): Promise<void> {
    return this.estate.lockForChange(trx);
  }

  async change(trx: Trx, call: CallContext, { seen, force }: StageScope, change: () => Promise<void>): Promise<void> {
    if (!seen) {
      await this.changeTopology.execute(trx, call, force, change);
      return;
    }
    await change();
    await this.#settle(trx, call);
  }

  /** Of discovered ranges the rules of the topology look at the pods of kubenet clusters only (OV-52). */
  async follow(trx: Trx, call: CallContext, changed: readonly ChangedRange[]): Promise<void> {
    const kubenet = await rowOf(
      trx,
      sql`select 1 from discovered_range where id = any(${changed.map(({ id }) => id)}::uuid[]) and kind = 'POD_CIDR' and (mode = 'KUBENET' or
        exists (select from conflict c where c.resolved_at is null and c.kind = 'POD_CIDR_OVERLAPS_KUBENET' and c.ranges -> 1 ->> 'holder' = cluster)) limit 1`,
    );
    if (kubenet) await this.#settle(trx, call);
  }

  async #settle(trx: Trx, call: CallContext): Promise<void> {
    await this.conflicts.settle(trx, call, conflictsOf(await this.estate.estate(trx)));
  }
}

/** Writes what is staged and settles conflicts, in the caller's transaction. The same for files and for discovery. */
@Injectable()
export class WriteStage {
  constructor(
    private readonly stage: ImportStage,
    private readonly declared: ApplyDeclared,
    private readonly allocations: ApplyAllocations,
    private readonly ranges: ApplyRanges,
    private readonly topology: TopologyOfStage,
    private readonly planned: ApplyPlanned,
  ) {}

  async execute(trx: Trx, call: CallContext, given: StageScope): Promise<void> {
    const scope = { ...given, addressSpace: given.addressSpace ?? (await onlySpace(trx)) };
    const kinds = await this.stage.kinds(trx);
    const declared = [...declaredKinds, 'PLANNED_CLUSTER' as const].reduce((sum, kind) => sum + (kinds.get(kind) ?? 0), 0);
    if (declared > MOST_DECLARED) {
      throw new InvalidRequest([
        {
          path: '',
          code: 'too_many_rows',
          message: `an import has at most ${MOST_DECLARED} spaces, networks, prefixes, links, meshes, pools and planned clusters; allocations and discovered ranges are not limited`,
          value: declared,
          suggestion: 'split the file',
        },
      ]);
    }
    await this.topology.lock(trx);
    if (declaredKinds.some((kind) => kinds.has(kind)))
      await this.topology.change(trx, call, scope, () => this.declared.execute(trx, call, scope));
    if (kinds.has('ALLOCATION')) await this.allocations.execute(trx, call, scope.allOrNothing);
    if (kinds.has('PLANNED_CLUSTER')) await this.topology.change(trx, call, scope, () => this.planned.execute(trx, call));
    if (!kinds.has('DISCOVERED_RANGE') && !scope.complete) return;
    const changed = await this.ranges.execute(trx, call, { ...scope, authoritative: scope.seen });
    await this.topology.follow(trx, call, changed);
  }
}

/** Where there is one address space only, it is meant. */
async function onlySpace(db: Db): Promise<string | undefined> {
  const rows = await rowsOf(db, sql<{ name: string }>`select name from address_space limit 2`);
  return rows.length === 1 ? rows[0]?.name : undefined;
}
