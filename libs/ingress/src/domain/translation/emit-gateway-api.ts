import { gatewayObjects } from './emit-gateways.js';
import { grantObjects } from './emit-grants.js';
import { routeObjects } from './emit-routes.js';
import { servicePolicyObjects } from './emit-service-policies.js';
import { planGateways } from './gateway-plan.js';
import { inApplyOrder, type KubernetesObject } from './kubernetes-object.js';
import { countLimits } from './count-limits.js';
import type { Report } from './report.js';
import type { Translated } from './translate-agic.js';
import type { TargetOptions } from './target-options.js';

/** Where the Gateway stands when its routes come from several namespaces. */
const sharedNamespace = 'ingress-gateway';

/** Gateways, routes, policies and grants; nothing when nothing is served. */
export function emitGatewayApi({ hosts, services }: Translated, options: TargetOptions, report: Report): readonly KubernetesObject[] {
  if (hosts.every(({ rules }) => rules.length === 0)) return [];
  const namespaces = [
    ...new Set(hosts.flatMap(({ rules }) => rules.flatMap(({ sources }) => sources.map(({ namespace }) => namespace)))),
  ].sort();
  const [only = options.namespace, ...others] = namespaces;
  const plan = planGateways(hosts, others.length === 0 ? only : sharedNamespace, options, report);
  const routes = routeObjects(hosts, plan);
  const gateways = gatewayObjects(plan, [...new Set(routes.map(({ metadata }) => metadata.namespace ?? ''))].sort(), options);
  countLimits(gateways, routes, report);
  return inApplyOrder([...gateways, ...routes, ...servicePolicyObjects(services), ...grantObjects(gateways, routes)]);
}
