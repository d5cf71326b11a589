import { CidrText, Instant, Name } from '@podspan/platform';
import { z } from 'zod';
import { conflictKinds } from '../domain/conflicts.js';
import { linkKinds, networkKinds } from '../domain/link-kinds.js';
import { HistoryPageQuery } from '../history/as-of.js';

export const Reference = z.string().min(1).max(128).describe('An id or a name');

/** Query flag: `?force`, `?force=true`; anything but true and false is refused. */
export const Flag = z
  .enum(['true', 'false', ''])
  .optional()
  .transform((text) => text === 'true' || text === '');

export const ForceQuery = z.object({ force: Flag, dryRun: z.string().optional().describe('true: do everything, keep nothing') });
export type ForceQuery = z.infer<typeof ForceQuery>;

export const AddressSpaceBody = z
  .strictObject({ name: Name, description: z.string().max(1000).optional() })
  .meta({ id: 'AddressSpaceBody', description: 'A compartment in which exclusive ranges never overlap' });
export type AddressSpaceBody = z.infer<typeof AddressSpaceBody>;

export const AddressSpaceView = z
  .object({ id: z.uuid(), name: z.string(), description: z.string().nullable(), createdAt: Instant })
  .meta({ id: 'AddressSpace' });
export type AddressSpaceView = z.infer<typeof AddressSpaceView>;

export const NetworkKind = z.enum(networkKinds).meta({ id: 'NetworkKind' });
export const LinkKind = z.enum(linkKinds).meta({ id: 'LinkKind' });

const Prefixes = z.array(CidrText).min(1).max(1000).describe('The ranges of the network');

export const NetworkBody = z
  .strictObject({
    name: Name,
    addressSpace: Reference,
    kind: NetworkKind,
    prefixes: Prefixes,
    region: z.string().min(1).max(64).optional(),
    subscriptionId: z.string().min(1).max(64).optional(),
    resourceId: z.string().min(1).max(512).optional(),
  })
  .meta({ id: 'NetworkBody', description: 'A VNet, an on-premises range or an external range' });
export type NetworkBody = z.infer<typeof NetworkBody>;

export const NetworkPatch = z
  .strictObject({
    name: z.unknown().optional().describe('immutable'),
    addressSpace: z.unknown().optional().describe('immutable'),
    kind: z.unknown().optional().describe('immutable'),
    prefixes: Prefixes.optional(),
    region: z.string().min(1).max(64).nullable().optional(),
    subscriptionId: z.string().min(1).max(64).nullable().optional(),
    resourceId: z.string().min(1).max(512).nullable().optional(),
  })
  .meta({ id: 'NetworkPatch', description: 'Merge patch: null clears a member' });
export type NetworkPatch = z.infer<typeof NetworkPatch>;

export const RoutingDomainView = z
  .object({
    name: z.string().describe('The first of its networks by name'),
    networks: z.array(z.string()).describe('The networks connected by links, sorted'),
  })
  .meta({ id: 'RoutingDomain', description: 'Observed, not declared: a connected component of the graph of links' });

export const NetworkView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    addressSpace: z.string(),
    kind: NetworkKind,
    prefixes: z.array(CidrText),
    region: z.string().nullable(),
    subscriptionId: z.string().nullable(),
    resourceId: z.string().nullable(),
    routingDomain: RoutingDomainView,
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Network' });
export type NetworkView = z.infer<typeof NetworkView>;

/** As a list has it: without the routing domain where the query asks for that. */
export const ListedNetwork = NetworkView.partial({ routingDomain: true }).meta({ id: 'ListedNetwork' });
export type ListedNetwork = z.infer<typeof ListedNetwork>;

/** Of the list of networks. */
export const NetworksQuery = HistoryPageQuery.extend({
  names: z.string().max(8_000).optional().describe('Only these, names or ids, with commas between them'),
  routingDomain: z.enum(['true', 'false']).default('true').describe('false: without the routing domain, which is as long as the estate'),
});
export type NetworksQuery = z.infer<typeof NetworksQuery>;

export const LinkBody = z
  .strictObject({ from: Reference, to: Reference, kind: LinkKind })
  .meta({ id: 'LinkBody', description: 'An edge between two networks; it has no direction' });
export type LinkBody = z.infer<typeof LinkBody>;

export const LinkView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    from: z.string(),
    to: z.string(),
    kind: LinkKind,
    forced: z.boolean().describe('Recorded with ?force=true although it made conflicts'),
    createdAt: Instant,
  })
  .meta({ id: 'Link' });
export type LinkView = z.infer<typeof LinkView>;

export const MeshBody = z
  .strictObject({ name: Name, description: z.string().max(1000).optional() })
  .meta({ id: 'MeshBody', description: "Clusters that dial each other's pod addresses" });
export type MeshBody = z.infer<typeof MeshBody>;

export const MeshView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string().nullable(),
    members: z.array(z.string()),
    forcedMembers: z.array(z.string()).describe('Those recorded with ?force=true whose pod range overlaps that of another member'),
    createdAt: Instant,
  })
  .meta({ id: 'Mesh' });
export type MeshView = z.infer<typeof MeshView>;

export const ConflictRangeView = z
  .object({ cidr: CidrText, holderKind: z.enum(['NETWORK', 'CLUSTER', 'ALLOCATION', 'DISCOVERED']), holder: z.string() })
  .meta({ id: 'ConflictRange' });

export const ClashView = z
  .object({
    kind: z.enum(conflictKinds).meta({ id: 'ConflictKind' }),
    rule: z.string(),
    ranges: z.array(ConflictRangeView).describe('The two ranges that overlap'),
    path: z.array(z.string()).describe('The networks that bring them together'),
    via: z.array(LinkKind).describe('The kind of each link on the path'),
    message: z.string(),
  })
  .meta({ id: 'Clash' });
export type ClashView = z.infer<typeof ClashView>;

export const ConflictView = ClashView.extend({
  id: z.uuid(),
  since: Instant,
  checkedAt: Instant.describe('When the estate was last compared'),
  dataSeenAt: Instant.nullable().describe('When Azure was last seen to hold the ranges; null where only Podspan knows them'),
  ageSeconds: z.int().describe('Age of the data: seconds since dataSeenAt, else since checkedAt'),
  openedBy: z.string(),
  resolvedAt: Instant.nullable().describe('Null while it is open'),
  resolvedBy: z.string().nullable(),
}).meta({ id: 'Conflict' });
export type ConflictView = z.infer<typeof ConflictView>;

export const ConflictQuery = HistoryPageQuery.extend({
  status: z.enum(['OPEN', 'RESOLVED', 'ALL']).meta({ id: 'ConflictStatus' }).default('OPEN').describe('Resolved ones are the history'),
  kind: z.enum(conflictKinds).optional(),
  holder: z.string().min(1).max(256).optional().describe('The network, cluster or allocation that holds one of the ranges'),
});
export type ConflictQuery = z.infer<typeof ConflictQuery>;

/** Answers list this many clashes at most, and count them all. */
export const MOST_CLASHES_SHOWN = 1000;

export const SimulateBody = z
  .strictObject({
    addLinks: z.array(LinkBody).max(1000).optional(),
    removeLinks: z
      .array(z.union([Reference, LinkBody]))
      .max(1000)
      .optional()
      .describe('Ids, names, or from, to and kind'),
    addPrefixes: z
      .array(z.strictObject({ network: Reference, cidr: CidrText }))
      .max(1000)
      .optional(),
    addToMesh: z
      .array(z.strictObject({ mesh: Reference, cluster: z.string().min(1).max(128) }))
      .max(1000)
      .optional(),
  })
  .meta({ id: 'SimulateBody' });
export type SimulateBody = z.infer<typeof SimulateBody>;

export const SimulateView = z
  .object({
    conflicts: z.array(ClashView).describe('Clashes the change would make, the first 1,000'),
    conflictCount: z.int().describe('All of them'),
    resolved: z.array(ClashView).describe('Clashes the change would end, the first 1,000'),
    resolvedCount: z.int(),
  })
  .meta({ id: 'Simulation' });
export type SimulateView = z.infer<typeof SimulateView>;
