import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Caller, type CallContext, type Page, pageOf } from '@podspan/platform';
import { DiscoveredRangeQuery, DiscoveredRangeView } from '../discovery/discovery-schemas.js';
import { ReadDiscovered } from '../discovery/read-discovered.js';
import { Reads } from './answers.js';

@Controller('v1/discovered-ranges')
export class DiscoveredRangesController {
  constructor(@Inject(ReadDiscovered) private readonly read: ReadDiscovered) {}

  @Get()
  @Reads(pageOf(DiscoveredRangeView, 'DiscoveredRangePage'))
  discoveredRanges(
    @Caller() call: CallContext,
    @Query({ schema: DiscoveredRangeQuery }) query: DiscoveredRangeQuery,
  ): Promise<Page<DiscoveredRangeView>> {
    return this.read.page(call.actor, query);
  }
}
