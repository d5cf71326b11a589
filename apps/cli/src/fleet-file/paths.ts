import type { YamlPath } from './read-yaml.js';

/** `clusters[3].nodePools[0].maxPods` as keys and indexes. What is no such path is one key. */
export function parsePath(path: string): YamlPath {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) => (index === undefined ? (key ?? '') : Number(index)));
}

export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`),
    '',
  );
}
