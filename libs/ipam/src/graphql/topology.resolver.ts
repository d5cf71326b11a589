import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, connectionOf, parseRequest } from '@podspan/platform';
import { ReadNetworks } from '../topology/read-networks.js';
import { ReadTopology } from '../topology/read-topology.js';
import { SimulateTopology } from '../topology/simulate-topology.js';
import { type AddressSpaceView, ConflictQuery, type MeshView, type NetworkView, type SimulateView } from '../topology/topology-schemas.js';
import { given, type HistoryPageArgs, historyPage, orNull } from './arguments.js';

@Resolver()
export class TopologyResolver {
  constructor(
    @Inject(ReadTopology) private readonly read: ReadTopology,
    @Inject(ReadNetworks) private readonly readNetworks: ReadNetworks,
    @Inject(SimulateTopology) private readonly simulate: SimulateTopology,
  ) {}

  @Query('addressSpaces')
  async addressSpaces(@Caller() call: CallContext, @Args() page: HistoryPageArgs): Promise<unknown> {
    return connectionOf(await this.read.spaces(call.actor, historyPage(page)));
  }

  @Query('addressSpace')
  addressSpace(@Caller() call: CallContext, @Args('name') name: string): Promise<AddressSpaceView | null> {
    return orNull(this.read.space(call.actor, name));
  }

  @Query('networks')
  async networks(@Caller() call: CallContext, @Args() page: HistoryPageArgs): Promise<unknown> {
    return connectionOf(await this.readNetworks.page(call.actor, historyPage(page)));
  }

  @Query('network')
  network(@Caller() call: CallContext, @Args('name') name: string): Promise<NetworkView | null> {
    return orNull(this.readNetworks.one(call.actor, name));
  }

  @Query('links')
  async links(@Caller() call: CallContext, @Args() page: HistoryPageArgs): Promise<unknown> {
    return connectionOf(await this.read.links(call.actor, historyPage(page)));
  }

  @Query('meshes')
  async meshes(@Args() page: HistoryPageArgs): Promise<unknown> {
    return connectionOf(await this.read.meshes(historyPage(page)));
  }

  @Query('mesh')
  mesh(@Args('name') name: string): Promise<MeshView | null> {
    return orNull(this.read.mesh(name));
  }

  @Query('conflicts')
  async conflicts(@Caller() call: CallContext, @Args() { first, after, ...filters }: HistoryPageArgs): Promise<unknown> {
    return connectionOf(
      await this.read.conflicts(call.actor, parseRequest(ConflictQuery, given({ ...filters, limit: first, cursor: after }))),
    );
  }

  @Query('simulateTopology')
  simulateTopology(@Args('input') input: unknown): Promise<SimulateView> {
    return this.simulate.execute(input);
  }
}
