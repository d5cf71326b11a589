import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { Caller, type CallContext, type Page, pageOf, type WriteResult } from '@podspan/platform';
import { HistoryPageQuery } from '../history/as-of.js';
import { CreateAddressSpace, DeleteAddressSpace } from '../topology/change-spaces.js';
import { ReadTopology } from '../topology/read-topology.js';
import { AddressSpaceBody, AddressSpaceView, Reference } from '../topology/topology-schemas.js';
import { Reads, Removes, Writes } from './answers.js';

@Controller('v1/address-spaces')
export class SpacesController {
  constructor(
    @Inject(CreateAddressSpace) private readonly create: CreateAddressSpace,
    @Inject(DeleteAddressSpace) private readonly remove: DeleteAddressSpace,
    @Inject(ReadTopology) private readonly read: ReadTopology,
  ) {}

  @Post()
  @Writes(AddressSpaceView, 201)
  createAddressSpace(
    @Caller() call: CallContext,
    @Body({ schema: AddressSpaceBody }) body: AddressSpaceBody,
  ): Promise<WriteResult<AddressSpaceView>> {
    return this.create.execute(call, body);
  }

  @Get()
  @Reads(pageOf(AddressSpaceView, 'AddressSpacePage'))
  addressSpaces(
    @Caller() call: CallContext,
    @Query({ schema: HistoryPageQuery }) query: HistoryPageQuery,
  ): Promise<Page<AddressSpaceView>> {
    return this.read.spaces(call.actor, query);
  }

  @Get(':addressSpace')
  @Reads(AddressSpaceView)
  addressSpace(@Caller() call: CallContext, @Param('addressSpace', { schema: Reference }) key: string): Promise<AddressSpaceView> {
    return this.read.space(call.actor, key);
  }

  @Delete(':addressSpace')
  @Removes()
  deleteAddressSpace(@Caller() call: CallContext, @Param('addressSpace', { schema: Reference }) key: string): Promise<WriteResult<null>> {
    return this.remove.execute(call, key);
  }
}
