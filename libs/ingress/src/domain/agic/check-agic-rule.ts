import type { Problem } from '@podspan/errors';
import { notInIngress, ruleLosses } from '../check-plain-ingress.js';
import { secretNamespace } from '../ingress-place.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { isSecured, isSslRedirect } from './agic-doors.js';
import type { RenderedAgic } from './agic-gateway.js';
import { checkNumber, checkPartName, instead, lost } from './agic-problems.js';
import { checkBackendTls, checkProbe } from './check-agic-backend.js';
import { checkHeaders } from './check-agic-headers.js';

/** What AGIC has no annotation for, or takes only within bounds, of one rule. Paths are those of the route. */
export function checkAgicRule(gateway: RenderedAgic, route: RouteIntent, rule: RuleIntent, path: string): readonly Problem[] {
  return [
    ...ruleLosses(route, rule, path, instead),
    ...checkPath(rule, path),
    ...checkRedirect(rule, path),
    ...checkBackendTls(rule, path),
    ...checkPolicies(gateway, rule, path),
    ...checkProbe(rule, path),
    ...checkHeaders(rule, path),
    ...checkExtras(rule, path),
    ...checkPlace(gateway, route, rule, path),
  ];
}

function checkPath({ match }: RuleIntent, path: string): readonly Problem[] {
  const { type, value } = match?.path ?? { type: 'PREFIX', value: '/' };
  if (type === 'EXACT' && value === '/')
    return [
      notInIngress(
        `${path}.match.path`,
        'for Application Gateway / is every path, whatever its type',
        'a match of type PREFIX',
        'AGIC-12',
        value,
      ),
    ];
  if (type === 'REGULAR_EXPRESSION' || !value.includes('*')) return [];
  return [notInIngress(`${path}.match.path.value`, 'AGIC reads * as any text', 'a path without *', 'AGIC-12', value)];
}

function checkRedirect(rule: RuleIntent, path: string): readonly Problem[] {
  if (!rule.redirect || isSslRedirect(rule)) return [];
  const message = 'AGIC redirects every path of a host from HTTP to HTTPS with 301, and nothing else';
  return [lost('ssl-redirect', `${path}.redirect`, message, 'scheme HTTPS and status 301 alone, without a path to match', rule.redirect)];
}

function checkPolicies(
  { sku }: RenderedAgic,
  { affinity, timeout, waf, applicationGateway: extra }: RuleIntent,
  path: string,
): readonly Problem[] {
  return [
    ...(affinity?.type === 'APPLICATION_COOKIE'
      ? [lost('cookie-based-affinity', `${path}.affinity.type`, 'AGIC knows its own cookie only', 'MANAGED_COOKIE', affinity.type)]
      : []),
    ...(extra?.distinctCookieName && !affinity
      ? [
          lost(
            'cookie-based-affinity-distinct-name',
            `${path}.applicationGateway.distinctCookieName`,
            'there is no cookie without affinity',
            'affinity of type MANAGED_COOKIE',
          ),
        ]
      : []),
    ...checkNumber('request-timeout', timeout?.requestSeconds, `${path}.timeout.requestSeconds`),
    ...(waf && sku !== 'WAF_V2'
      ? [
          lost(
            'waf-policy-for-path',
            `${path}.waf`,
            `the gateway is ${sku}, which applies no WAF policy`,
            'a gateway with sku WAF_V2',
            waf.policyId,
          ),
        ]
      : []),
  ];
}

function checkExtras({ applicationGateway: extra = {}, backendTls }: RuleIntent, path: string): readonly Problem[] {
  const at = `${path}.applicationGateway`;
  const named = [
    ...(extra.trustedRootCertificates ?? []).map((name, index) => [`${at}.trustedRootCertificates[${index}]`, name] as const),
    ...(extra.rewriteRuleSet === undefined ? [] : [[`${at}.rewriteRuleSet`, extra.rewriteRuleSet] as const]),
  ];
  return [
    ...checkNumber('connection-draining-timeout', extra.connectionDrainingSeconds, `${at}.connectionDrainingSeconds`),
    ...named.flatMap(([member, name]) => checkPartName(name, member)),
    ...(extra.trustedRootCertificates && !backendTls
      ? [lost('appgw-trusted-root-certificate', `${at}.trustedRootCertificates`, 'nothing is verified over plain HTTP', 'backendTls: {}')]
      : []),
  ];
}

function checkPlace(gateway: RenderedAgic, route: RouteIntent, { backends }: RuleIntent, path: string): readonly Problem[] {
  const [backend] = backends;
  const secretAt = secretNamespace(gateway, route);
  if (!isSecured(route) || !route.tls || !backend || backend.namespace === secretAt) return [];
  return [
    {
      ...lost(
        'appgw-ssl-certificate',
        `${path}.backends[0].namespace`,
        'an Ingress reads the certificate from the namespace of its Services',
        `set tls.namespace to ${backend.namespace} and copy the Secret there, or applicationGateway.certificate in place of tls`,
        backend.namespace,
      ),
      conflictsWith: `Secret ${secretAt}/${route.tls.secret}`,
    },
  ];
}
