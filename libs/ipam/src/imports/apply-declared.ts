import { Injectable } from '@nestjs/common';
import { DomainError, type Problem, problemsOf } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import { SeenNetworks, type SeenNetwork } from '../discovery/seen-networks.js';
import { SettleDiscovered } from '../discovery/settle-discovered.js';
import type { ImportKind } from '../domain/imports/import-row.js';
import type { Ensured } from '../plans/ensure-parts.js';
import { EnsureDeclared } from './ensure-declared.js';
import { EnsureMesh } from './ensure-mesh.js';
import type { Trx } from '../postgres/db.js';
import { ImportStage, type StagedRow, type Verdict } from './stage.js';

interface Done {
  /** Of a network that was seen for the first time. */
  readonly networkId?: string;
  readonly outcome: Verdict['outcome'];
  readonly problems?: readonly Problem[];
}

/** The kinds that are written one by one, in the order in which one needs the other. */
export const declaredKinds = ['ADDRESS_SPACE', 'NETWORK', 'PREFIX', 'LINK', 'MESH', 'POOL'] as const satisfies readonly ImportKind[];

export interface DeclaredScope {
  /** Networks and links are as they are in Azure, not as somebody wants them. */
  readonly seen: boolean;
  readonly scope: string;
  readonly addressSpace: string | undefined;
  readonly force: boolean;
}

/** Writes the staged spaces, networks, prefixes, links, meshes and pools by the same use cases as the API does. */
@Injectable()
export class ApplyDeclared {
  constructor(
    private readonly stage: ImportStage,
    private readonly ensure: EnsureDeclared,
    private readonly seenNetworks: SeenNetworks,
    private readonly settle: SettleDiscovered,
    private readonly ensureMesh: EnsureMesh,
  ) {}

  async execute(trx: Trx, call: CallContext, scope: DeclaredScope): Promise<void> {
    for (const kind of declaredKinds) {
      const rows = await this.stage.open(trx, kind, 0, 100_000);
      const verdicts: Verdict[] = [];
      const seen: string[] = [];
      for (const row of kind === 'POOL' ? parentsFirst(rows) : rows) {
        const { networkId, ...done } = await attempt(trx, row, () => this.#write(trx, call, kind, row, scope));
        verdicts.push({ no: row.no, ...done });
        if (networkId !== undefined) seen.push(networkId);
      }
      await this.stage.decide(trx, verdicts);
      await this.settle.networksChanged(trx, call, seen);
    }
  }

  async #write(trx: Trx, call: CallContext, kind: ImportKind, { at, body }: StagedRow, scope: DeclaredScope): Promise<Done> {
    if (kind === 'MESH') return { outcome: asOutcome(await this.ensureMesh.execute(trx, call, body, scope.force)) };
    if (!scope.seen && body['origin'] !== 'SEEN')
      return { outcome: asOutcome(await this.ensure.execute(trx, call, kind, body, scope.force)) };
    const scoped = typeof body['subscriptionId'] === 'string' ? `azure:${body['subscriptionId'].toLowerCase()}` : scope.scope;
    if (kind === 'LINK') {
      const link = await this.seenNetworks.link(trx, call, String(body['from']), String(body['to']), scoped);
      if (link) return { outcome: link.outcome };
      const message = `the network at the other end, ${String(body['to'])}, is not known: import it to get the link`;
      return { outcome: 'SKIPPED', problems: [{ path: at, code: 'peer_unknown', message, value: body['to'] }] };
    }
    const said = scope.seen ? body : { ...body, prefixes: body['cidrs'] };
    const space = scope.seen ? scope.addressSpace : String(body['addressSpace']);
    const network = await this.seenNetworks.network(trx, call, said as unknown as SeenNetwork, space, scoped);
    const { outcome, differs } = network;
    if (!differs) return { outcome, ...(outcome === 'CREATED' ? { networkId: network.id } : {}) };
    const message = 'Podspan was told other prefixes for this network; it keeps them, and the difference is drift';
    return {
      outcome,
      problems: [{ path: `${at}.addressPrefixes`, code: 'network_prefixes_differ', message, value: said.prefixes, conflictsWith: differs }],
    };
  }
}

/** Writes one row behind a savepoint: what is wrong with it is its verdict. */
export async function attempt(trx: Trx, { at }: StagedRow, work: () => Promise<Done>): Promise<Done> {
  await sql`savepoint import_part`.execute(trx);
  try {
    const done = await work();
    await sql`release savepoint import_part`.execute(trx);
    return done;
  } catch (error) {
    await sql`rollback to savepoint import_part`.execute(trx);
    if (!(error instanceof DomainError)) throw error;
    return { outcome: 'REFUSED', problems: problemsOf(error, at) };
  }
}

function asOutcome(ensured: Ensured): Verdict['outcome'] {
  return ensured === 'CHANGED' ? 'UPDATED' : ensured;
}

/** Parents before their children, as far as both are in the file. */
function parentsFirst(rows: readonly StagedRow[]): readonly StagedRow[] {
  const parents = new Map(rows.map(({ body }) => [body['name'], body['parentPool']]));
  const depth = (name: unknown, seen: number): number =>
    name === undefined || seen > 64 || !parents.has(name) ? 0 : 1 + depth(parents.get(name), seen + 1);
  const depths = new Map(rows.map((row) => [row.no, depth(row.body['parentPool'], 0)]));
  return [...rows].sort((a, b) => (depths.get(a.no) ?? 0) - (depths.get(b.no) ?? 0) || a.no - b.no);
}
