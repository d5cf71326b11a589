import { stringify } from 'yaml';
import type { ManifestObject } from './manifest-objects.js';

/**
 * One YAML stream. Keys are sorted at every level, so the bytes depend on the content alone. YAML 1.1 quoting,
 * because Kubernetes reads `yes`, `on` and `0o7` the old way.
 */
export function toYaml(objects: readonly ManifestObject[]): string {
  return objects
    .map((object) => stringify(object, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: true }))
    .join('---\n');
}

/** A `List`, which kubectl applies as it stands; keys sorted as in the YAML. */
export function toJson(objects: readonly ManifestObject[]): string {
  return `${JSON.stringify(sorted({ apiVersion: 'v1', kind: 'List', items: objects }), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
