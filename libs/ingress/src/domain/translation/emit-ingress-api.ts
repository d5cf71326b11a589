import { byCodePoint } from '../listeners.js';
import { loadBalancer } from './emit-gateways.js';
import { affinityOf, headersOf, redirectOf } from './emit-routes.js';
import { servicePolicyObjects } from './emit-service-policies.js';
import { inApplyOrder, translatedLabels as labels, type KubernetesObject } from './kubernetes-object.js';
import { Names, objectName } from './object-names.js';
import type { Report } from './report.js';
import type { Forward, ServedHosts, ServedRule, Target } from './served-hosts.js';
import { loadBalancerName, type TargetOptions } from './target-options.js';
import type { Translated } from './translate-agic.js';

const alb = 'alb.networking.azure.io';
const unused = { service: { name: 'ignored-for-redirect', port: { number: 80 } } };

/**
 * Ingress objects, each with an IngressExtension where it rewrites, redirects or sets what AGC has no field for. Objects of one
 * frontend share it; an Ingress with tls listens on 443, one without on 80.
 */
export function emitIngressApi({ hosts, services }: Translated, options: TargetOptions, report: Report): readonly KubernetesObject[] {
  const names = new Names();
  const groups = hosts.flatMap((served) => groupsOf(expressible(served, report)).map((rules) => ({ served, rules })));
  if (groups.length === 0) return [];
  const ordered = groups.sort((a, b) => byCodePoint(placeOf(a), placeOf(b)));
  const home = ordered[0]?.rules[0]?.sources[0]?.namespace ?? options.namespace;
  const objects = ordered.flatMap(({ served, rules }) => ingressObjects(served, rules, names, home, options));
  return inApplyOrder([...loadBalancer(home, options), ...objects, ...servicePolicyObjects(services)]);
}

/** What an Ingress has no field for is reported and left out: regular expressions, headers, weights, WAF, TLS policies, empty answers. */
function expressible(served: ServedHosts, report: Report): ServedHosts {
  if (served.tlsPolicy !== undefined) {
    for (const { source } of sourcesOf(served.rules)) say(source, 'MAP-06', 'the Ingress API has no TLS policy for the frontend', true);
  }
  const rules = served.rules.flatMap((rule): ServedRule[] => {
    const { target } = rule;
    if (target.kind === 'nothing') {
      for (const { source } of sourcesOf([rule]))
        say(source, 'AGC-54', `${shown(rule)} leads nowhere today; an Ingress cannot say so, and other rules may take it`, false);
      return [];
    }
    if (target.kind === 'forward' && (target.policy.wafPolicy !== undefined || target.backends.length !== 1)) {
      const what = target.policy.wafPolicy === undefined ? 'split traffic' : 'attach a WAF policy';
      for (const { source } of sourcesOf([rule])) say(source, 'AGC-54', `the Ingress API cannot ${what}: use api=GATEWAY`, true);
      if (target.backends.length !== 1) return [];
    }
    const matches = rule.matches.filter(({ type, headers = [] }) => type !== 'RegularExpression' && headers.length === 0);
    if (matches.length < rule.matches.length) {
      const message = `of ${shown(rule)} only whole path elements are matched: the Ingress API has neither regular expressions nor headers`;
      for (const { source } of sourcesOf([rule])) say(source, 'AGC-54', message, matches.length === 0);
    }
    return matches.length === 0 ? [] : [{ ...rule, matches }];
  });
  return { ...served, rules };

  function say(source: ServedRule['sources'][number], rule: string, message: string, blocking: boolean): void {
    if (blocking) report.unsupported(source, { rule, message, action: 'use api=GATEWAY', blocking });
    else report.warning(source, { rule, message, action: 'use api=GATEWAY if such requests come' });
  }
}

function sourcesOf(rules: readonly ServedRule[]): readonly { readonly source: ServedRule['sources'][number] }[] {
  return [...new Set(rules.flatMap(({ sources }) => sources))].map((source) => ({ source }));
}

/** One Ingress has one extension and one namespace. */
function groupsOf({ rules }: ServedHosts): readonly (readonly ServedRule[])[] {
  const groups = new Map<string, ServedRule[]>();
  for (const rule of rules) {
    const key = JSON.stringify([namespaceOf(rule), extensionKey(rule.target)]);
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()];
}

function extensionKey(target: Target): unknown {
  if (target.kind !== 'forward') return target;
  const { backends, ...rest } = target;
  return Object.values(rest.policy).some((value) => value !== undefined) ? { ...rest, backends } : rest;
}

function namespaceOf({ target, sources }: ServedRule): string {
  return (target.kind === 'forward' ? target.backends[0]?.namespace : undefined) ?? sources[0]?.namespace ?? 'default';
}

function ingressObjects(
  { scheme, hostnames, certificates }: ServedHosts,
  rules: readonly ServedRule[],
  names: Names,
  home: string,
  options: TargetOptions,
): readonly KubernetesObject[] {
  const [first] = rules;
  if (!first) return [];
  const namespace = namespaceOf(first);
  const name = names.take(objectName(scheme.toLowerCase(), hostnames[0] ?? 'any-host'));
  const extension = extensionSpec(first, hostnames);
  const hosts = hostnames.length === 0 ? [undefined] : hostnames;
  const paths = rules.flatMap(({ matches, target }) =>
    matches.map(({ type, value }) => ({ path: value, pathType: type === 'Exact' ? 'Exact' : 'Prefix', backend: backendOf(target) })),
  );
  const tls = certificates.map((secret) => ({ ...(hostnames.length === 0 ? {} : { hosts: hostnames }), secretName: secret.name }));
  const ingress: KubernetesObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, labels, annotations: annotationsOf(options, home, extension && name) },
    spec: {
      ingressClassName: 'azure-alb-external',
      ...(scheme === 'HTTPS' ? { tls } : {}),
      rules: hosts.map((host) => ({ ...(host === undefined ? {} : { host }), http: { paths } })),
    },
  };
  if (!extension) return [ingress];
  return [{ apiVersion: `${alb}/v1`, kind: 'IngressExtension', metadata: { name, namespace, labels }, spec: extension }, ingress];
}

/** AGC-41 and its managed counterpart; objects of one frontend share it. */
function annotationsOf({ deployment }: TargetOptions, home: string, extension: string | undefined): Record<string, string> {
  const place: Record<string, string> =
    deployment.kind === 'BYO'
      ? { [`${alb}/alb-id`]: deployment.albId, [`${alb}/alb-frontend`]: deployment.frontends[0] ?? 'frontend' }
      : { [`${alb}/alb-name`]: loadBalancerName, [`${alb}/alb-namespace`]: home, [`${alb}/alb-frontend`]: 'frontend' };
  return { ...place, ...(extension === undefined ? {} : { [`${alb}/alb-ingress-extension`]: extension }) };
}

function backendOf(target: Target): object {
  const [backend] = target.kind === 'forward' ? target.backends : [];
  return backend ? { service: { name: backend.service, port: { number: backend.port } } } : unused;
}

/** AGC-65. An extension finds its rule by the host; for every host the host is empty. */
function extensionSpec({ target }: ServedRule, hostnames: readonly string[]): object | undefined {
  if (target.kind === 'nothing') return undefined;
  const hosts = hostnames.length === 0 ? [''] : hostnames;
  if (target.kind === 'redirect') return { rules: hosts.map((host) => ({ host, requestRedirect: redirectOf(target) })) };
  const rewrites = rewritesOf(target);
  const { timeoutSeconds, affinity } = target.policy;
  const settings = {
    ...(timeoutSeconds === undefined ? {} : { timeouts: { requestTimeout: `${timeoutSeconds}s` } }),
    ...(affinity === undefined ? {} : { sessionAffinity: affinityOf(affinity) }),
  };
  const backendSettings = Object.keys(settings).length === 0 ? [] : target.backends.map(({ service }) => ({ service, ...settings }));
  if (rewrites.length === 0 && backendSettings.length === 0) return undefined;
  return {
    ...(rewrites.length === 0 ? {} : { rules: hosts.map((host) => ({ host, rewrites })) }),
    ...(backendSettings.length === 0 ? {} : { backendSettings }),
  };
}

function rewritesOf({ hostname, pathPrefix, fullPath, requestHeaders, responseHeaders }: Forward): readonly object[] {
  const path =
    fullPath === undefined
      ? pathPrefix === undefined
        ? undefined
        : { type: 'ReplacePrefixMatch', replacePrefixMatch: pathPrefix }
      : { type: 'ReplaceFullPath', replaceFullPath: fullPath };
  const urlRewrite = { ...(hostname === undefined ? {} : { hostname }), ...(path ? { path } : {}) };
  return [
    ...(Object.keys(urlRewrite).length === 0 ? [] : [{ type: 'URLRewrite', urlRewrite }]),
    ...(requestHeaders ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: headersOf(requestHeaders) }] : []),
    ...(responseHeaders ? [{ type: 'ResponseHeaderModifier', responseHeaderModifier: headersOf(responseHeaders) }] : []),
  ];
}

function placeOf({ served, rules }: { readonly served: ServedHosts; readonly rules: readonly ServedRule[] }): string {
  return `${served.hostnames.join()} ${served.scheme} ${JSON.stringify(rules[0]?.matches)}`;
}

function shown({ matches }: ServedRule): string {
  return matches.map(({ value }) => value).join(', ');
}
