import { Cidr } from '@podspan/cidr';
import { DomainError, type Problem, problemsOf } from '@podspan/errors';
import { ownerKinds } from '../owner-kinds.js';

/** What a column says, read from its text. Lists are separated by spaces, commas, semicolons or bars inside their cell. */
export type Cell =
  | 'text'
  | 'purpose'
  | 'cidr'
  | 'cidrs'
  | 'texts'
  | 'integer'
  | 'flag'
  | 'instant'
  | 'labels'
  | 'owner'
  | 'rangeKind'
  | 'status'
  | 'origin'
  | 'clusterMode'
  | 'violations'
  | 'object'
  | 'json';

/** The value a cell says; undefined where `problems` say what is wrong with it. */
export function readCell(text: string, cell: Cell, path: string, problems: Problem[]): unknown {
  switch (cell) {
    case 'cidr':
      return readRange(text, path, problems);
    case 'cidrs':
      return listOf(text, path, problems)?.map((part) => readRange(part, path, problems));
    case 'texts':
      return listOf(text, path, problems);
    case 'integer':
      return /^\d{1,9}$/.test(text) ? Number(text) : wrong(path, 'invalid_type', 'a whole number is expected', text, problems);
    case 'flag':
      return /^(true|yes|1)$/i.test(text)
        ? true
        : /^(false|no|0)$/i.test(text)
          ? false
          : wrong(path, 'invalid_type', 'true or false is expected', text, problems);
    case 'instant':
      // PostgreSQL knows no year 0.
      return Number.isNaN(Date.parse(text)) || !/^(?!0000)\d{4}-\d{2}-\d{2}T/.test(text)
        ? wrong(path, 'invalid_format', 'a time such as 2027-01-31T00:00:00Z is expected', text, problems)
        : new Date(text).toISOString();
    case 'labels':
      return readLabels(text, path, problems);
    case 'rangeKind':
      return readOne(['VIRTUAL_NETWORK', 'SUBNET', 'POD_CIDR', 'SERVICE_CIDR', 'OTHER'], text, path, problems);
    case 'status':
      return /^(active|reserved|quarantined)$/i.test(text)
        ? text.toUpperCase()
        : wrong(path, 'invalid_value', 'what is held is ACTIVE, RESERVED or QUARANTINED', text.slice(0, 100), problems);
    case 'origin':
      return readOne(['DECLARED', 'SEEN'], text, path, problems);
    case 'clusterMode':
      return readOne(['OVERLAY', 'KUBENET', 'NODE_SUBNET', 'POD_SUBNET', 'BYO'], text, path, problems);
    case 'violations':
    case 'object':
      return structureOf(readJson(text, path, problems), cell, path, problems);
    case 'json':
      return readJson(text, path, problems);
    case 'owner':
      return readOwner(text, path, problems);
    case 'text':
    case 'purpose':
      return readText(text, cell === 'purpose' ? 100 : 512, path, problems);
  }
}

function readText(text: string, most: number, path: string, problems: Problem[]): string | undefined {
  return text.length > most || text.includes('\0')
    ? wrong(path, 'too_big', `a text has at most ${most} characters and no zero bytes`, text.slice(0, 100), problems)
    : text;
}

function readJson(text: string, path: string, problems: Problem[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return wrong(path, 'invalid_format', 'JSON is expected, as an export writes it', text.slice(0, 100), problems);
  }
}

function listOf(text: string, path: string, problems: Problem[]): readonly string[] | undefined {
  if (text.startsWith('[')) {
    const list = readJson(text, path, problems);
    if (list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string' && item.length <= 512)))
      return list as string[];
    return wrong(path, 'invalid_format', 'a list of texts is expected', text.slice(0, 100), problems);
  }
  const parts = text.split(/[\s,;|]+/).filter(Boolean);
  return parts.length > 0 ? parts : wrong(path, 'required', 'the cell holds separators only', text.slice(0, 100), problems);
}

function readRange(text: string, path: string, problems: Problem[]): string | undefined {
  try {
    return String(Cidr.parse(text));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    problems.push(...problemsOf(error).map((problem) => ({ ...problem, path, value: text.slice(0, 100) })));
    return undefined;
  }
}

function readLabels(text: string, path: string, problems: Problem[]): Readonly<Record<string, string>> | undefined {
  if (text.startsWith('{')) return labelsOf(readJson(text, path, problems), path, problems);
  const pairs = text
    .split(/[;|]/)
    .map((part) => part.trim())
    .filter(Boolean);
  const broken = pairs.find((pair) => pair.includes('\0') || !/^[^=]{1,63}=.{0,255}$/su.test(pair));
  if (broken !== undefined)
    return wrong(path, 'invalid_format', 'labels are key=value, separated by semicolons', broken.slice(0, 100), problems);
  if (pairs.length > 64) return wrong(path, 'too_big', 'a row has at most 64 labels', `${pairs.length} labels`, problems);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** Labels as an object. */
export function labelsOf(value: unknown, path: string, problems: Problem[]): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  const isSound = ([key, member]: [string, unknown]): boolean =>
    typeof member === 'string' && key.length >= 1 && key.length <= 63 && member.length <= 256 && !`${key}${member}`.includes('\0');
  if (entries !== undefined && entries.length <= 64 && entries.every(isSound)) return Object.fromEntries(entries);
  return wrong(
    path,
    'invalid_format',
    'labels are texts by texts of 1 to 63 characters, at most 64 of them',
    JSON.stringify(value).slice(0, 100),
    problems,
  );
}

function readOne(known: readonly string[], text: string, path: string, problems: Problem[]): string | undefined {
  const wanted = text.toUpperCase().replace(/[\s-]/g, '_');
  return known.includes(wanted) ? wanted : wrong(path, 'invalid_value', `it is one of ${known.join(', ')}`, text.slice(0, 100), problems);
}

/** What is kept as a structure: an object, or the rules that a range breaks. */
export function structureOf(value: unknown, cell: 'object' | 'violations', path: string, problems: Problem[]): unknown {
  if (value === undefined) return undefined;
  const isObject = (one: unknown): one is object => typeof one === 'object' && one !== null && !Array.isArray(one);
  const isRule = (one: unknown): boolean =>
    isObject(one) && ['rule', 'code', 'message'].every((member) => typeof Reflect.get(one, member) === 'string');
  if (cell === 'object' ? isObject(value) : Array.isArray(value) && value.every(isRule)) return value;
  const expected = cell === 'object' ? 'an object is expected' : 'a list of {rule, code, message} is expected';
  return wrong(path, 'invalid_format', `${expected}, as an export writes it`, JSON.stringify(value).slice(0, 100), problems);
}

function readOwner(text: string, path: string, problems: Problem[]): { readonly kind: string; readonly id: string } | undefined {
  const slash = text.indexOf('/');
  const [kind, id] = [text.slice(0, Math.max(slash, 0)), text.slice(slash + 1)];
  if (slash < 1 || id === '' || id.length > 256 || id.includes('\0') || !/^[A-Za-z][A-Za-z0-9_-]{0,62}$/.test(kind))
    return wrong(path, 'invalid_owner', 'an owner is kind/id, such as CLUSTER/aks-1', text.slice(0, 100), problems);
  const known = ownerKinds.find((one) => one === kind.toUpperCase().replaceAll('-', '_'));
  if (known !== undefined) return { kind: known, id };
  problems.push({
    path,
    code: 'unknown_owner_kind',
    message: `'${kind}' is no kind of owner; the kinds are ${ownerKinds.join(', ')}`,
    value: text.slice(0, 100),
    suggestion: `OTHER/${id}`,
  });
  return undefined;
}

function wrong(path: string, code: string, message: string, value: string, problems: Problem[]): undefined {
  problems.push({ path, code, message, value });
  return undefined;
}
