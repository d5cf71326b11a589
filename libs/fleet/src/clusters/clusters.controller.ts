import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type CallContext, Caller, KeyedWrite, type Page, pageFrom, pageOf, PageQuery, type WriteResult } from '@podspan/platform';
import { z } from 'zod';
import { ClusterView, clusterView } from './cluster-view.js';
import { ClustersRepository } from './clusters.repository.js';
import { DiscoverClusters } from '../discover/discover-clusters.js';
import { DiscoverBody, DiscoveryView } from '../discover/discovery-view.js';

const ClusterQuery = PageQuery.extend({
  region: z.string().max(64).optional(),
  network: z.string().max(200).optional(),
  state: z.enum(['PLANNED', 'CREATING', 'READY', 'FAILED', 'CANCELED']).optional(),
});
const Key = z.string().min(1).max(200);

@ApiTags('Clusters')
@Controller('v1/clusters')
export class ClustersController {
  constructor(
    private readonly repository: ClustersRepository,
    private readonly discover: DiscoverClusters,
  ) {}

  @Post('discover')
  @KeyedWrite()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: DiscoveryView })
  discoverClusters(@Caller() call: CallContext, @Body({ schema: DiscoverBody }) body: DiscoverBody): Promise<WriteResult<DiscoveryView>> {
    return this.discover.execute(body, call);
  }

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(ClusterView, 'ClusterPage') })
  async clusters(@Query({ schema: ClusterQuery }) query: z.infer<typeof ClusterQuery>): Promise<Page<ClusterView>> {
    return pageFrom(await this.repository.list(query), query.limit, ({ name }) => [name], clusterView);
  }

  @Get(':cluster')
  @ApiOkResponse({ standardSchema: ClusterView })
  async cluster(@Param('cluster', { schema: Key }) cluster: string): Promise<ClusterView> {
    return clusterView(await this.repository.find(cluster));
  }
}
