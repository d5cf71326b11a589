import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import type { Actor } from '@podspan/platform';
import { type ControlledTransaction, Kysely } from 'kysely';
import { AllocationQuery } from '../allocations/allocation-schemas.js';
import { AllocationsRepository, allocationView } from '../allocations/allocations.repository.js';
import { csvLines } from '../domain/csv.js';
import { AllocationHistory } from '../history/allocation-history.js';
import { checkAsOf } from '../history/as-of.js';
import { DiscoveredRangesRepository, discoveredRangeExport, subscriptionOf } from '../discovery/discovered-ranges.repository.js';
import { PlannedClustersRepository, plannedClusterExport } from '../plans/planned-clusters.repository.js';
import { PoolsRepository, poolView } from '../pools/pools.repository.js';
import type { Db, IpamTables } from '../postgres/db.js';
import { VeilOthers } from '../rights/veil-others.js';
import { ListAuditEvents } from '../search/list-audit-events.js';
import { ConflictsRepository, conflictView } from '../topology/conflicts.repository.js';
import { type LinkRow, LinksRepository, linkView } from '../topology/links.repository.js';
import { MeshesRepository, meshView } from '../topology/meshes.repository.js';
import { plainNetworkView } from '../topology/network-view.js';
import { type NetworkRow, NetworksRepository } from '../topology/networks.repository.js';
import { SpacesRepository, spaceView } from '../topology/spaces.repository.js';
import { exportColumns } from './export-columns.js';
import type { ExportedThing, ExportQuery } from './export-schemas.js';

const PAGE = 1000;

interface Source {
  readonly trx: Db;
  readonly actor: Actor;
  readonly query: ExportQuery;
  readonly after: string | undefined;
}

/** Views of one page and where the next one begins; no `next` on the last. */
interface Chunk {
  readonly views: readonly object[];
  readonly next: string | undefined;
}

/** Everything of one kind as a stream: one snapshot, one page in memory, whatever the size. */
@Injectable()
export class ExportThings {
  // Fields, because a constructor of a dozen says nothing.
  @Inject(Kysely) private readonly db!: Db;
  @Inject(AllocationsRepository) private readonly allocations!: AllocationsRepository;
  @Inject(AllocationHistory) private readonly history!: AllocationHistory;
  @Inject(PoolsRepository) private readonly pools!: PoolsRepository;
  @Inject(NetworksRepository) private readonly networks!: NetworksRepository;
  @Inject(LinksRepository) private readonly links!: LinksRepository;
  @Inject(SpacesRepository) private readonly spaces!: SpacesRepository;
  @Inject(MeshesRepository) private readonly meshes!: MeshesRepository;
  @Inject(PlannedClustersRepository) private readonly clusters!: PlannedClustersRepository;
  @Inject(DiscoveredRangesRepository) private readonly ranges!: DiscoveredRangesRepository;
  @Inject(ConflictsRepository) private readonly conflicts!: ConflictsRepository;
  @Inject(VeilOthers) private readonly veil!: VeilOthers;

  /** The first page is read before it answers, so that a refusal is still a problem document. @throws InvalidRequest */
  async execute(actor: Actor, thing: ExportedThing, query: ExportQuery): Promise<Readable> {
    checkAsOf(query.asOf);
    refusePast(thing, query.asOf);
    const cover = actor.spaces === '*' ? undefined : await this.veil.coverFor(actor, '');
    const chunks = this.#chunks(actor, thing, query);
    const first = await chunks.next();
    const views = async function* (): AsyncGenerator<object> {
      for (let chunk = first; !chunk.done; chunk = await chunks.next())
        for (const view of chunk.value) yield cover ? cover.over(view) : view;
    };
    const stream = Readable.from(written(views(), thing, query.format), { objectMode: false, highWaterMark: 64 * 1024 });
    // Also for a reader that leaves before the first byte, when no generator behind the stream has begun.
    stream.once('close', () => void chunks.return(undefined));
    return stream;
  }

  async *#chunks(actor: Actor, thing: ExportedThing, query: ExportQuery): AsyncGenerator<readonly object[], undefined> {
    const trx: ControlledTransaction<IpamTables> = await this.db
      .startTransaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute();
    try {
      for (let after: string | undefined, more = true; more;) {
        const { views, next } = await this.#chunk(thing, { trx, actor, query, after });
        yield views;
        after = next;
        more = next !== undefined;
      }
    } finally {
      await trx.rollback().execute();
    }
    return undefined;
  }

  async #chunk(thing: ExportedThing, source: Source): Promise<Chunk> {
    const { trx, actor, query, after } = source;
    const at = query.asOf;
    switch (thing) {
      case 'allocations':
        return this.#allocations(source);
      case 'pools':
        return chunkOf(await this.pools.page(trx, actor, after, PAGE, at), ({ id }) => id, poolView);
      case 'networks':
        return chunkOf(await this.networks.page(trx, actor, { after, limit: PAGE, at }), ({ id }) => id, networkOf);
      case 'links':
        return chunkOf(await this.links.page(trx, actor, after, PAGE, at), ({ id }) => id, linkOf);
      case 'meshes':
        return chunkOf(await this.meshes.page(trx, after, PAGE, at), ({ id }) => id, meshView);
      case 'planned-clusters':
        return chunkOf(await this.clusters.page(trx, actor, after, PAGE), ({ name }) => name, plannedClusterExport);
      case 'discovered-ranges': {
        const now = new Date();
        return chunkOf(
          await this.ranges.page(trx, actor, { limit: PAGE }, after),
          ({ id }) => id,
          (row) => discoveredRangeExport(row, now),
        );
      }
      case 'address-spaces':
        return chunkOf(await this.spaces.page(trx, actor, after, PAGE, at), ({ id }) => id, spaceView);
      case 'conflicts': {
        const now = new Date();
        return chunkOf(
          await this.conflicts.page(trx, actor, { limit: PAGE, asOf: at, status: 'OPEN' }, after),
          ({ id }) => id,
          (row) => conflictView(row, now),
        );
      }
      case 'audit-events': {
        const page = await new ListAuditEvents(trx).execute(actor, { limit: PAGE, cursor: after, until: at });
        return { views: page.items, next: page.nextCursor ?? undefined };
      }
    }
  }

  async #allocations({ trx, actor, query, after }: Source): Promise<Chunk> {
    const { asOf, pool, addressSpace } = query;
    const source = asOf === undefined ? this.allocations : this.history;
    const wanted: AllocationQuery = { limit: PAGE, asOf, pool, addressSpace };
    return chunkOf(await source.page(trx, actor, wanted, after), ({ id }) => id, allocationView);
  }
}

/** Repositories answer one row more than asked for when there is another page. */
function chunkOf<Row>(rows: readonly Row[], idOf: (row: Row) => string, view: (row: Row) => object): Chunk {
  const shown = rows.slice(0, PAGE);
  const last = shown.at(-1);
  return { views: shown.map(view), next: rows.length > PAGE && last !== undefined ? idOf(last) : undefined };
}

/** Without the routing domain, which is a fact of the whole graph and not of the network. */
function networkOf(row: NetworkRow): object {
  const { createdAt: _created, updatedAt: _updated, ...view } = plainNetworkView(row);
  return { ...view, origin: row.origin };
}

function linkOf(row: LinkRow): object {
  return { ...linkView(row), origin: row.origin, subscriptionId: subscriptionOf(row.seen_scope) };
}

/** Of what is kept for the present only. @throws InvalidRequest */
function refusePast(thing: ExportedThing, asOf: string | undefined): void {
  if (asOf === undefined || (thing !== 'planned-clusters' && thing !== 'discovered-ranges')) return;
  const message = `the past of ${thing} is not exported`;
  throw new InvalidRequest([{ path: 'asOf', code: 'as_of_not_supported', message, value: asOf, suggestion: 'leave asOf out' }]);
}

/** A thousand small writes cost more than one of their size. */
const WRITTEN_AT_ONCE = 500;

async function* written(views: AsyncIterable<object>, thing: ExportedThing, format: ExportQuery['format']): AsyncGenerator<Buffer> {
  const columns = Object.entries(exportColumns[thing]) as [string, (view: object) => unknown][];
  const textOf = {
    csv: (batch: readonly object[]) => csvLines(batch.map((view) => columns.map(([, of]) => of(view)))),
    jsonl: (batch: readonly object[]) => batch.map((view) => `${JSON.stringify(view)}\n`).join(''),
    json: (batch: readonly object[], isFirst: boolean) =>
      batch.map((view, n) => `${isFirst && n === 0 ? '\n' : ',\n'}${JSON.stringify(view)}`).join(''),
  }[format];
  if (format === 'csv') yield Buffer.from(csvLines([columns.map(([name]) => name)]));
  if (format === 'json') yield Buffer.from('[');
  let isFirst = true;
  for await (const batch of batched(views)) {
    yield Buffer.from(textOf(batch, isFirst));
    isFirst = false;
  }
  if (format === 'json') yield Buffer.from('\n]\n');
}

async function* batched(views: AsyncIterable<object>): AsyncGenerator<readonly object[]> {
  let batch: object[] = [];
  for await (const view of views) {
    batch.push(view);
    if (batch.length < WRITTEN_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
