import { servedRoutes } from './arbitrary-served.js';
import type fc from 'fast-check';
import type { RenderedAgic } from '../domain/agic/agic-gateway.js';
import type { ManifestObject } from '../domain/manifest-objects.js';
import type { RouteIntent } from '../domain/route-intent.js';
import { agicTraffic, type ModifiedPath, type PlainIngress } from './agic-traffic.js';
import type { TrafficAnswer, TrafficRequest } from './traffic.js';

export function anAgic(over: Partial<RenderedAgic> = {}): RenderedAgic {
  const name = over.name ?? 'shop';
  return {
    kind: 'AGIC',
    name,
    namespace: 'shop',
    resourceId: `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-west-01-agic/providers/Microsoft.Network/applicationGateways/${name}`,
    frontends: ['public'],
    sku: 'WAF_V2',
    prohibitedTargets: [],
    ...over,
  };
}

/** Routes as a team might put them on AGIC, with redirects to HTTPS beside those that have TLS. */
export const agicRoutes: fc.Arbitrary<readonly RouteIntent[]> = servedRoutes([{ fullPath: '/unused' }]).map((all) =>
  all.flatMap((route, index): RouteIntent[] => {
    const rules = route.rules.filter(({ redirect }) => !redirect);
    if (rules.length === 0) return [];
    const redirected = route.tls && index % 2 === 0;
    const { name, hostnames } = route;
    return [
      { ...route, rules },
      ...(redirected
        ? [{ name: `${name}-http`, hostnames, rules: [{ backends: [], redirect: { scheme: 'HTTPS' as const, status: 301 } }] }]
        : []),
    ];
  }),
);

interface Rewrite {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly rewriteRules: readonly { readonly actions: { readonly urlConfiguration?: { readonly modifiedPath?: string } } }[];
  };
}

/** What an Application Gateway answers for rendered objects. */
export function trafficOf(objects: readonly ManifestObject[]): (request: TrafficRequest) => TrafficAnswer {
  const rewrites = objects.filter(({ kind }) => kind === 'AzureApplicationGatewayRewrite') as unknown as readonly Rewrite[];
  const modifiedPath: ModifiedPath = (namespace, name) =>
    rewrites
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name)
      ?.spec.rewriteRules.map(({ actions }) => actions.urlConfiguration?.modifiedPath)
      .at(-1);
  const ingresses = objects.filter(({ kind }) => kind === 'Ingress') as unknown as readonly PlainIngress[];
  return agicTraffic(ingresses, (_, { service }) => service.port.number, modifiedPath);
}
