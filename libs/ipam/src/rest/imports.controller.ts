import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { Caller, type CallContext, type Page, PageQuery, pageOf, type WriteResult } from '@podspan/platform';
import { ImportFile } from '../imports/import-file.js';
import { ImportQuery, ImportReport, ImportRowQuery, ImportRowView, ImportView } from '../imports/import-schemas.js';
import { ReadImports } from '../imports/read-imports.js';
import { Reference } from '../topology/topology-schemas.js';
import { Reads, Writes } from './answers.js';

@Controller('v1/imports')
export class ImportsController {
  constructor(
    @Inject(ImportFile) private readonly file: ImportFile,
    @Inject(ReadImports) private readonly read: ReadImports,
  ) {}

  @Post()
  @ApiConsumes('text/csv', 'application/json')
  @ApiBody({
    description: 'A CSV, or the JSON of az network vnet list, az aks list or Resource Graph; at most 32 MiB',
    schema: { type: 'string' },
  })
  @Writes(ImportReport, 201, 200)
  importFile(
    @Caller() call: CallContext,
    @Query({ schema: ImportQuery }) query: ImportQuery,
    @Body() body: unknown,
  ): Promise<WriteResult<ImportReport>> {
    return this.file.execute(call, body, query);
  }

  @Get()
  @Reads(pageOf(ImportView, 'ImportPage'))
  imports(@Caller() call: CallContext, @Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ImportView>> {
    return this.read.page(call.actor, query);
  }

  @Get(':import')
  @Reads(ImportView)
  importReport(@Caller() call: CallContext, @Param('import', { schema: Reference }) id: string): Promise<ImportView> {
    return this.read.one(call.actor, id);
  }

  @Get(':import/rows')
  @Reads(pageOf(ImportRowView, 'ImportRowPage'))
  importRows(
    @Caller() call: CallContext,
    @Param('import', { schema: Reference }) id: string,
    @Query({ schema: ImportRowQuery }) query: ImportRowQuery,
  ): Promise<Page<ImportRowView>> {
    return this.read.rows(call.actor, id, query);
  }
}
