import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { gatewayApiVersions } from '../domain/schemas/bundles.js';
import { objectFaults } from '../domain/schemas/object-faults.js';
import type { KubernetesObject } from '../domain/translation/kubernetes-object.js';
import { agicCases } from '../testing/agic-cases.js';
import { agicTraffic, type PlainBackend, type PlainIngress } from '../testing/agic-traffic.js';
import { gatewayTraffic } from '../testing/gateway-traffic.js';
import { translateText } from '../testing/translate-text.js';
import { unaccounted } from '../testing/unaccounted.js';

interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PlainIngress['spec'] & {
    readonly ingressClassName?: string;
    readonly ports?: readonly { name?: string; port: number; targetPort?: unknown }[];
  };
}

describe.each(agicCases)('%s', (_, yaml) => {
  const documents = loadAll(yaml).filter(Boolean) as PlainObject[];

  it('is translated or reported, object by object, field by field, into objects that every Gateway API accepts', async () => {
    const { manifests, report } = await translateText(yaml);
    for (const { kind, metadata } of documents) {
      expect(
        report.some(({ source }) => source.kind === kind && source.name === metadata.name),
        `${kind} ${metadata.name}`,
      ).toBe(true);
    }
    const objects = loadAll(manifests).filter(Boolean) as KubernetesObject[];
    expect(gatewayApiVersions.flatMap((version) => objects.flatMap((object) => objectFaults(object, version)))).toEqual([]);
    expect(documents.flatMap((document) => unaccounted(document, objects, report))).toEqual([]);
    expect((await translateText(yaml)).manifests).toBe(manifests);
  });

  it('routes as AGIC does', async () => {
    const { manifests, blockers } = await translateText(yaml);
    const blocked = new Set(
      blockers.filter(({ source, path }) => source.kind === 'Ingress' && path === undefined).map(({ source }) => source.name),
    );
    const ingresses = documents
      .filter(isAgic)
      .filter(({ metadata }) => !blocked.has(metadata.name))
      .map(withNamespace);
    const before = agicTraffic(ingresses, (namespace, backend) => portOf(documents, namespace, backend));
    const after = [true, false].map((isolated) => gatewayTraffic(loadAll(manifests).filter(Boolean) as KubernetesObject[], isolated));
    const requests = requestsFor(ingresses);
    const different = requests.flatMap((request) => {
      const expected = before(request);
      const answers = after.map((answer) => answer(request).to);
      return expected.narrowed || answers.every((answer) => answer === expected.to) ? [] : [{ request, expected, answers }];
    });
    expect(different).toEqual([]);
  });
});

function isAgic({ apiVersion, kind, metadata, spec }: PlainObject): boolean {
  const annotated = metadata.annotations?.['kubernetes.io/ingress.class'];
  if (kind !== 'Ingress' || apiVersion !== 'networking.k8s.io/v1') return false;
  return annotated === undefined ? spec.ingressClassName === 'azure-application-gateway' : annotated === 'azure/application-gateway';
}

/** Hosts that AGC cannot match are reported as lost; they are left out on both sides. */
function withNamespace({ metadata, spec }: PlainObject): PlainIngress {
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).map(([key, value]) => [
      key,
      key.endsWith('hostname-extension') ? value.replace(/[^,]*\?[^,]*/, '') : value,
    ]),
  );
  const lost = metadata.annotations?.['appgw.ingress.kubernetes.io/hostname-extension']?.includes('?');
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace ?? 'default', annotations },
    spec: { ...spec, rules: (spec.rules ?? []).filter(({ host }) => !(lost && host === undefined)) },
  };
}

/** By number, by name, by target port. */
function portOf(documents: readonly PlainObject[], namespace: string, { service }: PlainBackend): number | undefined {
  const found = documents.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === service.name && (metadata.namespace ?? 'default') === namespace,
  );
  const wanted = String(service.port.name ?? service.port.number);
  if (!found) return service.port.number;
  const ports = found.spec.ports ?? [];
  return (
    ports.find(({ port, name }) => String(port) === wanted || name === wanted) ??
    ports.find(({ targetPort }) => String(targetPort) === wanted)
  )?.port;
}

function requestsFor(ingresses: readonly PlainIngress[]): readonly { scheme: 'HTTP' | 'HTTPS'; host: string; path: string }[] {
  const rules = ingresses.flatMap(({ spec }) => spec.rules ?? []);
  const hosts = [
    ...new Set([
      ...rules.slice(0, 4).map(({ host = 'any.test' }) => host.replace('*', 'some')),
      'www.extended.com',
      'x.extended.com',
      'unknown.test',
    ]),
  ];
  const texts = rules.flatMap(({ http }) => http?.paths.map(({ path = '/' }) => path.replace(/\*$/, '')) ?? []);
  const paths = [
    ...new Set(texts.slice(0, 12).flatMap((text) => [text || '/', `${text}/`, `${text}x`, `${text}/x`, text.replace(/\/$/, '') || '/'])),
  ].filter((path) => !path.includes('//'));
  return (['HTTP', 'HTTPS'] as const).flatMap((scheme) => hosts.flatMap((host) => paths.map((path) => ({ scheme, host, path }))));
}
