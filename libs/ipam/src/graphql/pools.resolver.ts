import { Inject } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, connectionOf, parseRequest } from '@podspan/platform';
import { AllocationQuery } from '../allocations/allocation-schemas.js';
import { ReadAllocations } from '../allocations/read-allocations.js';
import { AvailableQuery, type AvailableView, type PoolView } from '../pools/pool-schemas.js';
import { ReadPools } from '../pools/read-pools.js';
import { ShowSpace } from '../pools/show-space.js';
import { given, type HistoryPageArgs, historyPage, orNull, pageArgs } from './arguments.js';

@Resolver('Pool')
export class PoolsResolver {
  constructor(
    @Inject(ReadPools) private readonly read: ReadPools,
    @Inject(ShowSpace) private readonly show: ShowSpace,
    @Inject(ReadAllocations) private readonly allocationsOf: ReadAllocations,
  ) {}

  @Query('pools')
  async pools(@Caller() call: CallContext, @Args() page: HistoryPageArgs): Promise<unknown> {
    return connectionOf(await this.read.page(call.actor, historyPage(page)));
  }

  @Query('pool')
  async pool(@Caller() call: CallContext, @Args('name') name: string): Promise<PoolView | null> {
    return (await orNull(this.read.one(call.actor, name)))?.view ?? null;
  }

  @ResolveField('available')
  available(@Caller() call: CallContext, @Parent() { id }: PoolView, @Args() args: object): Promise<AvailableView> {
    return this.show.available(call.actor, id, parseRequest(AvailableQuery, given(args)));
  }

  @ResolveField('free')
  async free(
    @Caller() call: CallContext,
    @Parent() { id }: PoolView,
    @Args('first') first: number,
    @Args('after') after?: string,
  ): Promise<unknown> {
    return connectionOf(await this.show.free(call.actor, id, pageArgs(first, after)));
  }

  @ResolveField('allocations')
  async allocations(
    @Parent() { id }: PoolView,
    @Caller() call: CallContext,
    @Args('first') first: number,
    @Args('after') after?: string,
    @Args('status') status?: string,
  ): Promise<unknown> {
    const query = parseRequest(AllocationQuery, given({ pool: id, status, limit: first, cursor: after }));
    return connectionOf(await this.allocationsOf.page(call.actor, query));
  }
}
