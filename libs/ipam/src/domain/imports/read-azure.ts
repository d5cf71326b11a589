import { bounded, type ImportRow, type IgnoredField, refusedRow, skipped } from './import-row.js';
import { AzureResource, isFields } from './azure-resource.js';
import { isCluster, readCluster } from './read-cluster.js';
import { isNetwork, readNetwork, readSubnetAlone } from './read-network.js';

export const azureFormats = ['AZURE_JSON', 'RESOURCE_GRAPH'] as const;
export type AzureFormat = (typeof azureFormats)[number];

export interface AzureReading {
  readonly format: AzureFormat;
  readonly rows: readonly ImportRow[];
  /** Remarks about the file as a whole, such as that it is one page of several. */
  readonly remarks: readonly { readonly code: string; readonly message: string }[];
  readonly ignored: readonly IgnoredField[];
}

/**
 * Reads `az network vnet list`, `az aks list` (with or without `--query`), lists of ARM and answers of Azure Resource Graph,
 * as rows or as a table. Nothing is dropped: what is neither a network nor a cluster is a row that says so.
 */
export function readAzure(document: unknown): AzureReading {
  const { format, prefix, items, remarks } = resourcesIn(document);
  const ignored = new Map<string, string>();
  const rows = items.flatMap((item, index): readonly ImportRow[] => {
    const at = `${prefix}[${index}]`;
    if (!isFields(item))
      return [
        refusedRow(at, null, [{ path: at, code: 'not_a_resource', message: 'a resource is an object with a name and an id', value: item }]),
      ];
    const resource = new AzureResource(item);
    const read = readResource(resource, at);
    for (const field of resource.unread) if (!ignored.has(field)) ignored.set(field, at);
    return read;
  });
  return { format, rows: rows.map(bounded), remarks, ignored: [...ignored].map(([field, at]) => ({ field: field.slice(0, 200), at })) };
}

function readResource(resource: AzureResource, at: string): readonly ImportRow[] {
  const type = typeOf(resource);
  if (type === 'SUBNET') return readSubnetAlone(resource, at);
  if (type === 'NETWORK') return readNetwork(resource, at);
  if (type === 'CLUSTER') return readCluster(resource, at);
  const what = resource.text('type') ?? 'without a type';
  return [
    skipped(
      at,
      resource.name ?? null,
      'not_a_network_or_cluster',
      `a resource ${what} has no ranges that Podspan knows; its members are ${resource.names.slice(0, 20).join(', ')}`,
    ),
  ];
}

/** By its type, by its id, and for projections without either by its members. */
function typeOf(resource: AzureResource): 'NETWORK' | 'SUBNET' | 'CLUSTER' | undefined {
  const said = `${resource.text('type') ?? ''} ${resource.id ?? ''}`.toLowerCase();
  if (/virtualnetworks\/([^/]+\/)?subnets(\/| |$)/.test(said)) return 'SUBNET';
  if (/microsoft\.network\/virtualnetworks(\/[^/]+)?( |$)/.test(said)) return 'NETWORK';
  if (/microsoft\.containerservice\/managedclusters(\/[^/]+)?( |$)/.test(said)) return 'CLUSTER';
  if (/microsoft\./.test(said)) return undefined;
  if (isNetwork(resource)) return 'NETWORK';
  return isCluster(resource) ? 'CLUSTER' : undefined;
}

interface Found {
  readonly format: AzureFormat;
  /** The path of the list in the document. */
  readonly prefix: string;
  readonly items: readonly unknown[];
  readonly remarks: AzureReading['remarks'];
}

function resourcesIn(document: unknown): Found {
  if (Array.isArray(document)) return { format: 'AZURE_JSON', prefix: '', items: document, remarks: [] };
  if (!isFields(document)) return { format: 'AZURE_JSON', prefix: '', items: [document], remarks: [] };
  const { data, value } = document;
  if (Array.isArray(data)) return { format: 'RESOURCE_GRAPH', prefix: 'data', items: data, remarks: remarksOf(document) };
  if (isFields(data) && Array.isArray(data['rows']) && Array.isArray(data['columns'])) {
    return { format: 'RESOURCE_GRAPH', prefix: 'data.rows', items: tableRows(data['columns'], data['rows']), remarks: remarksOf(document) };
  }
  if (Array.isArray(value)) return { format: 'AZURE_JSON', prefix: 'value', items: value, remarks: remarksOf(document) };
  return { format: 'AZURE_JSON', prefix: '', items: [document], remarks: [] };
}

/** A table of Resource Graph: columns with names, rows of values in their order. A row of another length is no resource. */
function tableRows(columns: readonly unknown[], rows: readonly unknown[]): readonly unknown[] {
  const names = columns.map((column, index) => {
    const name = isFields(column) ? column['name'] : column;
    return typeof name === 'string' ? name : `column ${index + 1}`;
  });
  return rows.map((row) =>
    Array.isArray(row) && row.length === names.length ? Object.fromEntries(names.map((name, index) => [name, row[index] as unknown])) : row,
  );
}

function remarksOf(document: Readonly<Record<string, unknown>>): AzureReading['remarks'] {
  const more = ['nextLink', 'skip_token', 'skipToken', '$skipToken'].find(
    (name) => typeof document[name] === 'string' && document[name] !== '',
  );
  const cut = ['resultTruncated', 'result_truncated'].some((name) => [true, 'true', 'True'].includes(document[name] as boolean));
  if (more === undefined && !cut) return [];
  return [{ code: 'more_pages', message: `the file is one page of several (${more ?? 'resultTruncated'}): import the others too` }];
}
