import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { Caller, type CallContext, documented, type Page, pageOf, Role, type WriteResult } from '@podspan/platform';
import { HistoryPageQuery } from '../history/as-of.js';
import { ApplyTopology } from '../plans/apply-topology.js';
import { Topology, TopologyView } from '../plans/plan-schemas.js';
import { ChangeLinks } from '../topology/change-links.js';
import { ChangeMeshes } from '../topology/change-meshes.js';
import { ChangeNetworks } from '../topology/change-networks.js';
import { ReadNetworks } from '../topology/read-networks.js';
import { ReadTopology } from '../topology/read-topology.js';
import { SimulateTopology } from '../topology/simulate-topology.js';
import {
  ConflictQuery,
  ConflictView,
  ForceQuery,
  LinkBody,
  ListedNetwork,
  LinkView,
  MeshBody,
  MeshView,
  NetworkBody,
  NetworkPatch,
  NetworksQuery,
  NetworkView,
  Reference,
  SimulateBody,
  SimulateView,
} from '../topology/topology-schemas.js';
import { Reads, Removes, Writes } from './answers.js';

@Controller('v1/networks')
export class NetworksController {
  constructor(
    @Inject(ChangeNetworks) private readonly change: ChangeNetworks,
    @Inject(ReadNetworks) private readonly read: ReadNetworks,
  ) {}

  @Post()
  @Writes(NetworkView, 201)
  createNetwork(
    @Caller() call: CallContext,
    @Body({ schema: documented(NetworkBody) }) body: unknown,
    @Query({ schema: ForceQuery }) { force }: ForceQuery,
  ): Promise<WriteResult<NetworkView>> {
    return this.change.create(call, body, force);
  }

  @Get()
  @Reads(pageOf(ListedNetwork, 'NetworkPage'))
  networks(@Caller() call: CallContext, @Query({ schema: NetworksQuery }) query: NetworksQuery): Promise<Page<ListedNetwork>> {
    return this.read.page(call.actor, query);
  }

  @Get(':network')
  @Reads(NetworkView)
  network(@Caller() call: CallContext, @Param('network', { schema: Reference }) key: string): Promise<NetworkView> {
    return this.read.one(call.actor, key);
  }

  @Patch(':network')
  @Writes(NetworkView, 200)
  patchNetwork(
    @Caller() call: CallContext,
    @Param('network', { schema: Reference }) key: string,
    @Body({ schema: NetworkPatch }) patch: NetworkPatch,
    @Query({ schema: ForceQuery }) { force }: ForceQuery,
  ): Promise<WriteResult<NetworkView>> {
    return this.change.patch(call, key, patch, force);
  }

  @Delete(':network')
  @Removes()
  deleteNetwork(@Caller() call: CallContext, @Param('network', { schema: Reference }) key: string): Promise<WriteResult<null>> {
    return this.change.delete(call, key);
  }
}

@Controller('v1/links')
export class LinksController {
  constructor(
    @Inject(ChangeLinks) private readonly change: ChangeLinks,
    @Inject(ReadTopology) private readonly read: ReadTopology,
  ) {}

  @Post()
  @Writes(LinkView, 201, 200)
  createLink(
    @Caller() call: CallContext,
    @Body({ schema: documented(LinkBody) }) body: unknown,
    @Query({ schema: ForceQuery }) { force }: ForceQuery,
  ): Promise<WriteResult<LinkView>> {
    return this.change.create(call, body, force);
  }

  @Get()
  @Reads(pageOf(LinkView, 'LinkPage'))
  links(@Caller() call: CallContext, @Query({ schema: HistoryPageQuery }) query: HistoryPageQuery): Promise<Page<LinkView>> {
    return this.read.links(call.actor, query);
  }

  @Get(':link')
  @Reads(LinkView)
  link(@Caller() call: CallContext, @Param('link', { schema: Reference.max(512) }) key: string): Promise<LinkView> {
    return this.read.link(call.actor, key);
  }

  @Delete(':link')
  @Removes()
  deleteLink(@Caller() call: CallContext, @Param('link', { schema: Reference.max(512) }) key: string): Promise<WriteResult<null>> {
    return this.change.delete(call, key);
  }
}

@Controller('v1/meshes')
export class MeshesController {
  constructor(
    @Inject(ChangeMeshes) private readonly change: ChangeMeshes,
    @Inject(ReadTopology) private readonly read: ReadTopology,
  ) {}

  @Post()
  @Writes(MeshView, 201)
  createMesh(@Caller() call: CallContext, @Body({ schema: MeshBody }) body: MeshBody): Promise<WriteResult<MeshView>> {
    return this.change.create(call, body);
  }

  @Get()
  @Reads(pageOf(MeshView, 'MeshPage'))
  meshes(@Query({ schema: HistoryPageQuery }) query: HistoryPageQuery): Promise<Page<MeshView>> {
    return this.read.meshes(query);
  }

  @Get(':mesh')
  @Reads(MeshView)
  mesh(@Param('mesh', { schema: Reference }) key: string): Promise<MeshView> {
    return this.read.mesh(key);
  }

  @Put(':mesh/members/:cluster')
  @Writes(MeshView, 200)
  joinMesh(
    @Caller() call: CallContext,
    @Param('mesh', { schema: Reference }) key: string,
    @Param('cluster', { schema: Reference }) cluster: string,
    @Query({ schema: ForceQuery }) { force }: ForceQuery,
  ): Promise<WriteResult<MeshView>> {
    return this.change.join(call, key, cluster, force);
  }

  @Delete(':mesh/members/:cluster')
  @Removes()
  leaveMesh(
    @Caller() call: CallContext,
    @Param('mesh', { schema: Reference }) key: string,
    @Param('cluster', { schema: Reference }) cluster: string,
    @Query({ schema: ForceQuery }) { force }: ForceQuery,
  ): Promise<WriteResult<null>> {
    return this.change.leave(call, key, cluster, force);
  }
}

@Controller('v1')
export class TopologyController {
  constructor(
    @Inject(ApplyTopology) private readonly apply: ApplyTopology,
    @Inject(SimulateTopology) private readonly simulate: SimulateTopology,
    @Inject(ReadTopology) private readonly read: ReadTopology,
  ) {}

  @Post('topologies')
  @Writes(TopologyView, 200)
  applyTopology(@Caller() call: CallContext, @Body({ schema: documented(Topology) }) body: unknown): Promise<WriteResult<TopologyView>> {
    return this.apply.execute(call, body);
  }

  @Post('topology/simulate')
  @Role('viewer')
  @HttpCode(200)
  @Reads(SimulateView)
  simulateTopology(@Body({ schema: documented(SimulateBody) }) body: unknown): Promise<SimulateView> {
    return this.simulate.execute(body);
  }

  @Get('conflicts')
  @Reads(pageOf(ConflictView, 'ConflictPage'))
  conflicts(@Caller() call: CallContext, @Query({ schema: ConflictQuery }) query: ConflictQuery): Promise<Page<ConflictView>> {
    return this.read.conflicts(call.actor, query);
  }
}
