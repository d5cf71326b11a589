import type { SourceRef } from './report.js';
import type { GatewayPlan } from './gateway-plan.js';
import { translatedLabels as labels, type KubernetesObject } from './kubernetes-object.js';
import { Names, objectName } from './object-names.js';
import type {
  Forward,
  HeaderChanges,
  Redirect,
  RoutePolicySettings,
  ServedBackend,
  ServedHosts,
  ServedMatch,
  ServedRule,
  Target,
} from './served-hosts.js';

const alb = 'alb.networking.azure.io';
/** AGC-55. A route takes fewer than 128 matches over all its rules. */
const mostRules = 16;
const mostMatches = 120;
const mostMatchesOfRule = 60;

/**
 * HTTPRoutes with the policies attached to them. Rules of one host and one policy share a route, up to 16; precedence among
 * routes of a host is by match, so how rules are spread changes nothing.
 */
export function routeObjects(hosts: readonly ServedHosts[], plan: GatewayPlan): readonly KubernetesObject[] {
  const names = new Names();
  const ordered = [...hosts].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return ordered.flatMap((served) =>
    byPolicy(served.rules).flatMap(([policy, rules]) =>
      chunks(sharedRules(rules)).flatMap((held) => {
        const namespace = held[0]?.sources[0]?.namespace ?? plan.namespace;
        const name = names.take(objectName(served.scheme.toLowerCase(), served.hostnames[0] ?? 'any-host'));
        return [httpRoute(served, held, { name, namespace }, plan), ...routePolicies(policy, { name, namespace })];
      }),
    ),
  );
}

function placeOf({ scheme, hostnames }: ServedHosts): string {
  return `${hostnames.join()} ${scheme}`;
}

function byPolicy(rules: readonly ServedRule[]): readonly [RoutePolicySettings, readonly ServedRule[]][] {
  const groups = new Map<string, [RoutePolicySettings, ServedRule[]]>();
  for (const rule of rules) {
    const policy = rule.target.kind === 'forward' ? rule.target.policy : {};
    const key = JSON.stringify([policy.timeoutSeconds, policy.affinity, policy.wafPolicy]);
    const group = groups.get(key) ?? [policy, []];
    groups.set(key, group);
    group[1].push(rule);
  }
  return [...groups.values()];
}

function httpRoute(
  { scheme, hostnames }: ServedHosts,
  rules: readonly ServedRule[],
  { name, namespace }: { readonly name: string; readonly namespace: string },
  plan: GatewayPlan,
): KubernetesObject {
  const sources = [...new Set(rules.flatMap((rule) => rule.sources.map((ref) => `${ref.namespace}/${ref.name}`)))].sort();
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace, labels, annotations: { 'podspan.dev/translated-from': sources.join(',') } },
    spec: {
      parentRefs: plan.parentsOf({ scheme, hostnames }).map(({ gateway, listener }) => ({
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        name: gateway,
        namespace: plan.namespace,
        sectionName: listener,
      })),
      ...(hostnames.length === 0 ? {} : { hostnames }),
      rules: rules.map((rule) => ruleObject(rule, namespace)),
    },
  };
}

function ruleObject({ matches, target }: ServedRule, namespace: string): object {
  const filters = filtersOf(target, matches);
  return {
    matches: matches.map(matchObject),
    ...(filters.length === 0 ? {} : { filters }),
    ...(target.kind === 'forward' ? { backendRefs: target.backends.map((backend) => backendRef(backend, namespace)) } : {}),
  };
}

function matchObject({ type, value, headers }: ServedMatch): object {
  return {
    path: { type, value },
    ...(headers && headers.length > 0 ? { headers: headers.map((header) => ({ type: 'Exact', ...header })) } : {}),
  };
}

function backendRef({ namespace, service, port, weight }: ServedBackend, routeNamespace: string): object {
  return {
    group: '',
    kind: 'Service',
    name: service,
    ...(namespace === routeNamespace ? {} : { namespace }),
    port,
    ...(weight === undefined ? {} : { weight }),
  };
}

function filtersOf(target: Target, matches: readonly ServedMatch[]): readonly object[] {
  if (target.kind === 'nothing') return [];
  if (target.kind === 'redirect') return [{ type: 'RequestRedirect', requestRedirect: redirectOf(target) }];
  const urlRewrite = rewriteOf(target, matches);
  return [
    ...(urlRewrite ? [{ type: 'URLRewrite', urlRewrite }] : []),
    ...(target.requestHeaders ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: headersOf(target.requestHeaders) }] : []),
    ...(target.responseHeaders ? [{ type: 'ResponseHeaderModifier', responseHeaderModifier: headersOf(target.responseHeaders) }] : []),
  ];
}

export function redirectOf({ scheme, hostname, path, port, code }: Redirect): object {
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(path === undefined ? {} : { path: { type: 'ReplaceFullPath', replaceFullPath: path } }),
    ...(port === undefined ? {} : { port }),
    statusCode: code,
  };
}

function rewriteOf({ hostname, pathPrefix, fullPath }: Forward, matches: readonly ServedMatch[]): object | undefined {
  const unchanged = pathPrefix === '/' && matches.every(({ value }) => value === '/');
  const path =
    fullPath !== undefined
      ? { type: 'ReplaceFullPath', replaceFullPath: fullPath }
      : pathPrefix === undefined || unchanged
        ? undefined
        : { type: 'ReplacePrefixMatch', replacePrefixMatch: pathPrefix };
  if (hostname === undefined && !path) return undefined;
  return { ...(hostname === undefined ? {} : { hostname }), ...(path ? { path } : {}) };
}

export function headersOf({ set, add = [], remove }: HeaderChanges): object {
  return { ...(set.length > 0 ? { set } : {}), ...(add.length > 0 ? { add } : {}), ...(remove.length > 0 ? { remove } : {}) };
}

/** AGC-64, AGC-66: attached to the route as a whole. */
function routePolicies(
  { timeoutSeconds, affinity, wafPolicy }: RoutePolicySettings,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): readonly KubernetesObject[] {
  const targetRef = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name, namespace };
  const metadata = { name, namespace, labels };
  const config = {
    ...(timeoutSeconds === undefined ? {} : { timeouts: { routeTimeout: `${timeoutSeconds}s` } }),
    ...(affinity === undefined ? {} : { sessionAffinity: affinityOf(affinity) }),
  };
  const policies: KubernetesObject[] = [];
  if (Object.keys(config).length > 0)
    policies.push({ apiVersion: `${alb}/v1`, kind: 'RoutePolicy', metadata, spec: { targetRef, default: config } });
  if (wafPolicy !== undefined) {
    const spec = { targetRef, webApplicationFirewall: { id: wafPolicy } };
    policies.push({ apiVersion: `${alb}/v1`, kind: 'WebApplicationFirewallPolicy', metadata, spec });
  }
  return policies;
}

/** AGC-69: an application cookie needs a name and a duration. */
export function affinityOf({ cookieName, seconds }: NonNullable<RoutePolicySettings['affinity']>): object {
  if (cookieName === undefined || seconds === undefined) return { affinityType: 'managed-cookie' };
  return { affinityType: 'application-cookie', cookieName, cookieDuration: `${seconds}s` };
}

/** Rules that lead to the same place become one, since precedence is by match; a replaced prefix needs a rule of its own. */
function sharedRules(rules: readonly ServedRule[]): readonly ServedRule[] {
  const shared = new Map<string, { matches: ServedMatch[]; target: Target; sources: Set<SourceRef> }>();
  for (const [index, { matches, target, sources }] of rules.entries()) {
    const alone = target.kind === 'forward' && target.pathPrefix !== undefined;
    let key = alone ? String(index) : JSON.stringify(target);
    while ((shared.get(key)?.matches.length ?? 0) + matches.length > mostMatchesOfRule) key += '+';
    const held = shared.get(key) ?? { matches: [], target, sources: new Set() };
    shared.set(key, held);
    held.matches.push(...matches);
    for (const source of sources) held.sources.add(source);
  }
  return [...shared.values()].map(({ matches, target, sources }) => ({ matches, target, sources: [...sources] }));
}

function chunks(rules: readonly ServedRule[]): readonly (readonly ServedRule[])[] {
  const all: ServedRule[][] = [];
  let matches = 0;
  for (const rule of rules) {
    const last = all.at(-1);
    matches += rule.matches.length;
    if (last && last.length < mostRules && matches <= mostMatches) last.push(rule);
    else {
      all.push([rule]);
      matches = rule.matches.length;
    }
  }
  return all;
}
