import type { Problem } from '@podspan/errors';
import { unguarded } from '../csv.js';
import { type Cell, readCell } from './csv-cells.js';
import { type ImportKind, importKinds, type ImportRow, refusedRow } from './import-row.js';

/** Every column by the name in the report. Upper and lower case, blanks, dashes and underscores make no difference. */
export const csvColumns: Readonly<Record<string, Cell>> = {
  kind: 'text',
  name: 'text',
  description: 'text',
  addressSpace: 'text',
  cidr: 'cidr',
  cidrs: 'cidrs',
  network: 'text',
  networkKind: 'text',
  region: 'text',
  subscriptionId: 'text',
  resourceId: 'text',
  from: 'text',
  to: 'text',
  linkKind: 'text',
  pool: 'text',
  reuse: 'text',
  parentPool: 'text',
  purposes: 'texts',
  minPrefixLength: 'integer',
  maxPrefixLength: 'integer',
  defaultPrefixLength: 'integer',
  strategy: 'text',
  cooldownSeconds: 'integer',
  owner: 'owner',
  ownerKind: 'text',
  ownerId: 'text',
  purpose: 'purpose',
  expiresAt: 'instant',
  rangeKind: 'rangeKind',
  cluster: 'text',
  routed: 'flag',
  labels: 'labels',
  quotas: 'json',
  growthBlock: 'cidr',
  status: 'status',
  availableAt: 'instant',
  origin: 'origin',
  members: 'texts',
  forcedMembers: 'texts',
  mode: 'clusterMode',
  vnetId: 'text',
  violations: 'violations',
  facts: 'object',
  since: 'instant',
  checkedAt: 'instant',
  addressPlan: 'text',
  planPools: 'object',
  spec: 'object',
  addresses: 'object',
};

/** Names people use for the same column. */
const synonyms: Readonly<Record<string, string>> = {
  type: 'kind',
  prefix: 'cidr',
  prefixes: 'cidrs',
  addressprefix: 'cidr',
  addressprefixes: 'cidrs',
  range: 'cidr',
  space: 'addressSpace',
  vrf: 'addressSpace',
  vnet: 'network',
  location: 'region',
  subscription: 'subscriptionId',
  id: 'resourceId',
};

interface Shape {
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The columns of each kind of row. A cell with a text in any other column of the table is told as ignored. */
export const csvShapes: Readonly<Record<ImportKind, Shape>> = {
  ADDRESS_SPACE: { required: ['name'], optional: ['description'] },
  NETWORK: { required: ['name', 'addressSpace', 'cidrs'], optional: ['networkKind', 'region', 'subscriptionId', 'resourceId', 'origin'] },
  PREFIX: { required: ['network', 'cidrs'], optional: [] },
  LINK: { required: ['from', 'to', 'linkKind'], optional: ['origin', 'subscriptionId'] },
  MESH: { required: ['name'], optional: ['description', 'members', 'forcedMembers'] },
  POOL: {
    required: ['name', 'addressSpace', 'cidrs', 'reuse'],
    optional: [
      'network',
      'parentPool',
      'purposes',
      'minPrefixLength',
      'maxPrefixLength',
      'defaultPrefixLength',
      'strategy',
      'cooldownSeconds',
      'labels',
      'quotas',
    ],
  },
  ALLOCATION: {
    required: ['pool', 'cidr', 'owner', 'purpose'],
    optional: ['expiresAt', 'labels', 'growthBlock', 'network', 'status', 'availableAt'],
  },
  DISCOVERED_RANGE: {
    required: ['cidr'],
    optional: [
      'name',
      'addressSpace',
      'network',
      'rangeKind',
      'cluster',
      'resourceId',
      'routed',
      'labels',
      'mode',
      'subscriptionId',
      'vnetId',
      'violations',
      'facts',
      'since',
      'checkedAt',
    ],
  },
  PLANNED_CLUSTER: { required: ['addressPlan', 'planPools', 'spec', 'addresses'], optional: ['name'] },
};

export interface CsvHeader {
  /** The column at each position; undefined for one that nobody knows. */
  readonly columns: readonly (string | undefined)[];
  readonly unknown: readonly string[];
  readonly problems: readonly Problem[];
}

export function readHeader(names: readonly string[]): CsvHeader {
  const byKey = new Map(Object.keys(csvColumns).map((name) => [name.toLowerCase(), name]));
  const columns = names.map((name) => {
    const key = name.toLowerCase().replace(/[\s_-]/g, '');
    return byKey.get(key) ?? synonyms[key];
  });
  const problems: Problem[] = columns.flatMap((column, index) =>
    column !== undefined && columns.indexOf(column) !== index
      ? [{ path: `lines[1].${column}`, code: 'duplicate_column', message: `two columns are called ${column}`, value: names[index] }]
      : [],
  );
  if (!columns.some((column) => column !== undefined)) {
    problems.push({
      path: 'lines[1]',
      code: 'header_required',
      message: 'the first line names the columns, and none of its names is known',
      value: names.slice(0, 20).join(',').slice(0, 200),
      suggestion: 'kind,name,addressSpace,cidr,network,pool,owner,purpose',
    });
  }
  return { columns, unknown: names.filter((name, index) => columns[index] === undefined && name.trim() !== ''), problems };
}

export interface CsvDefaults {
  readonly kind?: ImportKind | undefined;
  readonly addressSpace?: string | undefined;
}

/** One line as a row of its kind, or with everything that is wrong with it. `ignored` is told of cells nobody reads. */
export function readLine(
  cells: readonly string[],
  header: CsvHeader,
  at: string,
  defaults: CsvDefaults,
  ignored: (column: string, at: string) => void,
): ImportRow {
  const problems: Problem[] = [];
  if (cells.length !== header.columns.length) {
    problems.push({
      path: at,
      code: 'column_count',
      message: `the line has ${cells.length} cells, the header ${header.columns.length} columns`,
      value: cells.length,
      conflictsWith: header.columns.length,
      suggestion: 'put a cell that holds the separator into quotes',
    });
  }
  const texts = new Map<string, string>();
  header.columns.forEach((column, index) => {
    const text = unguarded(cells[index]?.trim() ?? '');
    if (column !== undefined && text !== '' && !texts.has(column)) texts.set(column, text);
  });
  const name = texts.get('name') ?? texts.get('cidr') ?? null;
  const kind = kindOf(texts, defaults, at, problems);
  if (kind === undefined) return refusedRow(at, name, problems);
  const values = readValues(texts, kind, defaults, at, problems, ignored);
  return problems.length > 0 ? refusedRow(at, name, problems, kind) : { at, kind, name, values, problems: [] };
}

function kindOf(texts: ReadonlyMap<string, string>, defaults: CsvDefaults, at: string, problems: Problem[]): ImportKind | undefined {
  const text = texts.get('kind');
  if (text === undefined) {
    if (defaults.kind !== undefined) return defaults.kind;
    problems.push({
      path: `${at}.kind`,
      code: 'required',
      message: `the line does not say its kind: ${importKinds.join(', ')}`,
      suggestion: 'DISCOVERED_RANGE',
    });
    return undefined;
  }
  const wanted = text.toUpperCase().replace(/[\s-]/g, '_');
  const kind = importKinds.find((one) => one === wanted || `${one}S` === wanted);
  if (kind === undefined)
    problems.push({
      path: `${at}.kind`,
      code: 'unknown_kind',
      message: `a kind is one of ${importKinds.join(', ')}`,
      value: text.slice(0, 200),
    });
  return kind;
}

function readValues(
  given: ReadonlyMap<string, string>,
  kind: ImportKind,
  defaults: CsvDefaults,
  at: string,
  problems: Problem[],
  ignored: (column: string, at: string) => void,
): Readonly<Record<string, unknown>> {
  const shape = csvShapes[kind];
  const texts = withStandIns(given, shape, defaults);
  const known = new Set(['kind', ...shape.required, ...shape.optional]);
  for (const column of given.keys()) if (!known.has(column) && !standsIn(column, shape)) ignored(column, at);
  for (const column of shape.required)
    if (!texts.has(column)) problems.push({ path: `${at}.${column}`, code: 'required', message: `a row of kind ${kind} has a ${column}` });
  return Object.fromEntries(
    [...shape.required, ...shape.optional].flatMap((column) => {
      const text = texts.get(column);
      const value = text === undefined ? undefined : readCell(text, csvColumns[column] ?? 'text', `${at}.${column}`, problems);
      return value === undefined ? [] : [[column, value] as const];
    }),
  );
}

/** `cidr` serves where a list is wanted and the other way round; an owner may come as two columns. */
function withStandIns(given: ReadonlyMap<string, string>, shape: Shape, defaults: CsvDefaults): ReadonlyMap<string, string> {
  const texts = new Map(given);
  const take = (wanted: string, text: string | undefined): void => {
    if (text !== undefined && !texts.has(wanted)) texts.set(wanted, text);
  };
  take('cidrs', given.get('cidr'));
  take('cidr', given.get('cidrs'));
  const [kind, id] = [given.get('ownerKind'), given.get('ownerId')];
  if (kind !== undefined && id !== undefined) take('owner', `${kind}/${id}`);
  if (shape.required.includes('addressSpace') || shape.optional.includes('addressSpace')) take('addressSpace', defaults.addressSpace);
  return texts;
}

function standsIn(column: string, { required }: Shape): boolean {
  if (column === 'cidr' || column === 'cidrs') return required.includes('cidr') || required.includes('cidrs');
  return (column === 'ownerKind' || column === 'ownerId') && required.includes('owner');
}
