import { shortHash } from '@podspan/aks';
import { canonical } from './canonical.js';
import { kubernetesName } from './kubernetes-names.js';
import type { ManifestObject } from './manifest-objects.js';
import { writeYaml } from './write-yaml.js';

/** The controller beside the objects, as far as its chart is ours to install. */
export interface HelmController {
  /** Null where AKS installs it. */
  readonly chart: string | null;
  readonly namespace: string;
  readonly version: string;
  /** Null until the identity exists. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** The gateway whose objects the chart holds. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
}

/** Objects are data of the chart: nothing in them is a template, whatever braces they hold. */
const template = `{{- range $kind, $objects := .Values.objects }}
{{- range $name, $object := $objects }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
`;

/**
 * A chart for `helm upgrade --install`, as a JSON object of file name and content: the objects stand in values.yaml by kind and
 * name, so that a file of one's own changes a member of one; controller-values.yaml is for the controller's chart. Same objects,
 * same bytes.
 */
export function toHelm(objects: readonly ManifestObject[], gateway: HelmRelease, controller: HelmController): string {
  const name = kubernetesName(gateway.name);
  // Helm makes the namespace of a release, and takes over none that is there.
  const values = writeYaml({ objects: byKindAndName(objects.filter(({ kind }) => kind !== 'Namespace')) });
  const command = `helm upgrade --install ${name} . --namespace ${gateway.namespace} --create-namespace`;
  const chart = {
    apiVersion: 'v2',
    name,
    description: `Ingress gateway ${gateway.name}, written by Podspan`,
    type: 'application',
    version: '0.1.0',
    // Tells one content from another; the chart itself never changes.
    appVersion: shortHash(values, 12),
  };
  const files = {
    'Chart.yaml': writeYaml(chart),
    'values.yaml': `# ${command}\n${values}`,
    'templates/objects.yaml': template,
    ...controllerFile(controller),
  };
  return `${JSON.stringify(canonical(files), undefined, 2)}\n`;
}

function byKindAndName(objects: readonly ManifestObject[]): Readonly<Record<string, Readonly<Record<string, object>>>> {
  const kinds: Record<string, Record<string, object>> = {};
  for (const object of objects) {
    const { metadata } = object;
    const namespace = metadata && 'namespace' in metadata ? metadata.namespace : undefined;
    const name = [namespace, metadata?.name].filter(Boolean).join('/');
    (kinds[object.kind] ??= {})[name] = object;
  }
  return kinds;
}

function controllerFile({ chart, namespace, version, values }: HelmController): Readonly<Record<string, string>> {
  if (chart === null || values === null) return {};
  const release = chart.slice(chart.lastIndexOf('/') + 1);
  const command = `helm upgrade --install ${release} ${chart} --version ${version} --namespace ${namespace} --create-namespace -f controller-values.yaml`;
  return { 'controller-values.yaml': `# Once for the cluster, before the chart of the objects:\n# ${command}\n${writeYaml(values)}` };
}
