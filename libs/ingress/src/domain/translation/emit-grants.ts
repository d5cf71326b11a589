import { translatedLabels as labels, type KubernetesObject } from './kubernetes-object.js';
import { objectName } from './object-names.js';
import { memberAt } from './source-objects.js';

/** AGC-56: every reference into another namespace is answered 500 until that namespace allows it. One grant per target. */
export function grantObjects(gateways: readonly KubernetesObject[], routes: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const wanted = new Map<string, { kind: string; name: string; namespace: string; from: Map<string, string> }>();
  const ask = (target: { kind: string; name: string; namespace: string }, from: KubernetesObject): void => {
    if (target.namespace === from.metadata.namespace) return;
    const key = `${target.namespace}/${target.kind}/${target.name}`;
    const held = wanted.get(key) ?? { ...target, from: new Map<string, string>() };
    wanted.set(key, held);
    held.from.set(from.metadata.namespace ?? '', from.kind);
  };
  for (const gateway of gateways)
    for (const secret of foreignReferences(gateway.spec, 'listeners', 'certificateRefs')) ask({ kind: 'Secret', ...secret }, gateway);
  for (const route of routes)
    for (const service of foreignReferences(route.spec, 'rules', 'backendRefs')) ask({ kind: 'Service', ...service }, route);
  return [...wanted.values()].map(({ kind, name, namespace, from }) => ({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: objectName('routes', kind.toLowerCase(), name), namespace, labels },
    spec: {
      from: [...from]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([source, sourceKind]) => ({ group: 'gateway.networking.k8s.io', kind: sourceKind, namespace: source })),
      to: [{ group: '', kind, name }],
    },
  }));
}

/** The references that name a namespace: `member` below each item of `list`, or below its `tls`. */
function foreignReferences(spec: unknown, list: string, member: string): readonly { name: string; namespace: string }[] {
  return listAt(spec, list)
    .flatMap((item) => [...listAt(item, member), ...listAt(memberAt(item, 'tls'), member)])
    .flatMap((reference) => {
      const [name, namespace] = [memberAt(reference, 'name'), memberAt(reference, 'namespace')];
      return typeof name === 'string' && typeof namespace === 'string' ? [{ name, namespace }] : [];
    });
}

function listAt(value: unknown, member: string): readonly unknown[] {
  const list = memberAt(value, member);
  return Array.isArray(list) ? list : [];
}
