import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import type { CallContext } from '@podspan/platform';
import { groupBy } from '../domain/group-by.js';
import type { Db } from '../postgres/db.js';
import { OccupiedByNetworks } from '../pools/occupied-by-networks.js';
import { type ChangedRange, DiscoveredRangesRepository } from './discovered-ranges.repository.js';

/** What follows for pools and conflicts when discovered ranges change. The caller holds the topology's lock for change. */
@Injectable()
export class SettleDiscovered {
  constructor(
    private readonly ranges: DiscoveredRangesRepository,
    private readonly occupied: OccupiedByNetworks,
  ) {}

  /** Free space is computed anew where the ranges lie, so ranges over one another count once and come back once. */
  async execute(db: Db, call: Pick<CallContext, 'actor'>, changed: readonly ChangedRange[]): Promise<void> {
    for (const [spaceId, ofSpace] of groupBy(changed, (range) => range.spaceId)) {
      await this.occupied.refresh(
        db,
        spaceId,
        ofSpace.map(({ cidr }) => Cidr.parse(cidr)),
      );
    }
    await this.ranges.settle(
      db,
      changed.map(({ id }) => id),
      call.actor.subject,
    );
  }

  /** Prefixes of on-premises and external networks came or went: nobody may be given what is in use there. */
  occupy(db: Db, spaceId: string, prefixes: readonly Cidr[]): Promise<void> {
    return this.occupied.refresh(db, spaceId, prefixes);
  }

  /** Networks came or have other prefixes: what was seen of them is in another place now, or in one for the first time. */
  async networksChanged(db: Db, call: Pick<CallContext, 'actor'>, networkIds: readonly string[]): Promise<void> {
    await this.ranges.adopt(db, networkIds);
    await this.execute(db, call, await this.ranges.ofNetworks(db, networkIds));
  }

  /** Networks go: their ranges stay, in no known place. */
  async withoutNetworks(
    db: Db,
    call: Pick<CallContext, 'actor'>,
    networkIds: readonly string[],
    remove: () => Promise<void>,
  ): Promise<void> {
    const left = await this.ranges.ofNetworks(db, networkIds);
    await remove();
    await this.execute(db, call, left);
  }
}
