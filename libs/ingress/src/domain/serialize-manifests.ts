import { dump } from 'js-yaml';
import { canonical } from './canonical.js';

/**
 * One YAML stream. Keys are sorted at every level, so the bytes depend on the content alone. YAML 1.1 quoting,
 * because Kubernetes reads `yes`, `on` and `0o7` the old way.
 */
export function toYaml(objects: readonly object[]): string {
  return objects.map((object) => dump(object, { sortKeys: true, noRefs: true, lineWidth: -1, skipInvalid: true })).join('---\n');
}

/** A `List`, which kubectl applies as it stands; keys sorted as in the YAML. */
export function toJson(objects: readonly object[]): string {
  return `${JSON.stringify(canonical({ apiVersion: 'v1', kind: 'List', items: objects }), undefined, 2)}\n`;
}
