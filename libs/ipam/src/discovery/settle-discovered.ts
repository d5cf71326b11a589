import { Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import type { CallContext } from '@podspan/platform';
import { groupBy } from '../domain/group-by.js';
import type { Db } from '../postgres/db.js';
import { OccupiedByNetworks } from '../pools/occupied-by-networks.js';
import { DiscoveredRangesRepository } from './discovered-ranges.repository.js';

/** A discovered range that came, changed or went. */
export interface ChangedRange {
  readonly id: string;
  readonly spaceId: string;
  readonly cidr: string;
}

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
}
