import { checkWafPolicyId } from '@podspan/aks';
import { agicAnnotations, agicPrefix, type AgicNumber } from '../agic/annotation-table.js';
import { isHostname } from '../kubernetes-names.js';
import { annotationReader, type AnnotationReader } from './annotation-values.js';
import type { Finding, Report } from './report.js';
import type { SourceIngress } from './source-objects.js';

export { agicPrefix };

/** What an AGIC Ingress asks for beside its rules (AGIC-40 to AGIC-65), after reading every annotation strictly. */
export interface AgicSettings {
  readonly pathPrefix: string | undefined;
  readonly hostname: string | undefined;
  readonly protocol: 'http' | 'https' | undefined;
  readonly sslRedirect: boolean;
  readonly sslCertificate: string | undefined;
  readonly sslProfile: string | undefined;
  readonly trustedRoots: readonly string[];
  readonly affinity: boolean;
  /** Seconds. */
  readonly requestTimeout: number | undefined;
  readonly wafPolicy: string | undefined;
  readonly rewrite: string | undefined;
  readonly extraHosts: readonly string[];
  readonly priority: number | undefined;
  readonly probe: AgicProbe;
  /** A hard blocker (MAP-30): nothing of the Ingress can move. */
  readonly blocked: boolean;
}

export interface AgicProbe {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
  readonly statusCodes?: readonly StatusRange[] | undefined;
  readonly intervalSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly unhealthyThreshold?: number | undefined;
}

export interface StatusRange {
  readonly start: number;
  readonly end: number;
}

/** Every annotation gets an entry, those nobody knows too; what comes of a redirect, `reportHttps` says. */
export function agicSettings(ingress: SourceIngress, report: Report): AgicSettings {
  const read = annotationReader(ingress, agicPrefix, report);
  const privateIp = blockedBy(read, 'use-private-ip', read.bool('use-private-ip') === true, {
    rule: 'MAP-14',
    message: 'Application Gateway for Containers has no private frontend: the Ingress cannot move today',
    action: 'keep it on AGIC, or make it public',
  });
  const settings: Omit<AgicSettings, 'blocked'> = {
    pathPrefix: backendPath(read),
    hostname: backendHostname(read),
    protocol: read.choice('backend-protocol', ['http', 'https'], { rule: 'MAP-03', message: 'sets the protocol to the backend' }),
    sslRedirect: sslRedirect(read),
    sslCertificate: read.text('appgw-ssl-certificate'),
    sslProfile: read.text('appgw-ssl-profile'),
    trustedRoots: (read.text('appgw-trusted-root-certificate') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    affinity: read.flag(
      'cookie-based-affinity',
      { rule: 'MAP-10', message: 'becomes session affinity with a managed cookie' },
      'no affinity',
    ),
    requestTimeout: requestTimeout(read),
    wafPolicy: wafPolicy(read),
    rewrite: read.text('rewrite-rule-set-custom-resource'),
    extraHosts: extraHosts(read),
    priority: numberOf(read, 'rule-priority'),
    probe: agicProbe(read),
  };
  notConfigurable(read);
  const otherPort = frontendPort(read, ingress);
  read.unknown();
  return { ...settings, blocked: privateIp || otherPort };
}

/** MAP-31: by its value. */
function sslRedirect(read: AnnotationReader): boolean {
  const wanted = read.bool('ssl-redirect');
  if (wanted === false) read.say('ssl-redirect', 'CONVERTED', { rule: 'MAP-04', message: 'is off: no redirect is made' });
  return wanted === true;
}

function blockedBy(read: AnnotationReader, name: string, blocked: boolean, finding: Finding): boolean {
  if (blocked) read.say(name, 'UNSUPPORTED', { ...finding, blocking: true });
  else if (read.valid(name)) read.say(name, 'CONVERTED', { rule: finding.rule, message: 'is off: nothing to carry over' });
  return blocked;
}

function numberOf(read: AnnotationReader, name: AgicNumber): number | undefined {
  const { least, most } = agicAnnotations[name];
  return read.int(name, least, most);
}

/** MAP-13. AGIC falls back to 80 and 443 for a port it cannot use; a guess that is not repeated here. */
function frontendPort(read: AnnotationReader, ingress: SourceIngress): boolean {
  const name = 'override-frontend-port';
  const port = numberOf(read, name);
  // AGIC-44: a certificate on the gateway makes it HTTPS as a Secret does.
  const secured = ingress.tls.length > 0 || !!read.text('appgw-ssl-certificate');
  const [scheme, usual] = secured ? (['HTTPS', 443] as const) : (['HTTP', 80] as const);
  return blockedBy(read, name, port !== undefined && port !== usual, {
    rule: 'MAP-13',
    message: `Application Gateway for Containers serves ${scheme} on ${usual} only, not on ${port}: the Ingress cannot move today`,
    action: `keep it on AGIC, or serve it on ${usual}`,
  });
}

function backendPath(read: AnnotationReader): string | undefined {
  const prefix = read.text('backend-path-prefix');
  if (prefix === undefined) return undefined;
  if (!/^\/[-\w.~!$&'()+,;=:@/%]*$/.test(prefix) || prefix.length > 1024) {
    read.say('backend-path-prefix', 'ERROR', {
      rule: 'MAP-01',
      message: `'${prefix}' is no path`,
      action: 'write a path that starts with /',
    });
    return undefined;
  }
  read.say('backend-path-prefix', 'CONVERTED', { rule: 'MAP-01', message: 'becomes a URL rewrite of the path' });
  return prefix;
}

function backendHostname(read: AnnotationReader): string | undefined {
  const hostname = read.text('backend-hostname');
  if (hostname === undefined) return undefined;
  if (!isHostname(hostname) || hostname.startsWith('*')) {
    const message = `'${hostname}' is no host name that a rewrite may set`;
    read.say('backend-hostname', 'ERROR', { rule: 'MAP-02', message, action: 'use a name in lower case, not an IP address' });
    return undefined;
  }
  read.say('backend-hostname', 'CONVERTED', { rule: 'MAP-02', message: 'becomes a URL rewrite of the host name' });
  return hostname;
}

function requestTimeout(read: AnnotationReader): number | undefined {
  const seconds = numberOf(read, 'request-timeout');
  if (seconds !== undefined) {
    const message = `becomes a timeout of ${seconds} s, which on Application Gateway for Containers ends streaming bodies too`;
    read.say('request-timeout', 'CONVERTED', { rule: 'MAP-12', message });
  }
  return seconds;
}

/** AGIC-54: an ARM id; with anything else AGIC's own update fails. */
function wafPolicy(read: AnnotationReader): string | undefined {
  const name = 'waf-policy-for-path';
  const id = read.text(name);
  const [problem] = id ? checkWafPolicyId(name, id) : [];
  if (!problem) return id;
  read.fail(name, { rule: 'MAP-15', message: `'${id}' is ${problem.message}`, action: `write ${String(problem.suggestion)}` });
  return undefined;
}

/** AGIC-64: patterns of Application Gateway that are no host names of the Gateway API are left out by the caller. */
function extraHosts(read: AnnotationReader): readonly string[] {
  const text = read.text('hostname-extension');
  const hosts = (text ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
  if (hosts.length > 0)
    read.say('hostname-extension', 'CONVERTED', { rule: 'MAP-19', message: `${hosts.length} more host names are served` });
  else if (text !== undefined) read.say('hostname-extension', 'CONVERTED', { rule: 'MAP-19', message: 'names no host' });
  return hosts;
}

function notConfigurable(read: AnnotationReader): void {
  if (read.bool('connection-draining') !== undefined) {
    const message = 'draining is always on and cannot be configured (5 minutes at scale-in and maintenance)';
    read.say('connection-draining', 'UNSUPPORTED', { rule: 'MAP-08', message });
  }
  if (numberOf(read, 'connection-draining-timeout') !== undefined) {
    read.say('connection-draining-timeout', 'UNSUPPORTED', { rule: 'MAP-09', message: 'the time to drain cannot be set' });
  }
  if (read.bool('cookie-based-affinity-distinct-name') !== undefined) {
    const message = 'the managed cookie has one name for all Services';
    read.say('cookie-based-affinity-distinct-name', 'UNSUPPORTED', { rule: 'MAP-11', message });
  }
  if (read.text('rewrite-rule-set')) {
    const message = 'the rule set lives on the Application Gateway and cannot be seen from here: its rewrites would be lost';
    const action = 'write the rules as an AzureApplicationGatewayRewrite and translate that, or add filters to the routes by hand';
    read.say('rewrite-rule-set', 'UNSUPPORTED', { rule: 'MAP-17', message, action, blocking: true });
  }
}

function agicProbe(read: AnnotationReader): AgicProbe {
  const probe = {
    host: read.text('health-probe-hostname'),
    port: numberOf(read, 'health-probe-port'),
    path: probePath(read),
    statusCodes: statusCodes(read),
    intervalSeconds: numberOf(read, 'health-probe-interval'),
    timeoutSeconds: numberOf(read, 'health-probe-timeout'),
    unhealthyThreshold: numberOf(read, 'health-probe-unhealthy-threshold'),
  };
  for (const name of ['hostname', 'port', 'path', 'status-codes', 'interval', 'timeout', 'unhealthy-threshold']) {
    const annotation = `health-probe-${name}`;
    if (read.valid(annotation))
      read.say(annotation, 'CONVERTED', { rule: 'MAP-16', message: 'becomes part of the HealthCheckPolicy of the Service' });
  }
  return probe;
}

function probePath(read: AnnotationReader): string | undefined {
  const path = read.text('health-probe-path');
  if (path === undefined || path === '' || path.startsWith('/')) return path || undefined;
  read.fail('health-probe-path', { rule: 'MAP-16', message: `'${path}' is no path`, action: 'write a path that starts with /' });
  return undefined;
}

/** AGIC-58: codes and ranges, `200-399,404`. */
function statusCodes(read: AnnotationReader): readonly StatusRange[] | undefined {
  const name = 'health-probe-status-codes';
  const text = read.text(name);
  if (text === undefined || text === '') return undefined;
  const ranges = text.split(',').map((part) => {
    const [, start = '', end = start] = /^\s*(\d{3})\s*(?:-\s*(\d{3})\s*)?$/.exec(part) ?? [];
    return { start: Number(start), end: Number(end) };
  });
  if (ranges.every(({ start, end }) => start >= 100 && end <= 599 && start <= end)) return ranges;
  read.fail(name, {
    rule: 'MAP-16',
    message: `'${text}' is no list of status codes`,
    action: 'write codes and ranges such as 200-399,404',
  });
  return undefined;
}
