import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Caller, type CallContext, type Page, pageOf } from '@podspan/platform';
import { ListAuditEvents } from '../search/list-audit-events.js';
import { AuditEventView, AuditQuery, SearchHitView, SearchQuery } from '../search/search-schemas.js';
import { SearchRanges } from '../search/search-ranges.js';
import { Reads } from './answers.js';

@Controller('v1')
export class SearchController {
  constructor(
    @Inject(SearchRanges) private readonly ranges: SearchRanges,
    @Inject(ListAuditEvents) private readonly events: ListAuditEvents,
  ) {}

  @Get('search')
  @Reads(pageOf(SearchHitView, 'SearchHits'))
  search(@Caller() call: CallContext, @Query({ schema: SearchQuery }) query: SearchQuery): Promise<Page<SearchHitView>> {
    return this.ranges.execute(call.actor, query);
  }

  @Get('audit-events')
  @Reads(pageOf(AuditEventView, 'AuditEventPage'))
  auditEvents(@Caller() call: CallContext, @Query({ schema: AuditQuery }) query: AuditQuery): Promise<Page<AuditEventView>> {
    return this.events.execute(call.actor, query);
  }
}
