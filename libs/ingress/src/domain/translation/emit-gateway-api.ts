import { gatewayObjects } from './emit-gateways.js';
import { grantObjects } from './emit-grants.js';
import { routeObjects } from './emit-routes.js';
import { servicePolicyObjects } from './emit-service-policies.js';
import { planGateways } from './gateway-plan.js';
import { inApplyOrder, type KubernetesObject } from './kubernetes-object.js';
import { countLimits } from './count-limits.js';
import type { Report } from './report.js';
import type { ServedRule } from './served-hosts.js';
import type { Translated } from './translate-agic.js';
import type { TargetOptions } from './target-options.js';

/** Where the Gateway stands when its routes come from several namespaces. */
const sharedNamespace = 'ingress-gateway';

/** Gateways, routes, policies and grants; nothing when nothing is served. */
export function emitGatewayApi(
  { hosts: wanted, services }: Translated,
  options: TargetOptions,
  report: Report,
): readonly KubernetesObject[] {
  const hosts = wanted.map((served) => ({ ...served, rules: served.rules.map((rule) => withKnownCode(rule, report)) }));
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

/** Bundles before 1.5 (AGC-43) know 301 and 302 alone; the others say the same to a GET. */
function withKnownCode(rule: ServedRule, report: Report): ServedRule {
  const { target } = rule;
  if (target.kind !== 'redirect' || target.code === 301 || target.code === 302) return rule;
  const code = target.code === 308 ? 301 : 302;
  for (const source of rule.sources) {
    const message = `redirects with ${code} in place of ${target.code}, which Gateway API 1.5 and newer take: a POST may be repeated as a GET`;
    report.warning(source, {
      rule: 'AGC-54',
      message,
      action: `change it to ${target.code} from Kubernetes 1.36 and ALB Controller 1.11.1 on`,
    });
  }
  return { ...rule, target: { ...target, code } };
}
