import type { FleetFile } from './fleet-schema.js';
import type { FileProblem } from './check-shape.js';
import { formatPath } from './paths.js';
import type { YamlPath } from './read-yaml.js';

type Named = { readonly name?: unknown };
type Loose = { readonly [Kind in keyof FleetFile]?: unknown };

const KINDS = ['addressSpaces', 'networks', 'meshes', 'pools'] as const;

/** Names that stand twice, links that stand twice, and pools that are their own ancestors. Takes the file as it is, valid or not. */
export function checkNames(file: Loose): readonly FileProblem[] {
  return [
    ...KINDS.flatMap((kind) => duplicates(listOf(file[kind]), (item) => text(item, 'name'), [kind], 'name')),
    ...duplicateLinks(listOf(file.links)),
    ...poolCycles(listOf(file.pools)),
  ];
}

/** Every later holder of a key, with where the first one is. */
export function duplicates<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
  root: YamlPath,
  member: string,
): readonly FileProblem[] {
  const first = new Map<string, number>();
  return items.flatMap((item, index) => {
    const key = keyOf(item);
    const earlier = key === undefined ? undefined : first.get(key);
    if (key === undefined) return [];
    if (earlier === undefined) {
      first.set(key, index);
      return [];
    }
    const origin = [...root, index, member];
    const other = formatPath([...root, earlier]);
    return [
      {
        path: formatPath(origin),
        origin,
        code: 'duplicate_name',
        message: `'${key}' is the name of ${other} already`,
        value: key,
        conflictsWith: other,
      },
    ];
  });
}

function duplicateLinks(links: readonly unknown[]): readonly FileProblem[] {
  const keyOf = (link: unknown): string | undefined => {
    const [from, to, kind] = [text(link, 'from'), text(link, 'to'), text(link, 'kind')];
    return from === undefined || to === undefined || kind === undefined ? undefined : [...[from, to].sort(), kind].join(' ');
  };
  return duplicates(links, keyOf, ['links'], 'from').map(({ value, conflictsWith, origin, path }) => ({
    path,
    origin,
    conflictsWith,
    code: 'duplicate_link',
    message: `the same two networks are linked the same way by ${String(conflictsWith)} already`,
    value,
  }));
}

function poolCycles(pools: readonly unknown[]): readonly FileProblem[] {
  const parents = new Map(pools.map((pool) => [text(pool, 'name') ?? '', text(pool, 'parentPool')] as const));
  const told = new Set<string>();
  return pools.flatMap((pool, index) => {
    const name = text(pool, 'name');
    const cycle = name === undefined || told.has(name) ? undefined : cycleFrom(name, parents);
    if (cycle === undefined) return [];
    for (const member of cycle) told.add(member);
    const origin = ['pools', index, 'parentPool'];
    return [
      {
        path: formatPath(origin),
        origin,
        code: 'pool_cycle',
        message: `the pools are one another's parents: ${[...cycle, cycle[0]].join(' -> ')}`,
        value: text(pool, 'parentPool'),
        conflictsWith: cycle,
      },
    ];
  });
}

/** The cycle a pool is on, beginning with it; a pool that merely leads to a cycle is not on it. */
function cycleFrom(start: string, parents: ReadonlyMap<string, string | undefined>): readonly string[] | undefined {
  const way: string[] = [];
  for (let name: string | undefined = start; name !== undefined && !way.includes(name); name = parents.get(name)) way.push(name);
  return parents.get(way.at(-1) ?? '') === start ? way : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function text(item: unknown, member: keyof (Named & { from: 0; to: 0; kind: 0; parentPool: 0 })): string | undefined {
  const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, member) : undefined;
  return typeof value === 'string' ? value : undefined;
}
