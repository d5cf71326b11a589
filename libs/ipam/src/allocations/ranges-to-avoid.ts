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

/**
 * The caller holds the topology's lock for use.
 * What a block of a reusable pool must not touch although nobody holds it there: ranges AKS reserves and, where the
 * holder's network is known, everything its pods can reach.
 */
@Injectable()
export class RangesToAvoid {
  constructor(private readonly estate: EstateRepository) {}

  async of(db: Db, pool: Pool, owner: Owner): Promise<readonly Cidr[]> {
    const subject = await this.#subject(db, pool, owner);
    if (!subject) return aksReservedRanges;
    const graph = await this.estate.graph(db);
    return [...aksReservedRanges, ...graph.reach(subject.network).flatMap(({ network }) => network.prefixes)];
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  async check(db: Db, pool: Pool, owner: Owner, cidr: Cidr): Promise<void> {
    const subject = await this.#subject(db, pool, owner);
    const graph = subject ? await this.estate.graph(db) : new NetworkGraph([], []);
    const refusals = refusalsOf(cidr, subject ?? { name: owner.id, network: '', scope: 'REUSABLE' }, graph);
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

  /** The holder, where the network it lives in is known. */
  async #subject(db: Db, pool: Pool, owner: Owner): Promise<ReuseSubject | undefined> {
    const cluster = owner.kind === 'CLUSTER' ? await this.estate.cluster(db, owner.id) : undefined;
    const network = cluster?.network ?? pool.network?.name;
    return network === undefined
      ? undefined
      : { name: owner.id, network, scope: cluster?.scope ?? 'REUSABLE', serviceCidr: cluster?.serviceCidr };
  }
}
