import { canonical } from '../canonical.js';
import { ingressNamespace, plainPrefix } from '../ingress-place.js';
import { byCodePoint } from '../listeners.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { forwards } from './agic-doors.js';
import { rewriteRulesOf, settingsOf, type AgicPlace } from './agic-settings-of.js';

/** The rules of one Ingress, the more specific path first. */
export interface AgicGroup {
  readonly namespace: string;
  readonly rules: readonly RuleIntent[];
}

/**
 * The Ingresses of a route in one place. Application Gateway takes the first path that fits, AGIC lists them by namespace and name:
 * so the groups of a namespace come in an order in which none hides a later one, with as few groups as that allows, since each
 * costs a backend setting (AGIC-12).
 */
export function groupsOf(gateway: { readonly namespace: string }, route: RouteIntent, place: AgicPlace): readonly AgicGroup[] {
  const groups: { namespace: string; key: string; rules: RuleIntent[] }[] = [];
  for (const rule of [...forwards(route)].sort(moreSpecificFirst)) {
    const namespace = ingressNamespace(gateway, route, rule);
    const key = JSON.stringify(canonical([settingsOf(route, rule, place), rewriteRulesOf(rule) ?? null]));
    const blocked = groups.findLastIndex(
      (group) => group.namespace === namespace && group.key !== key && group.rules.some((other) => hides(rule, other)),
    );
    const home = groups.findLast((group, index) => index > blocked && group.namespace === namespace && group.key === key);
    if (home) home.rules.push(rule);
    else groups.push({ namespace, key, rules: [rule] });
  }
  return groups;
}

/** Whether a path that stands earlier takes requests that belong to `other`. `/` is the default of a listener and hides nothing. */
export function hides(earlier: RuleIntent, other: RuleIntent): boolean {
  const [a, b] = [pathOf(earlier), pathOf(other)];
  if (a.value === '/' || b.value === '/') return false;
  if (a.type === 'EXACT') return b.type === 'EXACT' && a.value === b.value;
  return b.value === a.value ? b.type === 'EXACT' : b.value.startsWith(`${a.value}/`);
}

/** Without case, as Application Gateway compares paths. */
export function pathOf({ match }: RuleIntent): { readonly type: 'EXACT' | 'PREFIX'; readonly value: string } {
  const { type, value } = match?.path ?? { type: 'PREFIX', value: '/' };
  return type === 'EXACT' ? { type, value: value.toLowerCase() } : { type: 'PREFIX', value: plainPrefix(value).toLowerCase() };
}

function moreSpecificFirst(a: RuleIntent, b: RuleIntent): number {
  const [one, two] = [pathOf(a), pathOf(b)];
  const exact = Number(two.type === 'EXACT') - Number(one.type === 'EXACT');
  return exact || two.value.length - one.value.length || byCodePoint(one.value, two.value);
}
