import { Injectable } from '@nestjs/common';
import { aksReservedRanges } from '@podspan/aks';
import { Cidr } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { sql } from 'kysely';
import { NetworkGraph } from '../domain/network-graph.js';
import { type Refusal, type ReuseSubject, refusalsOf } from '../domain/reuse.js';
import { groupBy } from '../domain/group-by.js';
import { type Db, rowsOf } from '../postgres/db.js';
import type { Pool } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import type { Owner } from './allocation-schemas.js';

/** Somebody who wants a block of a pool. */
export interface Taker {
  readonly pool: Pool;
  readonly owner: Owner;
  readonly purpose?: string;
}

/**
 * The caller holds the topology's lock for use.
 * What a block of a reusable pool must not touch although nobody holds it there: ranges AKS reserves and, where the
 * holder's network is known, everything its pods can reach and what kubenet routes beside it (OV-52).
 */
@Injectable()
export class RangesToAvoid {
  constructor(private readonly estate: EstateRepository) {}

  /** Read once for all who want a block. */
  async around(db: Db, takers: readonly Taker[]): Promise<Surroundings> {
    const names = new Set(takers.flatMap(({ owner }) => (owner.kind === 'CLUSTER' ? owner.id : [])));
    const clusters = new Map((await this.estate.clustersNamed(db, [...names])).map((cluster) => [cluster.name, cluster]));
    const isAnywhere = takers.some(({ pool, owner }) => subjectOf(pool, owner, clusters) !== undefined);
    const graph = isAnywhere ? await this.estate.graph(db) : new NetworkGraph([], []);
    const members = await this.#members(db, takers);
    return new Surroundings(clusters, graph, members, await this.#mates(db, members));
  }

  /** The mesh of each cluster that wants a pod range and was not forced to join (NET-22). */
  async #members(db: Db, takers: readonly Taker[]): Promise<ReadonlyMap<string, string>> {
    const names = new Set(takers.flatMap(({ owner, purpose }) => (wantsPods(owner, purpose) ? owner.id : [])));
    if (names.size === 0) return new Map();
    const rows = await rowsOf(
      db,
      sql<{
        cluster: string;
        mesh: string;
      }>`select cluster, mesh_id as mesh from mesh_member where cluster = any(${[...names]}::text[]) and not forced`,
    );
    return new Map(rows.map(({ cluster, mesh }) => [cluster, mesh]));
  }

  /** What the others of their meshes hold. */
  async #mates(db: Db, members: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, readonly Mate[]>> {
    if (members.size === 0) return new Map();
    const rows = await rowsOf(
      db,
      sql<{ cluster: string; name: string; held: string }>`select b.cluster, a.owner_id as name, a.held::text from mesh_member b
        join mesh m on m.id = b.mesh_id join mesh_member d on d.mesh_id = m.id and d.cluster <> b.cluster
        join allocation a on a.owner_id = d.cluster and a.owner_kind = 'CLUSTER' and a.purpose = 'POD_CIDR' and a.holding and a.mesh_no = m.no
        where b.cluster = any(${[...members.keys()]}::text[]) order by a.held`,
    );
    const mates = rows.map(({ cluster, name, held }) => ({ cluster, name, held: Cidr.parse(held) }));
    return groupBy(mates, ({ cluster }) => cluster);
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  async check(db: Db, pool: Pool, owner: Owner, cidr: Cidr): Promise<void> {
    (await this.around(db, [{ pool, owner }])).check(pool, owner, cidr);
  }
}

interface Mate {
  readonly name: string;
  readonly held: Cidr;
}

function wantsPods({ kind }: Owner, purpose: string | undefined): boolean {
  return kind === 'CLUSTER' && purpose === 'POD_CIDR';
}

export class Surroundings {
  readonly #avoid = new Map<string, readonly Cidr[]>();
  readonly #kubenet: ReadonlySet<string>;
  /** What was taken since all this was read, by the mesh. */
  readonly #taken = new Map<string, Mate[]>();

  constructor(
    private readonly clusters: ReadonlyMap<string, ReuseSubject>,
    private readonly graph: NetworkGraph,
    private readonly members: ReadonlyMap<string, string>,
    private readonly mates: ReadonlyMap<string, readonly Mate[]>,
  ) {
    this.#kubenet = new Set(graph.kubenet.map(({ cluster }) => cluster));
  }

  /** The same list for all who live in one network and in no mesh. */
  of(pool: Pool, owner: Owner, purpose?: string): readonly Cidr[] {
    const mates = this.#matesOf(owner, purpose);
    if (mates.length === 0) return this.#ofPlace(pool, owner);
    return [...this.#ofPlace(pool, owner), ...mates.map(({ held }) => held)];
  }

  /** A block found its taker: the others of the taker's mesh keep off it. */
  took(owner: Owner, purpose: string, held: Cidr): void {
    const mesh = wantsPods(owner, purpose) ? this.members.get(owner.id) : undefined;
    if (mesh === undefined) return;
    const taken = this.#taken.get(mesh) ?? [];
    taken.push({ name: owner.id, held });
    this.#taken.set(mesh, taken);
  }

  #matesOf(owner: Owner, purpose: string | undefined): readonly Mate[] {
    const mesh = wantsPods(owner, purpose) ? this.members.get(owner.id) : undefined;
    if (mesh === undefined) return [];
    const taken = (this.#taken.get(mesh) ?? []).filter(({ name }) => name !== owner.id);
    return [...(this.mates.get(owner.id) ?? []), ...taken];
  }

  #ofPlace(pool: Pool, owner: Owner): readonly Cidr[] {
    const subject = subjectOf(pool, owner, this.clusters);
    if (!subject) return aksReservedRanges;
    const key = JSON.stringify([pool.id, subject.network, this.#kubenet.has(subject.name) ? subject.name : '']);
    const known = this.#avoid.get(key) ?? this.#around(pool, subject);
    this.#avoid.set(key, known);
    return known;
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  check(pool: Pool, owner: Owner, cidr: Cidr, purpose?: string): void {
    const subject = subjectOf(pool, owner, this.clusters) ?? { name: owner.id, network: '', scope: 'REUSABLE' };
    const inMesh = this.#matesOf(owner, purpose).filter(({ held }) => held.overlaps(cidr));
    const refusals = [...refusalsOf(cidr, subject, this.graph), ...inMesh.map((mate) => mateRefusal(cidr, owner.id, mate))];
    if (refusals.length === 0) return;
    throw new InvalidRequest(
      refusals.map(({ rule, code, message, conflictsWith }) => ({
        path: 'cidr',
        code,
        message,
        rule,
        value: String(cidr),
        ...(conflictsWith === undefined ? {} : { conflictsWith }),
      })),
      { facts: { reasons: refusals } },
    );
  }

  #around(pool: Pool, { name, network }: ReuseSubject): readonly Cidr[] {
    const kubenet = pool.cidrs.flatMap((cidr) => this.graph.kubenetOver(network, cidr)).filter(({ cluster }) => cluster !== name);
    return [
      ...aksReservedRanges,
      ...this.graph.reach(network).flatMap(({ network: reached }) => reached.prefixes),
      ...kubenet.map(({ cidr }) => cidr),
    ];
  }
}

function mateRefusal(cidr: Cidr, cluster: string, { name, held }: Mate): Refusal {
  return {
    rule: 'NET-22',
    code: 'pod_cidr_not_unique_in_mesh',
    clusters: [cluster, name],
    path: [],
    conflictsWith: String(held),
    message: `${cidr} overlaps ${held} of ${name}, a member of the same mesh`,
  };
}

/** The holder, where the network it lives in is known. */
function subjectOf(pool: Pool, owner: Owner, clusters: ReadonlyMap<string, ReuseSubject>): ReuseSubject | undefined {
  const cluster = owner.kind === 'CLUSTER' ? clusters.get(owner.id) : undefined;
  const network = cluster?.network ?? pool.network?.name;
  return network === undefined
    ? undefined
    : { name: owner.id, network, scope: cluster?.scope ?? 'REUSABLE', serviceCidr: cluster?.serviceCidr };
}
