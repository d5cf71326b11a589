import type { YamlPath } from './read-yaml.js';

/** A value put together from several places of a file, which still knows what came from where. */
export interface Traced {
  readonly value: unknown;
  /** Where it is written in the file. */
  readonly origin: YamlPath;
  /** Members with an origin of their own; of others the origin goes on below this one. */
  readonly members?: ReadonlyMap<string, Traced>;
}

/** Everything below `origin` as it is written. */
export function traced(value: unknown, origin: YamlPath): Traced {
  if (!isPlainObject(value)) return { value, origin };
  const members = Object.entries(value).map(([key, member]) => [key, traced(member, [...origin, key])] as const);
  return { value, origin, members: new Map(members) };
}

/** `over` on top of `base`: objects are merged member by member, everything else is replaced. */
export function mergeTraced(base: Traced, over: Traced): Traced {
  if (base.members === undefined || over.members === undefined) return over;
  const members = new Map(base.members);
  for (const [key, member] of over.members) {
    const present = members.get(key);
    members.set(key, present === undefined ? member : mergeTraced(present, member));
  }
  return { origin: over.origin, members, value: Object.fromEntries([...members].map(([key, { value }]) => [key, value])) };
}

/** The same value, said to be written elsewhere as a whole; its members keep their origins. */
export function withOrigin(item: Traced, origin: YamlPath): Traced {
  return { ...item, origin };
}

/** Replaces every text inside; the structure and the origins stay. */
export function mapTexts(item: Traced, change: (text: string, origin: YamlPath) => string): Traced {
  if (item.members !== undefined) {
    const members = new Map([...item.members].map(([key, member]) => [key, mapTexts(member, change)] as const));
    return { origin: item.origin, members, value: Object.fromEntries([...members].map(([key, { value }]) => [key, value])) };
  }
  return { origin: item.origin, value: mapPlain(item.value, item.origin, change) };
}

function mapPlain(value: unknown, origin: YamlPath, change: (text: string, origin: YamlPath) => string): unknown {
  if (typeof value === 'string') return change(value, origin);
  if (Array.isArray(value)) return value.map((entry, index) => mapPlain(entry, [...origin, index], change));
  if (isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapPlain(member, [...origin, key], change)]));
  return value;
}

/** Where the value at `path` below `item` is written. */
export function originOf(item: Traced, path: YamlPath): YamlPath {
  const [step, ...rest] = path;
  if (step === undefined) return item.origin;
  const member = item.members?.get(String(step));
  if (member !== undefined) return originOf(member, rest);
  return item.members === undefined ? [...item.origin, ...path] : item.origin;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
