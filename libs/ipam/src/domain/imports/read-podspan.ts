import type { Problem } from '@podspan/errors';
import { linkKinds, networkKinds } from '../link-kinds.js';
import { labelsOf, readCell, structureOf } from './csv-cells.js';
import { csvColumns, csvShapes } from './csv-columns.js';
import { bounded, type ImportKind, type ImportRow, refusedRow } from './import-row.js';

type Item = Readonly<Record<string, unknown>>;

/** Whether a document is what an export of Podspan writes as JSON: a list of things of one kind. */
export function isExport(document: unknown): document is readonly unknown[] {
  return Array.isArray(document) && document.length > 0 && kindOf(document[0]) !== undefined;
}

/** The rows of an export, each validated as a line of a CSV is. What Podspan says of itself (ids, times, who) is not read. */
export function readExport(document: readonly unknown[]): readonly ImportRow[] {
  return document.map((item, index) => bounded(readItem(item, `[${index}]`)));
}

function readItem(item: unknown, at: string): ImportRow {
  const kind = kindOf(item);
  if (kind === undefined) {
    const message =
      'it is neither an address space, a network, a link, a mesh, a pool, an allocation, a planned cluster nor a discovered range as an export writes them';
    return refusedRow(at, null, [{ path: at, code: 'unknown_kind', message, value: item }]);
  }
  const given = membersOf(kind, item as Item);
  const name = typeof given['name'] === 'string' ? given['name'] : typeof given['cidr'] === 'string' ? given['cidr'] : null;
  const problems: Problem[] = [];
  const { required, optional } = csvShapes[kind];
  const values = Object.fromEntries(
    [...required, ...optional].flatMap((member) => {
      const value = given[member] ?? undefined;
      const path = `${at}.${member}`;
      if (value === undefined && required.includes(member))
        problems.push({ path, code: 'required', message: `a row of kind ${kind} has a ${member}` });
      const read = value === undefined ? undefined : readMember(member, value, path, problems);
      return read === undefined ? [] : [[member, read] as const];
    }),
  );
  return problems.length > 0 ? refusedRow(at, name, problems, kind) : { at, kind, name, values, problems: [] };
}

function readMember(member: string, value: unknown, path: string, problems: Problem[]): unknown {
  const cell = csvColumns[member] ?? 'text';
  if (cell === 'labels') return labelsOf(value, path, problems);
  if (cell === 'json') return value;
  if (cell === 'object' || cell === 'violations') return structureOf(value, cell, path, problems);
  if (cell === 'cidrs' || cell === 'texts') {
    if (Array.isArray(value)) return value.map((one) => readCell(String(one), cell === 'cidrs' ? 'cidr' : 'text', path, problems));
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return readCell(String(value), cell, path, problems);
  problems.push({ path, code: 'invalid_type', message: 'it is not what an export writes here', value });
  return undefined;
}

/** The members of a view by the names of the columns. */
function membersOf(kind: ImportKind, item: Item): Item {
  if (kind === 'NETWORK') return { ...item, cidrs: item['prefixes'], networkKind: item['kind'] };
  if (kind === 'LINK') return { ...item, linkKind: item['kind'] };
  if (kind === 'DISCOVERED_RANGE') return { ...item, rangeKind: item['kind'], kind: undefined };
  if (kind !== 'ALLOCATION') return item;
  const { kind: ownerKind, id } = isItem(item['owner']) ? item['owner'] : {};
  return { ...item, owner: `${text(ownerKind)}/${text(id)}` };
}

function kindOf(item: unknown): ImportKind | undefined {
  if (!isItem(item)) return undefined;
  const has = (...members: readonly string[]): boolean => members.every((member) => member in item);
  if (has('pool', 'cidr', 'owner', 'purpose')) return 'ALLOCATION';
  if (has('addressPlan', 'planPools', 'spec', 'addresses')) return 'PLANNED_CLUSTER';
  if (has('cidr', 'scope', 'violations', 'facts')) return 'DISCOVERED_RANGE';
  if (has('name', 'members', 'forcedMembers')) return 'MESH';
  if (has('name', 'addressSpace', 'cidrs', 'reuse')) return 'POOL';
  if (has('from', 'to') && linkKinds.some((kind) => kind === item['kind'])) return 'LINK';
  if (has('name', 'prefixes', 'addressSpace') && networkKinds.some((kind) => kind === item['kind'])) return 'NETWORK';
  return has('name', 'description', 'createdAt') && Object.keys(item).length <= 4 ? 'ADDRESS_SPACE' : undefined;
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
