import { Injectable } from '@nestjs/common';
import { aksReservedRanges } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import { NetworkGraph } from '../domain/network-graph.js';
import { type ReuseSubject, refusalsOf } from '../domain/reuse.js';
import type { Db } from '../postgres/db.js';
import type { Pool } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import type { Owner } from './allocation-schemas.js';

/** Somebody who wants a block of a pool. */
export interface Taker {
  readonly pool: Pool;
  readonly owner: Owner;
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
    return new Surroundings(clusters, isAnywhere ? await this.estate.graph(db) : new NetworkGraph([], []));
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  async check(db: Db, pool: Pool, owner: Owner, cidr: Cidr): Promise<void> {
    (await this.around(db, [{ pool, owner }])).check(pool, owner, cidr);
  }
}

export class Surroundings {
  readonly #avoid = new Map<string, readonly Cidr[]>();
  readonly #kubenet: ReadonlySet<string>;

  constructor(
    private readonly clusters: ReadonlyMap<string, ReuseSubject>,
    private readonly graph: NetworkGraph,
  ) {
    this.#kubenet = new Set(graph.kubenet.map(({ cluster }) => cluster));
  }

  /** The same list for all who live in one network. */
  of(pool: Pool, owner: Owner): readonly Cidr[] {
    const subject = subjectOf(pool, owner, this.clusters);
    if (!subject) return aksReservedRanges;
    const key = JSON.stringify([pool.id, subject.network, this.#kubenet.has(subject.name) ? subject.name : '']);
    const known = this.#avoid.get(key) ?? this.#around(pool, subject);
    this.#avoid.set(key, known);
    return known;
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  check(pool: Pool, owner: Owner, cidr: Cidr): void {
    const subject = subjectOf(pool, owner, this.clusters) ?? { name: owner.id, network: '', scope: 'REUSABLE' };
    const refusals = refusalsOf(cidr, subject, this.graph);
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

/** The holder, where the network it lives in is known. */
function subjectOf(pool: Pool, owner: Owner, clusters: ReadonlyMap<string, ReuseSubject>): ReuseSubject | undefined {
  const cluster = owner.kind === 'CLUSTER' ? clusters.get(owner.id) : undefined;
  const network = cluster?.network ?? pool.network?.name;
  return network === undefined
    ? undefined
    : { name: owner.id, network, scope: cluster?.scope ?? 'REUSABLE', serviceCidr: cluster?.serviceCidr };
}
