import { Injectable } from '@nestjs/common';
import { Conflict } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { groupBy } from '../domain/group-by.js';
import type { WantedBlock } from '../domain/wanted-block.js';
import type { Db } from '../postgres/db.js';
import { type Allocation, allocationView, AllocationsRepository } from './allocations.repository.js';
import { auditAll } from './audit-trail.js';
import type { BlockWish } from './take-blocks.js';
import { UniqueRanges } from './unique-ranges.js';

export interface Allocated {
  readonly allocation: Allocation;
  /** False when the owner held the block before. */
  readonly isNew: boolean;
}

/** What the owners of requests hold already. The caller has locked the pools. */
@Injectable()
export class HeldBlocks {
  constructor(
    private readonly allocations: AllocationsRepository,
    private readonly uniqueRanges: UniqueRanges,
  ) {}

  /** By the request's index. @throws Conflict `already_allocated` for an owner that holds another block for the purpose */
  async execute(db: Db, call: CallContext, requests: readonly BlockWish[]): Promise<Map<number, Allocated>> {
    const held = await this.allocations.heldBy(
      db,
      requests.map(({ pool, item }) => ({ poolId: pool.id, owner: item.owner, purpose: item.purpose })),
    );
    const unique = await this.uniqueRanges.holders(
      db,
      requests.map(({ pool }) => pool),
    );
    const byOwner = groupBy(held, (allocation) => ownerKey(allocation.poolId, allocation.owner, allocation.purpose));
    const answers = new Map<number, Allocated>();
    for (const request of requests) {
      const [live, ...others] = byOwner.get(requestKey(request)) ?? [];
      if (!live) continue;
      if (live.status !== 'QUARANTINED') {
        if (!matches(live, request.wanted)) throw alreadyAllocated(live, request);
        answers.set(request.index, { allocation: live, isNew: false });
        continue;
      }
      if (unique.has(request.pool.id)) continue;
      // A resting block is given back at once to the owner it rests from.
      const resting = [live, ...others].find((allocation) => matches(allocation, request.wanted));
      if (!resting) continue;
      await this.allocations.revive(db, resting.id, request.item.expiresAt);
      const allocation = await this.allocations.get(db, resting.id);
      await auditAll(db, call, [
        {
          action: 'allocation.revived',
          kind: 'allocation',
          id: resting.id,
          before: allocationView(resting),
          after: allocationView(allocation),
        },
      ]);
      answers.set(request.index, { allocation, isNew: false });
    }
    return answers;
  }
}

function matches(allocation: Allocation, wanted: WantedBlock): boolean {
  return wanted.kind === 'EXACT'
    ? allocation.cidr.equals(wanted.cidr)
    : allocation.cidr.length === wanted.length && allocation.cidr.family === wanted.family;
}

function alreadyAllocated(held: Allocation, { item }: BlockWish): Conflict {
  return new Conflict(
    'already_allocated',
    `${item.owner.kind} ${item.owner.id} holds ${held.cidr} for ${item.purpose}; it is not what was asked for now`,
    {
      facts: { allocation: held.id, cidr: String(held.cidr) },
    },
  );
}

function ownerKey(poolId: string, owner: { kind: string; id: string }, purpose: string): string {
  return JSON.stringify([poolId, owner.kind, owner.id, purpose]);
}

export function requestKey({ pool, item }: BlockWish): string {
  return ownerKey(pool.id, item.owner, item.purpose);
}
