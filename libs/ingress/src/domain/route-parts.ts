import { canonical } from './canonical.js';
import type { AffinityIntent, HttpMethod, RouteIntent, RuleIntent, TimeoutIntent, WafIntent } from './route-intent.js';

/** What AGC attaches to a whole HTTPRoute (AGC-64, AGC-66), not to one of its rules. */
export interface PartPolicy {
  readonly timeout?: TimeoutIntent;
  readonly affinity?: AffinityIntent;
  readonly waf?: WafIntent;
}

/** One HTTPRoute or GRPCRoute of a route intent. */
export interface RoutePart {
  /** Of the object. Later parts have a dot in it, which the name of an intent never has. */
  readonly name: string;
  readonly policy: PartPolicy;
  readonly rules: readonly RenderedRule[];
}

/** A rule of the object; `methods` are alternatives in it. */
export interface RenderedRule {
  readonly intent: RuleIntent;
  readonly methods: readonly HttpMethod[];
}

/** Rules that differ in what is attached to a whole route stand in different objects; the first rule's has the name of the intent. */
export function partsOf({ name, rules }: RouteIntent): readonly RoutePart[] {
  const parts = new Map<string, { name: string; policy: PartPolicy; rules: RenderedRule[] }>();
  for (const rule of rules) {
    const policy = policyOf(rule);
    const key = JSON.stringify(canonical(policy));
    const part = parts.get(key) ?? { name: parts.size === 0 ? name : `${name}.${parts.size + 1}`, policy, rules: [] };
    parts.set(key, part);
    part.rules.push(...renderedRules(rule));
  }
  return [...parts.values()];
}

function policyOf({ timeout, affinity, waf }: RuleIntent): PartPolicy {
  return { ...(timeout ? { timeout } : {}), ...(affinity ? { affinity } : {}), ...(waf ? { waf } : {}) };
}

/** A rule that replaces a prefix has one match only (CEL of HTTPRouteRule): several methods become several rules. */
function renderedRules(intent: RuleIntent): readonly RenderedRule[] {
  const methods = [...(intent.match?.methods ?? [])].sort();
  const alone = intent.rewrite?.pathPrefix !== undefined || intent.redirect?.pathPrefix !== undefined;
  return alone && methods.length > 1 ? methods.map((method) => ({ intent, methods: [method] })) : [{ intent, methods }];
}

/** How many matches a rule has in its object. */
export function matchesOf({ methods }: RenderedRule): number {
  return Math.max(1, methods.length);
}
