import { canonical } from './canonical.js';
import type { ManifestObject } from './manifest-objects.js';
import { toYaml } from './serialize-manifests.js';

/**
 * A folder for `kubectl apply --server-side -k`, as a JSON object of file name and content: one file for each kind, and
 * kustomization.yaml that lists them in the order to apply. Same objects, same bytes.
 */
export function toKustomize(objects: readonly ManifestObject[]): string {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const files = kinds.map((kind) => [`${kind.toLowerCase()}.yaml`, toYaml(objects.filter((object) => object.kind === kind))] as const);
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(([name]) => name),
    sortOptions: { order: 'fifo' },
  };
  return `${JSON.stringify(canonical(Object.fromEntries([['kustomization.yaml', toYaml([kustomization])], ...files])), undefined, 2)}\n`;
}
