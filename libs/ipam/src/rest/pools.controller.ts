import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { Caller, type CallContext, documented, GuardedWrite, type Page, PageQuery, pageOf, type WriteResult } from '@podspan/platform';
import { AllocationBody, AllocationView } from '../allocations/allocation-schemas.js';
import { TakeAllocations } from '../allocations/take-allocations.js';
import { HistoryPageQuery } from '../history/as-of.js';
import { ChangePools } from '../pools/change-pools.js';
import { CreatePool } from '../pools/create-pool.js';
import { AvailableQuery, AvailableView, BlockView, PoolBody, PoolPatch, PoolView } from '../pools/pool-schemas.js';
import { ReadPools } from '../pools/read-pools.js';
import { ShowSpace } from '../pools/show-space.js';
import { Reference } from '../topology/topology-schemas.js';
import { Reads, Removes, Writes } from './answers.js';
import type { Reply } from './reply.js';

@Controller('v1/pools')
export class PoolsController {
  constructor(
    @Inject(CreatePool) private readonly create: CreatePool,
    @Inject(ChangePools) private readonly change: ChangePools,
    @Inject(ReadPools) private readonly read: ReadPools,
    @Inject(ShowSpace) private readonly show: ShowSpace,
    @Inject(TakeAllocations) private readonly take: TakeAllocations,
  ) {}

  @Post()
  @Writes(PoolView, 201)
  createPool(@Caller() call: CallContext, @Body({ schema: documented(PoolBody) }) body: unknown): Promise<WriteResult<PoolView>> {
    return this.create.execute(call, body);
  }

  @Get()
  @Reads(pageOf(PoolView, 'PoolPage'))
  pools(@Caller() call: CallContext, @Query({ schema: HistoryPageQuery }) query: HistoryPageQuery): Promise<Page<PoolView>> {
    return this.read.page(call.actor, query);
  }

  @Get(':pool')
  @Reads(PoolView)
  async pool(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<PoolView> {
    const { view, etag } = await this.read.one(call.actor, key);
    reply.header('etag', etag);
    return view;
  }

  @Patch(':pool')
  @GuardedWrite()
  @Writes(PoolView, 200)
  patchPool(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Body({ schema: PoolPatch }) patch: PoolPatch,
  ): Promise<WriteResult<PoolView>> {
    return this.change.patch(call, key, patch);
  }

  @Delete(':pool')
  @GuardedWrite()
  @Removes()
  deletePool(@Caller() call: CallContext, @Param('pool', { schema: Reference }) key: string): Promise<WriteResult<null>> {
    return this.change.delete(call, key);
  }

  @Post(':pool/allocations')
  @Writes(AllocationView, 201, 200)
  allocatePrefix(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Body({ schema: documented(AllocationBody) }) body: unknown,
  ): Promise<WriteResult<AllocationView>> {
    return this.take.one(call, key, body);
  }

  @Get(':pool/available')
  @Reads(AvailableView)
  availableBlocks(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Query({ schema: AvailableQuery }) query: AvailableQuery,
  ): Promise<AvailableView> {
    return this.show.available(call.actor, key, query);
  }

  @Get(':pool/free')
  @Reads(pageOf(BlockView, 'BlockPage'))
  freeBlocks(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<Page<{ cidr: string; addresses: string }>> {
    return this.show.free(call.actor, key, query);
  }
}
