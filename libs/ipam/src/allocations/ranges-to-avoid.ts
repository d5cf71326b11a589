import { Injectable } from '@nestjs/common';
import { aksReservedRanges } from '@podspan/aks';
import type { Cidr } from '@podspan/cidr';
import { InvalidRequest } from '@podspan/errors';
import type { NetworkGraph } from '../domain/network-graph.js';
import { type ReuseSubject, refusalsOf } from '../domain/reuse.js';
import type { Db } from '../postgres/db.js';
import type { Pool } from '../pools/pools.repository.js';
import { EstateRepository } from '../topology/estate.repository.js';
import type { Owner } from './allocation-schemas.js';

/**
 * What a block of a reusable pool must not touch although nobody holds it there: ranges AKS reserves and, where the
 * holder's network is known, everything its pods can reach.
 */
@Injectable()
export class RangesToAvoid {
  constructor(private readonly estate: EstateRepository) {}

  async of(db: Db, pool: Pool, owner: Owner): Promise<readonly Cidr[]> {
    const { subject, graph } = await this.#subject(db, pool, owner);
    const reached = subject ? graph.reach(subject.network).flatMap(({ network }) => network.prefixes) : [];
    return [...aksReservedRanges, ...reached];
  }

  /** @throws InvalidRequest with every rule the range breaks and the path to what it clashes with */
  async check(db: Db, pool: Pool, owner: Owner, cidr: Cidr): Promise<void> {
    const { subject, graph } = await this.#subject(db, pool, owner);
    const refusals = refusalsOf(cidr, subject ?? { name: owner.id, network: '', scope: 'REUSABLE' }, graph);
    if (refusals.length === 0) return;
    throw new InvalidRequest(
      refusals.map(({ rule, code, message, conflictsWith }) => ({ path: 'cidr', code, message, rule, value: String(cidr), ...(conflictsWith === undefined ? {} : { conflictsWith }) })),
      { facts: { reasons: refusals } },
    );
  }

  async #subject(db: Db, pool: Pool, owner: Owner): Promise<{ subject: ReuseSubject | undefined; graph: NetworkGraph }> {
    await this.estate.lockForUse(db);
    const graph = await this.estate.graph(db);
    const cluster = owner.kind === 'CLUSTER' ? (await this.estate.clusters(db)).find(({ name }) => name === owner.id) : undefined;
    const network = cluster?.network ?? pool.network?.name;
    const subject = network === undefined ? undefined : { name: owner.id, network, scope: cluster?.scope ?? ('REUSABLE' as const), serviceCidr: cluster?.serviceCidr };
    return { subject, graph };
  }
}
