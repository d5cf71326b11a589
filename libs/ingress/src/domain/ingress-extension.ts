import { affinityOf } from './policy-objects.js';
import { changesOf, redirectOf, rewriteOf } from './filter-objects.js';
import { byCodePoint, hostnamesOf } from './listeners.js';
import type { IngressExtensionObject } from './manifest-objects.js';
import type { RouteIntent, RuleIntent } from './route-intent.js';

/**
 * AGC-65: what the rules of one Ingress change, or undefined where they change nothing. The rules agree, and an extension finds
 * its rule by the host; for every host that is the empty one.
 */
export function extensionSpec(route: RouteIntent, rules: readonly RuleIntent[]): IngressExtensionObject['spec'] | undefined {
  const [first] = rules;
  if (!first) return undefined;
  const hosts = hostnamesOf(route).map((host) => host ?? '');
  const { redirect } = first;
  if (redirect) return { rules: hosts.map((host) => ({ host, requestRedirect: redirectOf(redirect) })) };
  const rewrites = rewritesOf(first);
  const backendSettings = settingsOf(rules);
  if (rewrites.length === 0 && backendSettings.length === 0) return undefined;
  return {
    ...(rewrites.length === 0 ? {} : { rules: hosts.map((host) => ({ host, rewrites })) }),
    ...(backendSettings.length === 0 ? {} : { backendSettings }),
  };
}

function rewritesOf({ rewrite, headers }: RuleIntent): object[] {
  return [
    ...(rewrite ? [{ type: 'URLRewrite', urlRewrite: rewriteOf(rewrite) }] : []),
    ...(headers?.request ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: changesOf(headers.request) }] : []),
    ...(headers?.response ? [{ type: 'ResponseHeaderModifier', responseHeaderModifier: changesOf(headers.response) }] : []),
  ];
}

function settingsOf(rules: readonly RuleIntent[]): object[] {
  const [{ timeout, affinity } = {}] = rules as readonly Partial<RuleIntent>[];
  if (!timeout && !affinity) return [];
  const settings = {
    ...(timeout ? { timeouts: { requestTimeout: `${timeout.requestSeconds}s` } } : {}),
    ...(affinity ? { sessionAffinity: affinityOf(affinity) } : {}),
  };
  const services = new Set(rules.flatMap(({ backends }) => backends.map(({ service }) => service)));
  return [...services].sort(byCodePoint).map((service) => ({ service, ...settings }));
}
