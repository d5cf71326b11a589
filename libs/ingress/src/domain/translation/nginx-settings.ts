import { isHostname } from '../kubernetes-names.js';
import { annotationReader, type AnnotationReader } from './annotation-values.js';
import type { Outcome, Report } from './report.js';
import type { Redirect } from './served-hosts.js';
import type { SourceIngress } from './source-objects.js';

export const nginxPrefix = 'nginx.ingress.kubernetes.io/';

/** What an Ingress of ingress-nginx asks for, as far as it carries over (MAP-41 to MAP-43). */
export interface NginxSettings {
  readonly rewriteTarget: string | undefined;
  readonly regex: boolean;
  readonly appRoot: string | undefined;
  readonly redirect: Redirect | undefined;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly hostname: string | undefined;
  readonly forwardedPrefix: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly https: boolean;
  readonly affinity: { readonly cookieName?: string | undefined; readonly seconds?: number | undefined } | undefined;
  readonly aliases: readonly string[];
  readonly canary: NginxCanary | undefined;
}

export interface NginxCanary {
  readonly header: string | undefined;
  /** None: `always` leads to the canary, `never` away from it. */
  readonly headerValue: string | undefined;
  readonly weight: number | undefined;
  readonly total: number;
}

/** Access control, limits and raw configuration: leaving them out would open what was closed. */
const guarding =
  /^(auth-|limit-|whitelist-|denylist-|satisfy|enable-cors|cors-|.*-snippet$|ssl-passthrough|modsecurity|enable-modsecurity|enable-owasp|owasp|mirror-|canary-by-cookie|canary-by-header-pattern|from-to-www-redirect|custom-http-errors|default-backend|service-upstream|permanent-redirect-|temporal-redirect-)/;
/** Sizes and tuning that AGC decides itself. */
const tuning =
  /^(proxy-(body-size|buffer|buffers-number|buffer-size|buffering|max-temp-file-size|http-version|request-buffering|connect-timeout|next-upstream.*|cookie-(domain|path))|client-body-buffer-size|connection-proxy-header|enable-access-log|enable-rewrite-log|http2-push-preload|upstream-hash-by.*|ssl-(ciphers|prefer-server-ciphers)|server-tokens|preserve-trailing-slash|session-cookie-(path|samesite|expires|secure|change-on-failure|conditional-samesite-none|domain))$/;

export function nginxSettings(ingress: SourceIngress, report: Report): NginxSettings {
  const read = annotationReader(ingress, nginxPrefix, report);
  const redirect = redirectOf(read);
  const settings: NginxSettings = {
    rewriteTarget: said(read, 'rewrite-target', 'MAP-41', 'becomes a URL rewrite'),
    regex: read.flag(
      'use-regex',
      { rule: 'MAP-42', message: 'paths become regular expressions (ALB Controller 1.4.12 or newer)' },
      'paths are plain',
    ),
    appRoot: said(read, 'app-root', 'MAP-41', redirect ? redirectedFirst : '/ is redirected with 302'),
    redirect,
    sslRedirect: sslRedirect(read, 'ssl-redirect', redirect),
    forceSslRedirect: sslRedirect(read, 'force-ssl-redirect', redirect),
    hostname: vhost(read),
    forwardedPrefix: said(read, 'x-forwarded-prefix', 'MAP-41', 'becomes the request header X-Forwarded-Prefix'),
    timeoutSeconds: timeout(read),
    https: protocol(read) === 'HTTPS',
    affinity: affinity(read),
    aliases: (said(read, 'server-alias', 'MAP-43', 'the names are served too') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
    canary: canary(read),
  };
  rest(ingress, read, report);
  return settings;
}

/** Goes before all that the Ingress says beside it. */
const redirectedFirst = 'has no effect: the redirect of every path goes before it';

/** MAP-41: of the two, `ssl-redirect` is on where nobody says so. */
function sslRedirect(read: AnnotationReader, name: 'ssl-redirect' | 'force-ssl-redirect', redirect: Redirect | undefined): boolean {
  const value = read.bool(name);
  const on = name === 'ssl-redirect' ? 'hosts with a certificate are redirected to HTTPS' : 'HTTP is redirected to HTTPS';
  const message = value ? (redirect ? redirectedFirst : on) : 'is off: HTTP is served';
  if (value !== undefined) read.say(name, value && redirect ? 'IGNORED' : 'CONVERTED', { rule: 'MAP-41', message });
  return value ?? name === 'ssl-redirect';
}

function said(read: AnnotationReader, name: string, rule: string, message: string): string | undefined {
  const text = read.text(name);
  const without = text === '' || message === redirectedFirst;
  if (text !== undefined) read.say(name, without ? 'IGNORED' : 'CONVERTED', { rule, message: text === '' ? 'is empty' : message });
  return text || undefined;
}

function vhost(read: AnnotationReader): string | undefined {
  const host = read.text('upstream-vhost');
  if (host === undefined) return undefined;
  if (isHostname(host) && !host.startsWith('*')) {
    read.say('upstream-vhost', 'CONVERTED', { rule: 'MAP-41', message: 'becomes a URL rewrite of the host name' });
    return host;
  }
  read.say('upstream-vhost', 'UNSUPPORTED', {
    rule: 'MAP-41',
    message: `'${host}' is no fixed host name`,
    action: 'set a fixed name',
    blocking: true,
  });
  return undefined;
}

/** nginx waits between two reads, AGC for the whole answer. */
function timeout(read: AnnotationReader): number | undefined {
  const seconds = [read.int('proxy-read-timeout', 1, 86_400), read.int('proxy-send-timeout', 1, 86_400)];
  const message = 'becomes the timeout of the whole request; nginx counts between two operations';
  for (const name of ['proxy-read-timeout', 'proxy-send-timeout'])
    if (read.valid(name)) read.say(name, 'WARNING', { rule: 'MAP-41', message, action: 'check long downloads and streams' });
  const given = seconds.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : Math.max(...given);
}

function protocol(read: AnnotationReader): string | undefined {
  const value = read.text('backend-protocol')?.toUpperCase();
  if (value === undefined) return undefined;
  if (value === 'HTTP' || value === 'HTTPS' || value === 'AUTO_HTTP') {
    read.say('backend-protocol', 'CONVERTED', {
      rule: 'MAP-41',
      message: value === 'HTTPS' ? 'backends are reached over TLS, unverified as in nginx' : 'is plain HTTP',
    });
    return value;
  }
  const action = 'write a GRPCRoute for it by hand';
  read.say('backend-protocol', 'UNSUPPORTED', { rule: 'MAP-41', message: `${value} backends are not translated`, action, blocking: true });
  return value;
}

function affinity(read: AnnotationReader): NginxSettings['affinity'] {
  const kind = read.text('affinity');
  const cookieName = read.text('session-cookie-name');
  const seconds = read.int('session-cookie-max-age', 1, 31_536_000);
  for (const name of ['affinity-mode', 'affinity-canary-behavior']) {
    if (read.text(name) !== undefined) read.say(name, 'UNSUPPORTED', { rule: 'MAP-43', message: 'affinity has no modes' });
  }
  const on = kind === 'cookie';
  if (kind !== undefined) {
    if (on) read.say('affinity', 'CONVERTED', { rule: 'MAP-43', message: 'becomes session affinity' });
    else read.fail('affinity', { rule: 'MAP-43', message: `'${kind}' is no kind of affinity`, action: 'write cookie' });
  }
  for (const name of ['session-cookie-name', 'session-cookie-max-age']) {
    if (!read.valid(name)) continue;
    const used = on && cookieName !== undefined && seconds !== undefined;
    read.say(name, used ? 'CONVERTED' : 'WARNING', {
      rule: 'AGC-69',
      message: used
        ? 'becomes an application cookie'
        : 'counts only with affinity, a name and a max-age together: a managed cookie is used',
    });
  }
  return on ? { cookieName, seconds } : undefined;
}

function canary(read: AnnotationReader): NginxCanary | undefined {
  const on = read.flag('canary', { rule: 'MAP-41', message: 'becomes a rule beside that of the main Ingress' }, 'no split is made');
  const header = read.text('canary-by-header');
  const value = read.text('canary-by-header-value');
  const weight = read.int('canary-weight', 0, 1_000_000);
  const total = read.int('canary-weight-total', 1, 1_000_000) ?? 100;
  for (const name of ['canary-by-header', 'canary-by-header-value', 'canary-weight', 'canary-weight-total']) {
    if (read.valid(name))
      read.say(name, on ? 'CONVERTED' : 'IGNORED', {
        rule: 'MAP-41',
        message: on ? 'becomes a header match or a weight' : 'counts only with canary',
      });
  }
  return on ? { header, headerValue: value, weight, total } : undefined;
}

function redirectOf(read: AnnotationReader): Redirect | undefined {
  for (const [name, usual] of [
    ['permanent-redirect', 301],
    ['temporal-redirect', 302],
  ] as const) {
    const text = read.text(name);
    const code = read.int(`${name}-code`, 300, 399) ?? usual;
    const sayCode = (outcome: Outcome, message: string): void => {
      if (read.valid(`${name}-code`)) read.say(`${name}-code`, outcome, { rule: 'MAP-43', message });
    };
    if (!text) {
      sayCode('IGNORED', `counts only with ${name}`);
      continue;
    }
    const url = /^(https?):\/\/([^/:$]+)(?::(\d+))?(\/[^?#\s]*)?$/.exec(text.replace(/\$request_uri$/, ''));
    if (!url || !isHostname(url[2] ?? '') || ![301, 302, 303, 307, 308].includes(code) || url[4]?.includes('$')) {
      read.say(name, 'UNSUPPORTED', {
        rule: 'MAP-43',
        message: `a redirect to '${text}' with ${code} cannot be said`,
        action: 'redirect to a plain URL',
        blocking: true,
      });
      sayCode('IGNORED', 'the redirect is left out');
      continue;
    }
    read.say(name, 'CONVERTED', { rule: 'MAP-43', message: 'becomes a redirect of every path' });
    sayCode('CONVERTED', `redirects with ${code}`);
    const path = text.endsWith('$request_uri') ? undefined : (url[4] ?? '/');
    return {
      kind: 'redirect',
      scheme: url[1] as 'http' | 'https',
      hostname: url[2],
      port: url[3] === undefined ? undefined : Number(url[3]),
      path,
      code,
    };
  }
  return undefined;
}

/** What is left has an effect in nginx that nothing here repeats: never called harmless. */
function rest(ingress: SourceIngress, read: AnnotationReader, report: Report): void {
  if (read.text('load-balance') !== undefined) {
    const usual = read.text('load-balance') === 'round_robin';
    read.say('load-balance', usual ? 'CONVERTED' : 'UNSUPPORTED', {
      rule: 'MAP-43',
      message: usual ? 'is the default' : 'write a BackendLoadBalancingPolicy (AGC-67)',
    });
  }
  const known = new Set(report.annotationsOf(ingress.ref));
  for (const key of ingress.annotations.keys()) {
    if (known.has(key)) continue;
    if (!key.startsWith(nginxPrefix)) {
      const message =
        key === 'kubernetes.io/ingress.class'
          ? 'the class of the old controller; routes have none'
          : 'is not of ingress-nginx and stays with the Ingress';
      report.ignored({ ...ingress.ref, annotation: key }, { rule: 'MAP-40', message });
      continue;
    }
    const name = key.slice(nginxPrefix.length);
    const ref = { ...ingress.ref, annotation: key };
    if (tuning.test(name)) report.unsupported(ref, { rule: 'MAP-42', message: 'Application Gateway for Containers decides this itself' });
    else if (guarding.test(name)) {
      report.unsupported(ref, {
        rule: 'MAP-43',
        message: 'has no counterpart, and without it the Ingress would do something else',
        action: 'use a WAF policy, a filter, or the application',
        blocking: true,
      });
    } else report.unsupported(ref, { rule: 'MAP-43', message: 'is not translated', action: 'check what it does', blocking: true });
  }
}
