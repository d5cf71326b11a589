import type { HealthCheckIntent } from '../health-check.js';
import type { RouteIntent, RuleIntent } from '../route-intent.js';
import { privateFrontend } from './agic-gateway.js';
import type { AgicAnnotations } from './annotation-table.js';

/** An intent's own default (AGC-53); AGIC's would be 30. */
const usualTimeout = 60;
/** AGIC-59, AGIC-60. */
const usualSeconds = 30;

export interface AgicPlace {
  readonly frontend: string;
  /** Whether HTTP leads to HTTPS on the hosts of the Ingress. */
  readonly redirected: boolean;
}

/** The annotations that a rule asks for; rules that ask for the same share an Ingress. */
export function settingsOf(route: RouteIntent, rule: RuleIntent, { frontend, redirected }: AgicPlace): AgicAnnotations {
  const { rewrite, backendTls, affinity, timeout, waf, healthCheck, applicationGateway: extra = {}, backends } = rule;
  const { certificate, sslProfile, frontendPort, priority } = route.applicationGateway ?? {};
  const draining = extra.connectionDrainingSeconds;
  return {
    'backend-path-prefix': rewrite?.pathPrefix,
    'backend-hostname': rewrite?.host,
    // AGIC-42: port 443 alone would mean HTTPS.
    'backend-protocol': backendTls ? 'https' : backends.some(({ port }) => port === 443) ? 'http' : undefined,
    'ssl-redirect': redirected || undefined,
    'appgw-ssl-certificate': certificate,
    'appgw-ssl-profile': sslProfile,
    'appgw-trusted-root-certificate': extra.trustedRootCertificates,
    'connection-draining': draining === undefined ? undefined : true,
    'connection-draining-timeout': draining,
    'cookie-based-affinity': affinity ? true : undefined,
    'cookie-based-affinity-distinct-name': extra.distinctCookieName || undefined,
    'request-timeout': timeout?.requestSeconds ?? usualTimeout,
    'override-frontend-port': frontendPort,
    'use-private-ip': frontend === privateFrontend || undefined,
    'waf-policy-for-path': waf?.policyId,
    ...(healthCheck ? probeOf(healthCheck) : {}),
    'rewrite-rule-set': extra.rewriteRuleSet,
    'rule-priority': priority,
  };
}

/** Written out, since AGIC's own defaults differ from page to page (C-13). A probe must end before the next one begins. */
function probeOf({
  host,
  port,
  path,
  statusCodes,
  intervalSeconds,
  timeoutSeconds,
  unhealthyThreshold,
}: HealthCheckIntent): AgicAnnotations {
  const interval = intervalSeconds ?? Math.max(usualSeconds, timeoutSeconds ?? 0);
  const codes = statusCodes ?? [{ start: 200, end: 399 }];
  return {
    'health-probe-hostname': host ?? 'localhost',
    'health-probe-port': port,
    'health-probe-path': path ?? '/',
    'health-probe-status-codes': codes.map(({ start, end }) => (start === end ? String(start) : `${start}-${end}`)),
    'health-probe-interval': interval,
    'health-probe-timeout': timeoutSeconds ?? Math.min(usualSeconds, interval),
    'health-probe-unhealthy-threshold': unhealthyThreshold ?? 3,
  };
}

/** AGIC-63: the rules of an AzureApplicationGatewayRewrite, where a rule changes headers or the whole path. */
export function rewriteRulesOf({ headers, rewrite }: RuleIntent): readonly object[] | undefined {
  const { request, response } = headers ?? {};
  const fullPath = rewrite?.fullPath;
  if (!request && !response && fullPath === undefined) return undefined;
  const actions = {
    ...(request ? { requestHeaderConfigurations: configurations(request) } : {}),
    ...(response ? { responseHeaderConfigurations: configurations(response) } : {}),
    ...(fullPath === undefined ? {} : { urlConfiguration: { modifiedPath: fullPath, reroute: false } }),
  };
  return [{ name: 'podspan', ruleSequence: 100, actions }];
}

function configurations({ set = [], remove = [] }: NonNullable<NonNullable<RuleIntent['headers']>['request']>): object[] {
  return [
    ...set.map(({ name, value }) => ({ actionType: 'set', headerName: name, headerValue: value })),
    ...remove.map((name) => ({ actionType: 'delete', headerName: name })),
  ];
}
