import type { Problem } from '@podspan/errors';
import { kubernetesName } from '../kubernetes-names.js';
import { byCodePoint, hostnamesOf } from '../listeners.js';
import { labelsOf, type AgicObject } from '../manifest-objects.js';
import type { RouteIntent } from '../route-intent.js';
import type { ProhibitedTarget, RenderedAgic } from './agic-gateway.js';
import { forwards } from './agic-doors.js';
import { pathOf } from './agic-groups.js';

type Prohibiting = Pick<RenderedAgic, 'name' | 'namespace' | 'prohibitedTargets' | 'watchNamespaces'>;

/** AGIC-30: the targets in an order of their own, with the names of their objects. */
export function namedTargets(
  { name, prohibitedTargets }: Pick<Prohibiting, 'name' | 'prohibitedTargets'>,
  by: 'prohibited' | 'chart' = 'prohibited',
): readonly ({ readonly name: string } & ProhibitedTarget)[] {
  return prohibitedTargets
    .map(({ hostname, paths }) => ({
      ...(hostname === undefined ? {} : { hostname }),
      ...(paths ? { paths: [...paths].sort(byCodePoint) } : {}),
    }))
    .sort((a, b) => byCodePoint(JSON.stringify(a), JSON.stringify(b)))
    .map((target, index) => ({ name: `${kubernetesName(name)}.${by}.${index + 1}`, ...target }));
}

/** In a namespace that AGIC sees. */
export function prohibitedTargetObjects(gateway: Prohibiting): readonly AgicObject[] {
  const namespace = gateway.watchNamespaces?.[0] ?? gateway.namespace;
  return namedTargets(gateway).map(({ name, ...spec }) => ({
    apiVersion: 'appgw.ingress.k8s.io/v1',
    kind: 'AzureIngressProhibitedTarget',
    metadata: { name, namespace, labels: labelsOf(gateway.namespace) },
    spec,
  }));
}

/** A route that AGIC would never program, because its host and path are left to somebody else. */
export function checkNotProhibited({ prohibitedTargets }: RenderedAgic, route: RouteIntent): readonly Problem[] {
  return forwards(route).flatMap((rule): Problem[] => {
    const { value } = pathOf(rule);
    const target = prohibitedTargets.find(
      ({ hostname, paths = [] }) =>
        hostnamesOf(route).some((host) => hostname === undefined || hostname === host) &&
        (paths.length === 0 || paths.some((prohibited) => `${value}/`.startsWith(prohibited.toLowerCase().slice(0, -1)))),
    );
    if (!target) return [];
    return [
      {
        path: `rules[${route.rules.indexOf(rule)}].match`,
        code: 'target_prohibited',
        message: 'the gateway leaves this host and path to somebody else: AGIC would not serve the rule',
        value,
        conflictsWith: target,
        suggestion: 'another host or path, or a gateway without that prohibited target',
        rule: 'AGIC-30',
      },
    ];
  });
}
