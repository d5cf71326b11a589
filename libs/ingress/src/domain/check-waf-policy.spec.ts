import { describe, expect, it } from 'vitest';
import { checkWafPolicy, oldRuleSetOf } from './check-waf-policy.js';

const drs = { ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.1' };

function policy(properties: object = {}, location = 'West Europe'): object {
  return { location, properties: { policySettings: { mode: 'Prevention' }, managedRules: { managedRuleSets: [drs] }, ...properties } };
}

function sets(...managedRuleSets: object[]): object {
  return policy({ managedRules: { managedRuleSets } });
}

describe(checkWafPolicy, () => {
  it.each([
    ['the Default Rule Set 2.1', policy()],
    ['Bot Manager 1.0 beside it', sets(drs, { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.0' })],
    ['Bot Manager 1.1 beside it', sets(drs, { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' })],
    ['a custom rule that blocks', policy({ customRules: [{ name: 'r', action: 'Block', matchConditions: [] }] })],
    ['the block page that nobody chose', policy({ policySettings: { customBlockResponseStatusCode: 0, customBlockResponseBody: null } })],
  ])('takes %s', (_, given) => {
    expect(checkWafPolicy(given, 'westeurope', 'wafPolicyId')).toEqual([]);
  });

  it.each<[string, object, readonly string[]]>([
    ['a core rule set (CRS)', sets(drs, { ruleSetType: 'OWASP', ruleSetVersion: '3.2' }), ['managedRules.managedRuleSets[1]']],
    [
      'an older Default Rule Set',
      sets({ ruleSetType: 'Microsoft_DefaultRuleSet', ruleSetVersion: '2.0' }),
      ['managedRules.managedRuleSets[0]'],
    ],
    [
      'a newer Bot Manager',
      sets(drs, { ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.2' }),
      ['managedRules.managedRuleSets[1]'],
    ],
    [
      'rules against HTTP DDoS',
      sets(drs, { ruleSetType: 'Microsoft_HTTPDDoSRuleSet', ruleSetVersion: '1.0' }),
      ['managedRules.managedRuleSets[1]'],
    ],
    ['no Default Rule Set at all', sets({ ruleSetType: 'Microsoft_BotManagerRuleSet', ruleSetVersion: '1.1' }), ['managedRules']],
    ['a JavaScript challenge', policy({ customRules: [{ name: 'js', action: 'JSChallenge' }] }), ['customRules[js]']],
    ['a CAPTCHA', policy({ customRules: [{ name: 'c', action: 'CAPTCHA' }] }), ['customRules[c]']],
    [
      'a challenge of a managed rule',
      sets({ ...drs, ruleGroupOverrides: [{ rules: [{ ruleId: '942100', action: 'JSChallenge' }] }] }),
      ['managedRules.managedRuleSets[0].rules[942100]'],
    ],
    [
      'X-Forwarded-For in a custom rule',
      policy({
        customRules: [
          {
            name: 'x',
            action: 'Block',
            matchConditions: [{ matchVariables: [{ variableName: 'RequestHeaders', selector: 'X-Forwarded-For' }] }],
          },
        ],
      }),
      ['customRules[x]'],
    ],
    [
      'X-Forwarded-For in a rate limit',
      policy({
        customRules: [
          { name: 'l', action: 'Block', groupByUserSession: [{ groupByVariables: [{ variableName: 'ClientAddrXFFHeader' }] }] },
        ],
      }),
      ['customRules[l]'],
    ],
    ['a block page', policy({ policySettings: { customBlockResponseBody: 'bm8=' } }), ['policySettings.customBlockResponseBody']],
  ])('names %s (AGC-66)', (_, given, places) => {
    const problems = checkWafPolicy(given, 'westeurope', 'wafPolicyId');
    expect(problems.map(({ value }) => value)).toEqual(places);
    expect(problems).toMatchObject(places.map(() => ({ path: 'wafPolicyId', code: 'waf_policy_unsupported', rule: 'AGC-66' })));
  });

  it('wants it in the gateway’s region', () => {
    expect(checkWafPolicy(policy({}, 'northeurope'), 'westeurope', 'wafPolicyId')).toMatchObject([
      { code: 'waf_policy_mismatch', value: 'northeurope', conflictsWith: 'westeurope', rule: 'AGC-66' },
    ]);
  });
});

describe(oldRuleSetOf, () => {
  const crs = (ruleSetVersion: string): object => sets({ ruleSetType: 'OWASP', ruleSetVersion });

  it.each([
    ['2.2.9', 'OWASP 2.2.9'],
    ['3.0', 'OWASP 3.0'],
    ['3.1', 'OWASP 3.1'],
    ['3.2', undefined],
    ['3.10', undefined],
    ['4.0', undefined],
  ])('CRS %s is %s (AGIC-12)', (version, old) => {
    expect(oldRuleSetOf(crs(version))).toBe(old);
  });

  it('is none of the Default Rule Set, nor of what is no policy', () => {
    expect([oldRuleSetOf(policy()), oldRuleSetOf(undefined), oldRuleSetOf({ properties: {} })]).toEqual([undefined, undefined, undefined]);
  });
});
