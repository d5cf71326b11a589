import { Inject, Injectable } from '@nestjs/common';
import { type CallContext, readOrJudge, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import type { Db } from '../postgres/db.js';
import { etagOf } from '../pools/pools.repository.js';
import { auditAll } from './audit-trail.js';
import { AllocatePrefixes } from './allocate-prefixes.js';
import { AllocationBatchBody, AllocationBody, type AllocationView } from './allocation-schemas.js';
import { AllocationLane } from './allocation-lane.js';
import { inPlace, readBatch } from './read-batch.js';
import type { Allocated } from './held-blocks.js';
import { allocationView } from './allocations.repository.js';

@Injectable()
export class TakeAllocations {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly allocatePrefixes: AllocatePrefixes,
    private readonly lane: AllocationLane,
  ) {}

  /** One block: 201, or 200 with the block the owner already holds for the purpose. */
  async one(call: CallContext, pool: string, asked: unknown): Promise<WriteResult<AllocationView>> {
    const body = await readOrJudge(AllocationBody, asked, (readable) => this.#general({ ...call, dryRun: true }, pool, readable));
    return (await this.lane.take(call, pool, body)) ?? this.#general(call, pool, body);
  }

  #general(call: CallContext, pool: string, body: AllocationBody): Promise<WriteResult<AllocationView>> {
    return runWrite(this.db, call, async (trx) => {
      const [allocated] = await this.allocatePrefixes.execute(trx, call, [{ ...body, pool }]);
      if (!allocated) throw new Error('one request has one answer');
      await auditAll(trx, call, created([allocated]));
      const view = allocationView(allocated.allocation);
      const headers = { etag: etagOf(allocated.allocation), location: `/v1/allocations/${view.id}` };
      return allocated.isNew ? WriteResult.created(view, headers) : WriteResult.ok(view, headers);
    });
  }

  /** All or nothing: 201, or 200 when every block was held before. */
  async many(call: CallContext, asked: unknown): Promise<WriteResult<{ items: AllocationView[] }>> {
    let places: readonly number[] = [];
    const body = await readOrJudge(
      AllocationBatchBody,
      asked,
      (readable) => inPlace(this.#all({ ...call, dryRun: true }, readable), places),
      (given) => {
        const reading = readBatch(given);
        ({ places } = reading);
        return reading;
      },
    );
    return this.#all(call, body);
  }

  #all(call: CallContext, body: AllocationBatchBody): Promise<WriteResult<{ items: AllocationView[] }>> {
    return runWrite(this.db, call, async (trx) => {
      const allocated = await this.allocatePrefixes.execute(trx, call, body.items, 'items');
      await auditAll(trx, call, created(allocated));
      const items = allocated.map(({ allocation }) => allocationView(allocation));
      return allocated.some(({ isNew }) => isNew) ? WriteResult.created({ items }) : WriteResult.ok({ items });
    });
  }
}

function created(allocated: readonly Allocated[]): Parameters<typeof auditAll>[2] {
  return allocated
    .filter(({ isNew }) => isNew)
    .map(({ allocation }) => ({ action: 'allocation.created', kind: 'allocation', id: allocation.id, after: allocationView(allocation) }));
}
