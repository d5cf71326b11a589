import { checkWafPolicyId } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import { subscriptionOf } from './agc-names.js';
import { isHeaderName, nameInvalid } from './check-text.js';
import type { RenderedGateway } from './gateway-intent.js';
import { isDnsSubdomain } from './kubernetes-names.js';
import type { AffinityIntent, BackendTlsIntent, RouteIntent, RuleIntent } from './route-intent.js';
import { tooOldFor } from './target-features.js';

/** Longest that Gateway API's durations hold in seconds. */
const mostSeconds = 99_999;

/** What becomes a policy of AGC: RoutePolicy, WebApplicationFirewallPolicy, BackendTLSPolicy (AGC-61, AGC-64, AGC-66). */
export function checkPolicies(
  gateway: RenderedGateway,
  { protocol }: Pick<RouteIntent, 'protocol'>,
  { timeout, affinity, waf, backendTls }: RuleIntent,
  path: string,
): readonly Problem[] {
  const members = { timeout, affinity, waf };
  return [
    ...(protocol === 'GRPC' ? (['timeout', 'affinity', 'waf'] as const) : []).flatMap((member): Problem[] => {
      if (!members[member]) return [];
      const message = `AGC attaches ${member} to an HTTPRoute, and this is a GRPCRoute`;
      const suggestion = member === 'waf' ? 'wafPolicyId of the gateway' : 'leave it out';
      return [{ path: `${path}.${member}`, code: 'not_expressible', message, suggestion, rule: member === 'waf' ? 'AGC-66' : 'AGC-64' }];
    }),
    ...(timeout ? checkSeconds(timeout.requestSeconds, `${path}.timeout.requestSeconds`, 0) : []),
    ...(affinity ? checkAffinity(affinity, `${path}.affinity`) : []),
    ...(waf ? checkWafPolicyId(`${path}.waf.policyId`, waf.policyId) : []),
    ...(waf ? checkWafTarget(gateway, waf.policyId, gateway.subscriptionId, `${path}.waf.policyId`) : []),
    ...(backendTls ? checkTls(backendTls, `${path}.backendTls`) : []),
  ];
}

function checkSeconds(value: number, path: string, least: number): readonly Problem[] {
  if (Number.isInteger(value) && value >= least && value <= mostSeconds) return [];
  const message = `whole seconds from ${least} to ${mostSeconds}${least === 0 ? '; 0 waits without end' : ''}`;
  return [{ path, code: 'seconds_out_of_range', message, value, suggestion: '60', rule: least === 0 ? 'AGC-53' : 'AGC-69' }];
}

function checkAffinity({ type, cookieName, cookieSeconds }: AffinityIntent, path: string): readonly Problem[] {
  const members = Object.entries({ cookieName, cookieSeconds });
  if (type === 'MANAGED_COOKIE')
    return members.flatMap(([member, value]): Problem[] => {
      if (value === undefined) return [];
      const message = `the managed cookie is AGCAffinity and lasts a day: ${member} would be discarded`;
      return [{ path: `${path}.${member}`, code: 'affinity_invalid', message, value, suggestion: 'APPLICATION_COOKIE', rule: 'AGC-69' }];
    });
  return [
    ...members.flatMap(([member, value]): Problem[] =>
      value === undefined
        ? [{ path: `${path}.${member}`, code: 'affinity_invalid', message: 'an application cookie needs it', rule: 'AGC-69' }]
        : [],
    ),
    ...(cookieName === undefined || isHeaderName(cookieName)
      ? []
      : [nameInvalid(`${path}.cookieName`, cookieName, 'the name of a cookie')]),
    ...(cookieSeconds === undefined ? [] : checkSeconds(cookieSeconds, `${path}.cookieSeconds`, 1)),
  ];
}

/** AGC-66: a WAF policy of the gateway's own subscription; its region cannot be told from the id. */
export function checkWafTarget(
  target: Pick<RenderedGateway, 'controllerVersion' | 'gatewayApi'>,
  policyId: string,
  subscription: string | undefined,
  path: string,
): readonly Problem[] {
  const old = tooOldFor('waf', target, path, policyId);
  const of = subscriptionOf(policyId);
  if (of === undefined || subscription === undefined || of === subscription.toLowerCase()) return old;
  const message = 'the WAF policy must be in the subscription and region of the gateway';
  return [
    ...old,
    {
      path,
      code: 'waf_policy_mismatch',
      message,
      value: policyId,
      conflictsWith: `/subscriptions/${subscription}`,
      suggestion: 'a WAF policy of the same subscription and region',
      rule: 'AGC-66',
    },
  ];
}

function checkTls({ sni, caSecret, subjectAltName, clientSecret }: BackendTlsIntent, path: string): readonly Problem[] {
  const names = Object.entries({ sni, subjectAltName, caSecret, clientSecret });
  return [
    ...names.flatMap(([member, value]): Problem[] => {
      if (value === undefined || isDnsSubdomain(value)) return [];
      return [nameInvalid(`${path}.${member}`, value, member.endsWith('Secret') ? 'the name of a Secret' : 'a host name')];
    }),
    ...(subjectAltName !== undefined && caSecret === undefined
      ? [
          {
            path: `${path}.caSecret`,
            code: 'backend_tls_invalid',
            message: 'a name in the certificate is verified only with the CA that signed it',
            suggestion: 'name a Secret with ca.crt, or leave subjectAltName out',
            rule: 'AGC-61',
          },
        ]
      : []),
  ];
}
