import type { Problem } from '@podspan/errors';

/** Names that a request is to make, as `networks home`. What could not be made is told with itself. */
export type DeclaredNames = ReadonlySet<string>;

/** Which kind of thing a member refers to. */
const kinds: Readonly<Record<string, string>> = {
  addressSpace: 'addressSpaces',
  from: 'networks',
  to: 'networks',
  network: 'networks',
  mesh: 'meshes',
  parentPool: 'pools',
};

/** The names in the lists of a topology, whatever else stands there. */
export function declaredNames(topology: unknown): DeclaredNames {
  const lists = typeof topology === 'object' && topology !== null ? Object.entries(topology) : [];
  return new Set(
    lists.flatMap(([kind, items]) =>
      (Array.isArray(items) ? (items as readonly unknown[]) : []).flatMap((item) => {
        const name: unknown = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
        return typeof name === 'string' ? [`${kind} ${name}`] : [];
      }),
    ),
  );
}

/** Without what is unknown only because the part that would make it is wrong itself: one mistake, one problem. */
export function withoutConsequences(problems: readonly Problem[], declared: DeclaredNames): readonly Problem[] {
  const causes = problems.filter(
    ({ code, path, value }) => code !== 'unknown_reference' || !declared.has(`${kindAt(path)} ${String(value)}`),
  );
  // Should there be no other cause, it is no consequence.
  return causes.length === 0 ? problems : causes;
}

function kindAt(path: string): string {
  return path.startsWith('pools.') ? 'pools' : (kinds[/[^.]*$/.exec(path)?.[0] ?? ''] ?? '');
}
