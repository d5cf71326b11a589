import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import type { CallContext } from '@podspan/platform';
import { auditAll } from '../allocations/audit-trail.js';
import { SettleDiscovered } from '../discovery/settle-discovered.js';
import { groupBy } from '../domain/group-by.js';
import { selfOverlapProblems } from '../domain/pool.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import type { Trx } from '../postgres/db.js';
import { auditable } from './change-networks.js';
import { type NetworkRow, NetworksRepository } from './networks.repository.js';
import { checkReach, type SpaceRow, SpacesRepository } from './spaces.repository.js';
import type { NetworkBody } from './topology-schemas.js';

/** Many new networks in a few statements. The caller checks the topology around it. */
@Injectable()
export class AddNetworks {
  constructor(
    private readonly spaces: SpacesRepository,
    private readonly networks: NetworksRepository,
    private readonly settle: SettleDiscovered,
  ) {}

  /** @throws InvalidRequest, Forbidden or Conflict when one of them cannot be; which one is told when each is made alone */
  async execute(trx: Trx, call: CallContext, bodies: readonly NetworkBody[]): Promise<void> {
    if (bodies.length === 0) return;
    const problems = new ProblemList();
    const spaces = await this.#spaces(trx, bodies);
    for (const { addressSpace, prefixes } of bodies) {
      const space = spaces.get(addressSpace);
      if (space) checkReach(call.actor, space);
      else problems.add(unknownReference('addressSpace', 'address space', addressSpace));
      problems.add(
        ...selfOverlapProblems(
          prefixes.map((text) => Cidr.parse(text)),
          'prefixes',
        ),
      );
    }
    problems.refuseIfAny();
    const added = await this.networks.insertAll(
      trx,
      bodies.flatMap((body) => {
        const space = spaces.get(body.addressSpace);
        return space ? [{ body, spaceId: space.id }] : [];
      }),
    );
    await this.#occupy(trx, added);
    const known = added.filter(({ resource_id: id }) => id !== null);
    if (known.length > 0)
      await this.settle.networksChanged(
        trx,
        call,
        known.map(({ id }) => id),
      );
    await auditAll(
      trx,
      call,
      added.map((network) => ({ action: 'network.created', kind: 'network', id: network.id, after: auditable(network) })),
    );
  }

  async #spaces(trx: Trx, bodies: readonly NetworkBody[]): Promise<ReadonlyMap<string, SpaceRow>> {
    const found = new Map<string, SpaceRow>();
    for (const key of new Set(bodies.map(({ addressSpace }) => addressSpace))) {
      const space = await this.spaces.find(trx, key);
      if (space) found.set(key, space);
    }
    return found;
  }

  async #occupy(trx: Trx, added: readonly NetworkRow[]): Promise<void> {
    const foreign = added.filter(({ kind }) => kind !== 'VIRTUAL_NETWORK');
    for (const [spaceId, ofSpace] of groupBy(foreign, ({ space_id: id }) => id))
      await this.settle.occupy(
        trx,
        spaceId,
        ofSpace.flatMap(({ prefixes }) => prefixes.map((text) => Cidr.parse(text))),
      );
  }
}
