import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, connectionOf, parseRequest } from '@podspan/platform';
import { DiscoveredRangeQuery, DiscoveryBody, type DiscoveryView, DriftQuery } from '../discovery/discovery-schemas.js';
import { ReadDiscovered } from '../discovery/read-discovered.js';
import { ReadDrift } from '../discovery/read-drift.js';
import { StartDiscovery } from '../discovery/start-discovery.js';
import { ImportFile } from '../imports/import-file.js';
import { ImportBody, ImportRowQuery, type ImportView } from '../imports/import-schemas.js';
import { ReadImports } from '../imports/read-imports.js';
import { given, orNull, pageArgs } from './arguments.js';
import { outcome } from './mutations.resolver.js';

interface ListArgs {
  readonly first: number;
  readonly after?: string | null;
}

@Resolver()
export class DiscoveryResolver {
  constructor(
    @Inject(ReadDiscovered) private readonly ranges: ReadDiscovered,
    @Inject(ReadDrift) private readonly differences: ReadDrift,
    @Inject(StartDiscovery) private readonly start: StartDiscovery,
    @Inject(ReadImports) private readonly importsRead: ReadImports,
  ) {}

  @Query('discoveredRanges')
  async discoveredRanges(@Caller() call: CallContext, @Args() args: ListArgs): Promise<unknown> {
    return connectionOf(await this.ranges.page(call.actor, parseRequest(DiscoveredRangeQuery, asQuery(args))));
  }

  @Query('drift')
  async drift(@Caller() call: CallContext, @Args() args: ListArgs): Promise<unknown> {
    return connectionOf(await this.differences.page(call.actor, parseRequest(DriftQuery, asQuery(args))));
  }

  @Query('discoveries')
  async discoveries(@Caller() call: CallContext, @Args() { first, after }: ListArgs): Promise<unknown> {
    return connectionOf(await this.start.page(call.actor, pageArgs(first, after)));
  }

  @Query('discovery')
  discovery(@Args('id') id: string): Promise<DiscoveryView | null> {
    return orNull(this.start.one(id));
  }

  @Query('imports')
  async imports(@Caller() call: CallContext, @Args() { first, after }: ListArgs): Promise<unknown> {
    return connectionOf(await this.importsRead.page(call.actor, pageArgs(first, after)));
  }

  @Query('import')
  import(@Caller() call: CallContext, @Args('id') id: string): Promise<ImportView | null> {
    return orNull(this.importsRead.one(call.actor, id));
  }

  @Query('importRows')
  async importRows(@Caller() call: CallContext, @Args() { import: id, ...args }: ListArgs & { readonly import: string }): Promise<unknown> {
    return connectionOf(await this.importsRead.rows(call.actor, id, parseRequest(ImportRowQuery, asQuery(args))));
  }
}

@Resolver()
export class ImportMutations {
  constructor(
    @Inject(ImportFile) private readonly file: ImportFile,
    @Inject(StartDiscovery) private readonly start: StartDiscovery,
  ) {}

  @Mutation('importFile')
  importFile(@Caller() call: CallContext, @Args('input') input: unknown): ReturnType<typeof outcome> {
    return outcome('ImportReport', () => {
      const { content, force = false, ...options } = parseRequest(ImportBody, input);
      return this.file.execute(call, content, { ...options, force });
    });
  }

  @Mutation('startDiscovery')
  startDiscovery(@Caller() call: CallContext, @Args('input') input: unknown): ReturnType<typeof outcome> {
    return outcome('Discovery', () => this.start.execute(call, parseRequest(DiscoveryBody, input)));
  }
}

function asQuery({ first, after, ...filters }: ListArgs): Readonly<Record<string, unknown>> {
  return given({ ...filters, limit: first, cursor: after });
}
