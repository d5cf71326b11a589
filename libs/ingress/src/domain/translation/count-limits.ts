import { limits } from '../limits.js';
import type { KubernetesObject } from './kubernetes-object.js';
import type { Report } from './report.js';
import { memberAt } from './source-objects.js';
import { loadBalancerName } from './target-options.js';

/** AGC-15, counted over the whole output; more than one load balancer takes blocks. */
export function countLimits(gateways: readonly KubernetesObject[], objects: readonly KubernetesObject[], report: Report): void {
  const routes = objects.filter(({ kind }) => kind === 'HTTPRoute');
  const rules = routes.flatMap(({ spec }) => listAt(spec, 'rules'));
  const listeners = gateways.flatMap(({ spec }) => listAt(spec, 'listeners'));
  const certificates = new Set(
    listeners.flatMap((listener) => listAt(memberAt(listener, 'tls'), 'certificateRefs').map((ref) => JSON.stringify(ref))),
  );
  const services = new Set(
    routes.flatMap(({ metadata, spec }) =>
      listAt(spec, 'rules').flatMap((rule) =>
        listAt(rule, 'backendRefs').map((ref) => JSON.stringify([memberAt(ref, 'namespace') ?? metadata.namespace, memberAt(ref, 'name')])),
      ),
    ),
  );
  const counts = {
    routes: routes.length,
    rules: rules.length,
    listeners: listeners.length,
    certificates: certificates.size,
    services: services.size,
  };
  for (const [name, count] of Object.entries(counts) as [keyof typeof counts, number][]) {
    const { most, of, rule } = limits[name];
    if (count <= most) continue;
    const message = `${count} is more than the limit of ${most} ${of}`;
    const action = 'spread the Ingresses over several Application Gateways for Containers and translate each set';
    const namespace = gateways[0]?.metadata.namespace ?? '';
    report.unsupported({ kind: 'Gateway', namespace, name: loadBalancerName }, { rule, message, action, blocking: true });
  }
}

function listAt(value: unknown, member: string): readonly unknown[] {
  const list = memberAt(value, member);
  return Array.isArray(list) ? list : [];
}
