import type { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { Caller, type CallContext } from '@podspan/platform';
import { ExportedThing, ExportQuery } from '../exports/export-schemas.js';
import { ExportThings } from '../exports/export-things.js';
import { Streams } from './answers.js';
import type { Reply } from './reply.js';

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
} as const;

@Controller('v1/exports')
export class ExportsController {
  constructor(@Inject(ExportThings) private readonly things: ExportThings) {}

  @Get(':thing')
  @Streams('Everything of the kind as one file, from one snapshot', ...Object.values(TYPES))
  async exportThings(
    @Caller() call: CallContext,
    @Param('thing', { schema: ExportedThing }) thing: ExportedThing,
    @Query({ schema: ExportQuery }) query: ExportQuery,
    @Res() reply: Reply & { send(stream: Readable): Reply },
  ): Promise<void> {
    const stream = await this.things.execute(call.actor, thing, query);
    reply.header('content-type', TYPES[query.format]).header('content-disposition', `attachment; filename="${thing}.${query.format}"`);
    reply.send(stream);
  }
}
