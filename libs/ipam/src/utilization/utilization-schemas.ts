import { AddressCount } from '@podspan/platform';
import { z } from 'zod';
import { AsOf } from '../history/as-of.js';
import { ReuseKind, UtilizationView } from '../pools/pool-schemas.js';
import { Flag } from '../topology/topology-schemas.js';

export const UtilizationQuery = z.object({
  asOf: AsOf,
  breakdown: Flag.describe('true: by what the used addresses are used'),
});
export type UtilizationQuery = z.infer<typeof UtilizationQuery>;

export const BreakdownView = z
  .object({
    heldAddresses: AddressCount.describe('Held by somebody, with what is kept for growth; a shared range once'),
    quarantinedAddresses: AddressCount.describe('Released, and resting before others may have them'),
    childPoolAddresses: AddressCount.describe('Given to child pools, whether used there or not'),
    otherAddresses: AddressCount.describe('Seen in use elsewhere: discovered, on-premises and external ranges'),
  })
  .meta({ id: 'UtilizationBreakdown' });
export type BreakdownView = z.infer<typeof BreakdownView>;

export const PoolUtilizationView = UtilizationView.extend({
  freeByLength: z
    .array(
      z
        .object({
          family: z.int(),
          prefixLength: z.int(),
          freeBlocks: z.int().describe('Largest free blocks of exactly this length'),
          available: AddressCount.describe('How many blocks of the length can be given in all'),
        })
        .meta({ id: 'LengthCount' }),
    )
    .describe('What can be had of each length, from the largest free block on'),
  breakdown: BreakdownView.nullable().describe('Only when asked for'),
}).meta({ id: 'PoolUtilization' });
export type PoolUtilizationView = z.infer<typeof PoolUtilizationView>;

const Fill = { usedAddresses: AddressCount, totalAddresses: AddressCount, percent: z.number() };

export const SpaceUtilizationView = z
  .object({
    addressSpace: z.string(),
    families: z
      .array(z.object({ family: z.int(), ...Fill }).meta({ id: 'FamilyUtilization' }))
      .describe('Of the exclusive root pools: what is held at any depth; what a child pool has but nobody holds is not used'),
    pools: z.array(
      z
        .object({
          pool: z.string(),
          parentPool: z.string().nullable(),
          reuse: ReuseKind,
          ...Fill,
          largestFreePrefixLength: z.int().nullable(),
        })
        .meta({ id: 'PoolFill' }),
    ),
  })
  .meta({ id: 'SpaceUtilization' });
export type SpaceUtilizationView = z.infer<typeof SpaceUtilizationView>;

export const SpaceSavingsView = z
  .object({
    addressSpace: z.string(),
    clusters: z.int(),
    nodes: z.int().describe('At their peak, with surge'),
    flatAddresses: AddressCount.describe('What the nodes and pods would take from the networks in flat mode (SN-11)'),
    overlayAddresses: AddressCount.describe('What the nodes take in overlay mode'),
    savedAddresses: AddressCount,
    flatSubnetAddresses: AddressCount.describe('The same in whole subnets, as networks are cut (SN-10, SN-11)'),
    overlaySubnetAddresses: AddressCount,
    savedSubnetAddresses: AddressCount,
    podAddresses: AddressCount.describe('All pod ranges, each as often as it is used'),
    podAddressesShared: AddressCount.describe('The same, a shared range counted once'),
  })
  .meta({ id: 'SpaceSavings' });
export type SpaceSavingsView = z.infer<typeof SpaceSavingsView>;
