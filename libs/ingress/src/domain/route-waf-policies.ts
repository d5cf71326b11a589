import type { Problem } from '@podspan/errors';
import { exceeded } from './limits.js';
import type { RouteIntent } from './route-intent.js';

/** WAF policies that a route names, each once and as it was first written: ARM ids do not mind case. */
export function wafPoliciesOf({ rules }: RouteIntent): readonly string[] {
  return uniqueIds(rules.flatMap(({ waf }) => waf?.policyId ?? []));
}

export function uniqueIds(ids: readonly string[]): readonly string[] {
  return ids.filter((id, index) => ids.findIndex((other) => sameId(other, id)) === index);
}

/** Those for which the controller has no role yet. */
export function withoutGrant(named: readonly string[], granted: readonly string[]): readonly string[] {
  return named.filter((id) => !granted.some((other) => sameId(other, id)));
}

/** Our own limit: a removal has a step for each. */
export function checkWafPolicyCount(route: RouteIntent, granted: readonly string[]): readonly Problem[] {
  const fresh = withoutGrant(wafPoliciesOf(route), granted);
  if (fresh.length === 0) return [];
  const index = route.rules.findIndex(({ waf }) => waf !== undefined && fresh.includes(waf.policyId));
  return exceeded('wafPolicies', granted.length + fresh.length, `rules[${Math.max(0, index)}].waf.policyId`);
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
