import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, connectionOf, parseRequest } from '@podspan/platform';
import { AllocationQuery, type AllocationView } from '../allocations/allocation-schemas.js';
import { ReadAllocations } from '../allocations/read-allocations.js';
import { ListAuditEvents } from '../search/list-audit-events.js';
import { AuditQuery, type SearchHitView, SearchQuery } from '../search/search-schemas.js';
import { SearchRanges } from '../search/search-ranges.js';
import { given, orNull } from './arguments.js';

interface PageMembers {
  readonly first?: number;
  readonly after?: string;
}

@Resolver()
export class AllocationsResolver {
  constructor(
    @Inject(ReadAllocations) private readonly read: ReadAllocations,
    @Inject(SearchRanges) private readonly ranges: SearchRanges,
    @Inject(ListAuditEvents) private readonly events: ListAuditEvents,
  ) {}

  @Query('allocations')
  async allocations(@Caller() call: CallContext, @Args() { first, after, ...filters }: PageMembers): Promise<unknown> {
    return connectionOf(
      await this.read.page(call.actor, parseRequest(AllocationQuery, given({ ...filters, limit: first, cursor: after }))),
    );
  }

  @Query('allocation')
  async allocation(@Caller() call: CallContext, @Args('id') id: string): Promise<AllocationView | null> {
    return (await orNull(this.read.one(call.actor, id)))?.view ?? null;
  }

  @Query('searchRanges')
  async searchRanges(@Caller() call: CallContext, @Args() { first, ...condition }: PageMembers): Promise<readonly SearchHitView[]> {
    return (await this.ranges.execute(call.actor, parseRequest(SearchQuery, given({ ...condition, limit: first })))).items;
  }

  @Query('search')
  async search(@Caller() call: CallContext, @Args() { first, after, ...condition }: PageMembers): Promise<unknown> {
    return connectionOf(
      await this.ranges.execute(call.actor, parseRequest(SearchQuery, given({ ...condition, limit: first, cursor: after }))),
    );
  }

  @Query('auditEvents')
  async auditEvents(@Caller() call: CallContext, @Args() { first, after, ...filters }: PageMembers): Promise<unknown> {
    return connectionOf(
      await this.events.execute(call.actor, parseRequest(AuditQuery, given({ ...filters, limit: first, cursor: after }))),
    );
  }
}
