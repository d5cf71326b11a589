import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { Caller, type CallContext, type Page, PageQuery, pageOf, type WriteResult } from '@podspan/platform';
import {
  DiscoveredRangeQuery,
  DiscoveredRangeView,
  DiscoveryBody,
  DiscoveryView,
  DriftQuery,
  DriftView,
} from '../discovery/discovery-schemas.js';
import { ReadDiscovered } from '../discovery/read-discovered.js';
import { ReadDrift } from '../discovery/read-drift.js';
import { StartDiscovery } from '../discovery/start-discovery.js';
import { Reference } from '../topology/topology-schemas.js';
import { Reads, Writes } from './answers.js';

@Controller('v1')
export class DiscoveryController {
  constructor(
    @Inject(ReadDiscovered) private readonly ranges: ReadDiscovered,
    @Inject(ReadDrift) private readonly differences: ReadDrift,
    @Inject(StartDiscovery) private readonly start: StartDiscovery,
  ) {}

  @Get('discovered-ranges')
  @Reads(pageOf(DiscoveredRangeView, 'DiscoveredRangePage'))
  discoveredRanges(
    @Caller() call: CallContext,
    @Query({ schema: DiscoveredRangeQuery }) query: DiscoveredRangeQuery,
  ): Promise<Page<DiscoveredRangeView>> {
    return this.ranges.page(call.actor, query);
  }

  @Get('drift')
  @Reads(pageOf(DriftView, 'DriftPage'))
  drift(@Caller() call: CallContext, @Query({ schema: DriftQuery }) query: DriftQuery): Promise<Page<DriftView>> {
    return this.differences.page(call.actor, query);
  }

  @Post('discoveries')
  @Writes(DiscoveryView, 200, 202)
  startDiscovery(@Caller() call: CallContext, @Body({ schema: DiscoveryBody }) body: DiscoveryBody): Promise<WriteResult<DiscoveryView>> {
    return this.start.execute(call, body);
  }

  @Get('discoveries')
  @Reads(pageOf(DiscoveryView, 'DiscoveryPage'))
  discoveries(@Caller() call: CallContext, @Query({ schema: PageQuery }) query: PageQuery): Promise<Page<DiscoveryView>> {
    return this.start.page(call.actor, query);
  }

  @Get('discoveries/:discovery')
  @Reads(DiscoveryView)
  discovery(@Param('discovery', { schema: Reference }) id: string): Promise<DiscoveryView> {
    return this.start.one(id);
  }
}
