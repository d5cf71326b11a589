import { isWire, textAt, type Wire } from '@podspan/aks';
import type { Problem } from '@podspan/errors';

/** The clusters and networks of a listing, as ARM has them on the wire. */
export interface Listing {
  readonly clusters: readonly Wire[];
  readonly networks: readonly Wire[];
  /** Application Gateways. */
  readonly gateways: readonly Wire[];
  readonly problems: readonly Problem[];
}

/** Members that the command line writes in its own way. */
const wireNames: Readonly<Record<string, string>> = {
  vnetSubnetId: 'vnetSubnetID',
  podSubnetId: 'podSubnetID',
  podIpAllocationMode: 'podIPAllocationMode',
  dnsServiceIp: 'dnsServiceIP',
};
/** What stands beside `properties` on the wire; the command line flattens all the rest into it. */
const envelope = new Set([
  'id',
  'name',
  'type',
  'location',
  'tags',
  'identity',
  'sku',
  'zones',
  'etag',
  'eTag',
  'kind',
  'extendedLocation',
]);
/** Values that Azure compares without case. */
const lowered = new Set(['networkPlugin', 'networkPluginMode', 'networkDataplane', 'networkPolicy']);

/**
 * Reads `az aks list`, `az network vnet list`, `az network application-gateway list`, an ARM list (`value`) or the rows of Resource Graph (`data`), in any mixture. Members
 * nobody knows stay where they are. Types decide, then shape: a cluster has node pools, a network an address space.
 */
export function readListing(items: readonly unknown[], path: string): Listing {
  const lists = { clusters: [] as Wire[], networks: [] as Wire[], gateways: [] as Wire[] };
  const problems: Problem[] = [];
  items.forEach((item, index) => {
    const at = `${path}[${index}]`;
    const kind = kindOf(item);
    if (!isWire(item) || kind === undefined) return problems.push(notReadable(at, item));
    const wire = wireOf(item);
    if (idOf(wire) === undefined) return problems.push(withoutId(at, wire));
    return lists[kind].push(wire);
  });
  return { ...lists, problems };
}

/** The list in a document: an array, or an object with one. `undefined` when there is none. */
export function itemsOf(document: unknown): readonly unknown[] | undefined {
  if (Array.isArray(document)) return document as readonly unknown[];
  if (!isWire(document)) return undefined;
  const list = document['value'] ?? document['data'];
  return Array.isArray(list) ? (list as readonly unknown[]) : undefined;
}

function kindOf(item: unknown): 'clusters' | 'networks' | 'gateways' | undefined {
  if (!isWire(item)) return undefined;
  const type = (textAt(item, 'type') ?? textAt(item, 'id') ?? '').toLowerCase();
  if (type.includes('microsoft.containerservice/managedclusters')) return 'clusters';
  if (type.includes('microsoft.network/virtualnetworks')) return 'networks';
  if (type.includes('microsoft.network/applicationgateways')) return 'gateways';
  const members = isWire(item['properties']) ? item['properties'] : item;
  if ('agentPoolProfiles' in members || 'networkProfile' in members) return 'clusters';
  return 'addressSpace' in members ? 'networks' : undefined;
}

/** As ARM has it: what the command line flattened goes back under `properties`. */
function wireOf(item: Wire): Wire {
  const properties = isWire(item['properties'])
    ? item['properties']
    : Object.fromEntries(Object.entries(item).filter(([key]) => !envelope.has(key)));
  const outside = Object.fromEntries(Object.entries(item).filter(([key]) => envelope.has(key)));
  const wire = { ...outside, properties: renamed(properties) as Wire };
  return { ...wire, id: idOf(item) ?? idFrom(item) };
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(renamed);
  if (!isWire(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const text = typeof member === 'string' && lowered.has(key) ? member.toLowerCase() : member;
      return [wireNames[key] ?? key, renamed(text)];
    }),
  );
}

function idOf(item: Wire): string | undefined {
  return typeof item['id'] === 'string' && item['id'].startsWith('/subscriptions/') ? item['id'] : undefined;
}

/** A `--query` often keeps the name and the group only. */
function idFrom(item: Wire): string | undefined {
  const { name, resourceGroup, subscriptionId } = item;
  if (typeof name !== 'string' || typeof resourceGroup !== 'string') return undefined;
  const subscription = typeof subscriptionId === 'string' ? subscriptionId : '00000000-0000-0000-0000-000000000000';
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

function notReadable(path: string, value: unknown): Problem {
  return {
    path,
    code: 'not_a_cluster',
    message: 'neither a managed cluster, nor a virtual network, nor an Application Gateway',
    value: typeof value === 'object' && value !== null ? Object.keys(value).slice(0, 10) : value,
    suggestion:
      'the output of az aks list or az network vnet list, without --query or with one that keeps id, agentPoolProfiles and networkProfile',
  };
}

function withoutId(path: string, item: Wire): Problem {
  return {
    path: `${path}.id`,
    code: 'required',
    message: 'a cluster is known by its id, or by its name and resourceGroup',
    value: item['name'],
    suggestion: 'keep id in --query',
  };
}
