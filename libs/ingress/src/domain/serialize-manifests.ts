import { canonical } from './canonical.js';
import { writeYaml } from './write-yaml.js';

/**
 * One YAML stream. Keys are sorted at every level, so the bytes depend on the content alone. YAML 1.1 quoting,
 * because Kubernetes reads `yes`, `on` and `0o7` the old way.
 */
export function toYaml(objects: readonly object[]): string {
  return objects.map(writeYaml).join('---\n');
}

/** A `List`, which kubectl applies as it stands; keys sorted as in the YAML. */
export function toJson(objects: readonly object[]): string {
  return `${JSON.stringify(canonical({ apiVersion: 'v1', kind: 'List', items: objects }), undefined, 2)}\n`;
}
