import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { Caller, type CallContext, documented, GuardedWrite, type Page, pageOf, type WriteResult } from '@podspan/platform';
import {
  AllocationBatchBody,
  AllocationBatchView,
  AllocationQuery,
  AllocationView,
  ExpandBody,
  RenewBody,
} from '../allocations/allocation-schemas.js';
import { ExpandAllocation } from '../allocations/expand-allocation.js';
import { ReadAllocations } from '../allocations/read-allocations.js';
import { ReleaseAllocations } from '../allocations/release-allocations.js';
import { RenewAllocation } from '../allocations/renew-allocation.js';
import { TakeAllocations } from '../allocations/take-allocations.js';
import { Reference } from '../topology/topology-schemas.js';
import { Reads, Writes } from './answers.js';
import type { Reply } from './reply.js';

@Controller('v1/allocations')
export class AllocationsController {
  constructor(
    @Inject(TakeAllocations) private readonly take: TakeAllocations,
    @Inject(ReadAllocations) private readonly read: ReadAllocations,
    @Inject(ReleaseAllocations) private readonly release: ReleaseAllocations,
    @Inject(RenewAllocation) private readonly renew: RenewAllocation,
    @Inject(ExpandAllocation) private readonly expand: ExpandAllocation,
  ) {}

  @Post('batch')
  @Writes(AllocationBatchView, 201, 200)
  allocateBatch(
    @Caller() call: CallContext,
    @Body({ schema: documented(AllocationBatchBody) }) body: unknown,
  ): Promise<WriteResult<{ items: AllocationView[] }>> {
    return this.take.many(call, body);
  }

  @Get()
  @Reads(pageOf(AllocationView, 'AllocationPage'))
  allocations(@Caller() call: CallContext, @Query({ schema: AllocationQuery }) query: AllocationQuery): Promise<Page<AllocationView>> {
    return this.read.page(call.actor, query);
  }

  @Get(':allocation')
  @Reads(AllocationView)
  async allocation(
    @Caller() call: CallContext,
    @Param('allocation', { schema: Reference }) id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<AllocationView> {
    const { view, etag } = await this.read.one(call.actor, id);
    reply.header('etag', etag);
    return view;
  }

  @Post(':allocation/release')
  @GuardedWrite()
  @Writes(AllocationView, 200)
  releaseAllocation(
    @Caller() call: CallContext,
    @Param('allocation', { schema: Reference }) id: string,
  ): Promise<WriteResult<AllocationView>> {
    return this.release.one(call, id);
  }

  @Post(':allocation/renew')
  @GuardedWrite()
  @Writes(AllocationView, 200)
  renewAllocation(
    @Caller() call: CallContext,
    @Param('allocation', { schema: Reference }) id: string,
    @Body({ schema: RenewBody }) body: RenewBody,
  ): Promise<WriteResult<AllocationView>> {
    return this.renew.execute(call, id, body);
  }

  @Post(':allocation/expand')
  @GuardedWrite()
  @Writes(AllocationView, 200)
  expandAllocation(
    @Caller() call: CallContext,
    @Param('allocation', { schema: Reference }) id: string,
    @Body({ schema: ExpandBody }) body: ExpandBody,
  ): Promise<WriteResult<AllocationView>> {
    return this.expand.execute(call, id, body);
  }
}
