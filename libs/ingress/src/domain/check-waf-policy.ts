import { isWire, listAt, textAt, type Wire } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { subscriptionOf } from './agc-names.js';

/** AGC-66: the managed rule sets that AGC takes, and their versions. */
const ruleSets: Readonly<Record<string, readonly string[]>> = {
  microsoft_defaultruleset: ['2.1'],
  microsoft_botmanagerruleset: ['1.0', '1.1'],
};
const actions: Readonly<Record<string, string>> = { jschallenge: 'a JavaScript challenge', captcha: 'a CAPTCHA' };

/** AGC-66: what a WAF policy, as ARM answers it, holds that AGC does not take. All of it together, with where it stands in the policy. */
export function checkWafPolicy(policy: unknown, region: string, path: string): readonly Problem[] {
  return [...checkWafRegion(policy, region, path, 'AGC-66'), ...unsupported(policy).map((found) => unsupportedProblem(found, path))];
}

interface Unsupported {
  readonly at: string;
  readonly what: string;
  readonly fix: string;
}

function unsupported(policy: unknown): readonly Unsupported[] {
  const sets = listAt(policy, 'properties.managedRules.managedRuleSets').filter(isWire);
  return [
    ...sets.flatMap((set, index) => checkRuleSet(set, `managedRules.managedRuleSets[${index}]`)),
    ...(sets.some((set) => nameOf(set) === 'microsoft_defaultruleset')
      ? []
      : [{ at: 'managedRules', what: 'no Default Rule Set', fix: 'Microsoft_DefaultRuleSet 2.1' }]),
    ...listAt(policy, 'properties.customRules')
      .filter(isWire)
      .flatMap((rule, index) => checkCustomRule(rule, `customRules[${textAt(rule, 'name') ?? index}]`)),
    ...['customBlockResponseStatusCode', 'customBlockResponseBody'].flatMap((member): Unsupported[] => {
      const value = isWire(policy) && isWire(policy['properties']) ? policy['properties']['policySettings'] : undefined;
      if (!isWire(value) || value[member] === undefined || value[member] === null || value[member] === 0) return [];
      return [{ at: `policySettings.${member}`, what: 'a block page of its own', fix: 'leave it out' }];
    }),
  ];
}

function checkRuleSet(set: Wire, at: string): readonly Unsupported[] {
  const version = textAt(set, 'ruleSetVersion') ?? '';
  const taken = ruleSets[nameOf(set)];
  const overrides = listAt(set, 'ruleGroupOverrides').flatMap((group) => listAt(group, 'rules'));
  return [
    ...(taken?.includes(version)
      ? []
      : [
          {
            at,
            what: `rule set ${textAt(set, 'ruleSetType')} ${version}`,
            fix: 'Microsoft_DefaultRuleSet 2.1, with Bot Manager 1.0 or 1.1',
          },
        ]),
    ...overrides.flatMap((rule) => checkAction(textAt(rule, 'action'), `${at}.rules[${textAt(rule, 'ruleId') ?? ''}]`)),
  ];
}

function nameOf(set: Wire): string {
  return (textAt(set, 'ruleSetType') ?? '').toLowerCase();
}

function checkCustomRule(rule: Wire, at: string): readonly Unsupported[] {
  const variables = listAt(rule, 'matchConditions').flatMap((condition) => listAt(condition, 'matchVariables'));
  const groups = listAt(rule, 'groupByUserSession').flatMap((session) => listAt(session, 'groupByVariables'));
  const forwarded =
    variables.some((variable) => textAt(variable, 'selector')?.toLowerCase() === 'x-forwarded-for') ||
    groups.some((group) => /xffheader$/i.test(textAt(group, 'variableName') ?? ''));
  return [
    ...checkAction(textAt(rule, 'action'), at),
    ...(forwarded ? [{ at, what: 'a custom rule on X-Forwarded-For', fix: 'match the address of the connection (RemoteAddr)' }] : []),
  ];
}

function checkAction(action: string | undefined, at: string): readonly Unsupported[] {
  const what = actions[(action ?? '').toLowerCase()];
  return what === undefined ? [] : [{ at, what: `${what} as action`, fix: 'Allow, Block or Log' }];
}

function unsupportedProblem({ at, what, fix }: Unsupported, path: string): Problem {
  return {
    path,
    code: 'waf_policy_unsupported',
    message: `Application Gateway for Containers does not take ${what} of a WAF policy`,
    value: at,
    conflictsWith: what,
    suggestion: fix,
    rule: 'AGC-66',
  };
}

/** A WAF policy as ARM answers it, beside a gateway in `region`. */
export function checkWafRegion(policy: unknown, region: string, path: string, rule: 'AGC-66' | 'AGIC-54'): readonly Problem[] {
  const of = textAt(policy, 'location');
  const plain = (text: string): string => text.toLowerCase().replaceAll(' ', '');
  if (of === undefined || plain(of) === plain(region)) return [];
  return [mismatch(path, of, region, rule)];
}

/** Of the gateway's own subscription: one elsewhere cannot be attached, and we may have no right to read it. */
export function checkWafSubscription(id: string, subscriptionId: string, path: string): readonly Problem[] {
  const of = subscriptionOf(id);
  if (of === undefined || of === subscriptionId.toLowerCase()) return [];
  return [mismatch(path, id, `/subscriptions/${subscriptionId}`, 'AGIC-54')];
}

function mismatch(path: string, value: string, conflictsWith: string, rule: 'AGC-66' | 'AGIC-54'): Problem {
  return {
    path,
    code: 'waf_policy_mismatch',
    message: 'the WAF policy must be in the subscription and region of the gateway',
    value,
    conflictsWith,
    suggestion: conflictsWith.startsWith('/') ? 'a WAF policy of the same subscription and region' : `a WAF policy in ${conflictsWith}`,
    rule,
  };
}

/** AGIC-12: the rule set of a policy that runs on the old engine, CRS 3.1 or older (`OWASP`). */
export function oldRuleSetOf(policy: unknown): string | undefined {
  const old = listAt(policy, 'properties.managedRules.managedRuleSets')
    .filter(isWire)
    .find((set) => nameOf(set) === 'owasp' && isBefore32(textAt(set, 'ruleSetVersion') ?? ''));
  return old && `OWASP ${textAt(old, 'ruleSetVersion') ?? ''}`;
}

function isBefore32(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 3 || (major === 3 && minor < 2);
}
