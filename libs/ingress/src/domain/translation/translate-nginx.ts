import { byCodePoint } from '../listeners.js';
import { isHostname } from '../kubernetes-names.js';
import type { Inventory } from './inventory.js';
import { nginxSettings, type NginxSettings } from './nginx-settings.js';
import { escaped } from './path-patterns.js';
import type { Report } from './report.js';
import type { Forward, ObjectName, ServedBackend, ServedHosts, ServedMatch, ServedRule, ServicePolicies, Target } from './served-hosts.js';
import { keyOf, type SourceBackend, type SourceIngress, type SourcePath } from './source-objects.js';
import type { Translated } from './translate-agic.js';

interface NginxIngress {
  readonly source: SourceIngress;
  readonly settings: NginxSettings;
}

interface Host {
  readonly name: string;
  readonly rules: Map<string, { rule: ServedRule; by: SourceIngress }>;
  certificate: ObjectName | undefined;
  redirected: boolean;
  readonly sources: SourceIngress[];
}

const plainPath = /^\/(?:[-A-Za-z0-9/._~!$&'()+,;=:@]|%[0-9a-fA-F]{2})*$/;

/** MAP-44: the oldest Ingress wins a path, then namespace and name; the loser is an ERROR. Canaries join the rule they are of. */
export function translateNginx(sources: readonly SourceIngress[], inventory: Inventory, report: Report): Translated {
  const ingresses = [...sources]
    .sort((a, b) => byCodePoint(`${a.created || '9'} ${keyOf(a.ref)}`, `${b.created || '9'} ${keyOf(b.ref)}`))
    .map((source) => ({ source, settings: nginxSettings(source, report) }));
  const hosts = new Map<string, Host>();
  const services = new Map<string, ServicePolicies>();
  const translation = new NginxTranslation(hosts, services, inventory, report);
  for (const ingress of ingresses) if (!ingress.settings.canary) translation.add(ingress);
  for (const ingress of ingresses) if (ingress.settings.canary) translation.addCanary(ingress);
  return { hosts: [...hosts.values()].flatMap(served), services: [...services.values()] };
}

class NginxTranslation {
  constructor(
    private readonly hosts: Map<string, Host>,
    private readonly services: Map<string, ServicePolicies>,
    private readonly inventory: Inventory,
    private readonly report: Report,
  ) {}

  add(ingress: NginxIngress): void {
    const { source, settings } = ingress;
    for (const rule of source.rules) {
      for (const name of this.#names(ingress, rule.host, rule.at)) {
        const host = this.#host(name, ingress);
        for (const path of rule.paths) {
          const target = settings.redirect ?? this.#forward(ingress, path.backend, path);
          if (target) this.#put(host, source, path.at, this.#matches(ingress, path), target);
        }
        if (settings.appRoot)
          this.#put(host, source, undefined, [{ type: 'Exact', value: '/' }], { kind: 'redirect', path: settings.appRoot, code: 302 });
        if (source.defaultBackend) this.#fallback(host, ingress);
      }
    }
    if (source.rules.length === 0 && source.defaultBackend) this.#fallback(this.#host('', ingress), ingress);
  }

  /** The canary's backend beside the main one: by header in a rule of its own, by weight in the same rule. */
  addCanary(ingress: NginxIngress): void {
    const { source, settings } = ingress;
    const { canary } = settings;
    for (const rule of source.rules) {
      for (const path of rule.paths) {
        const [match] = this.#matches(ingress, path);
        const held = match && this.hosts.get(rule.host)?.rules.get(keyOfMatch(match));
        const forward = this.#forward(ingress, path.backend, path);
        const [backend] = forward?.backends ?? [];
        if (!match || !canary || !held || held.rule.target.kind !== 'forward' || !forward || !backend) {
          const message = 'is a canary without a main Ingress for this host and path: nginx ignores it';
          this.report.warning(source.ref, { rule: 'MAP-41', message, path: path.at });
          continue;
        }
        const host = this.hosts.get(rule.host);
        if (canary.header !== undefined && host) {
          const headed = { ...match, headers: [{ name: canary.header, value: canary.headerValue }] };
          host.rules.set(keyOfMatch(headed), { rule: { matches: [headed], target: forward, sources: [source.ref] }, by: source });
        }
        if (canary.weight === undefined || canary.weight === 0) continue;
        const weight = Math.min(canary.weight, canary.total);
        const backends = [...held.rule.target.backends.map((main) => ({ ...main, weight: canary.total - weight })), { ...backend, weight }];
        held.rule = { ...held.rule, target: { ...held.rule.target, backends }, sources: [...held.rule.sources, source.ref] };
      }
    }
  }

  #names({ source, settings }: NginxIngress, host: string, at: string): readonly string[] {
    return [host, ...settings.aliases].filter((name) => {
      if (name === '' || isHostname(name)) return true;
      const message = `'${name}' is no host name that can be matched`;
      this.report.error(source.ref, { rule: 'MAP-43', message, action: 'write plain names', path: `${at}.host` });
      return false;
    });
  }

  #host(name: string, { source, settings }: NginxIngress): Host {
    const host: Host = this.hosts.get(name) ?? { name, rules: new Map(), certificate: undefined, redirected: false, sources: [] };
    this.hosts.set(name, host);
    const tls = source.tls.find(({ hosts, secret }) => secret !== undefined && (hosts.includes(name) || hosts.length === 0));
    if (tls?.secret !== undefined) {
      host.certificate ??= { namespace: source.ref.namespace, name: tls.secret };
      this.report.converted(source.ref, {
        rule: 'MAP-05',
        message: `certificate from Secret ${source.ref.namespace}/${tls.secret}`,
        path: tls.at,
      });
    }
    host.redirected ||= settings.forceSslRedirect || (tls !== undefined && settings.sslRedirect);
    host.sources.push(source);
    return host;
  }

  #put(host: Host, source: SourceIngress, at: string | undefined, matches: readonly ServedMatch[], target: Target): void {
    for (const match of matches) {
      const key = keyOfMatch(match);
      const held = host.rules.get(key);
      if (!held) host.rules.set(key, { rule: { matches: [match], target, sources: [source.ref] }, by: source });
      else if (at !== undefined) {
        const message = `${match.value} of host '${host.name}' belongs to ${keyOf(held.by.ref)}, which is older`;
        this.report.error(source.ref, { rule: 'MAP-44', message, action: 'remove one of them', path: at });
      }
    }
  }

  #fallback(host: Host, ingress: NginxIngress): void {
    const { source } = ingress;
    const target = source.defaultBackend && this.#forward(ingress, source.defaultBackend, undefined);
    const key = keyOfMatch({ type: 'PathPrefix', value: '/' });
    if (target && !host.rules.has(key)) this.#put(host, source, undefined, [{ type: 'PathPrefix', value: '/' }], target);
  }

  #forward(ingress: NginxIngress, backend: SourceBackend, path: SourcePath | undefined): Forward | undefined {
    const { source, settings } = ingress;
    const port = this.inventory.port(source, backend, this.report);
    if (port === undefined) return undefined;
    const served: ServedBackend = { namespace: source.ref.namespace, service: backend.service, port };
    this.#service(served, settings);
    const rewrite = path && settings.rewriteTarget !== undefined ? rewriteOf(path.path, settings.rewriteTarget) : {};
    if (!rewrite) {
      const message = `'${settings.rewriteTarget}' refers to groups of '${path?.path}' that a route cannot capture; the path is left out`;
      this.report.unsupported(source.ref, {
        rule: 'MAP-41',
        message,
        action: 'rewrite in the backend',
        ...(path ? { path: path.at } : {}),
        blocking: true,
      });
      return undefined;
    }
    const header = settings.forwardedPrefix;
    return {
      kind: 'forward',
      backends: [served],
      hostname: settings.hostname,
      pathPrefix: rewrite.pathPrefix,
      fullPath: rewrite.fullPath,
      requestHeaders: header === undefined ? undefined : { set: [{ name: 'X-Forwarded-Prefix', value: header }], remove: [] },
      policy: { timeoutSeconds: settings.timeoutSeconds, affinity: settings.affinity },
    };
  }

  /** nginx reaches TLS backends unverified; probes are the pods' own (AGC-68). */
  #service({ namespace, service, port }: ServedBackend, { https, hostname }: NginxSettings): void {
    if (!https) return;
    const key = keyOf({ namespace, name: service });
    const ports = [...new Set([...(this.services.get(key)?.tls?.ports ?? []), port])].sort((a, b) => a - b);
    this.services.set(key, { service: { namespace, name: service }, tls: { ports, sni: hostname } });
  }

  #matches({ source, settings }: NginxIngress, path: SourcePath): readonly ServedMatch[] {
    const text = path.path || '/';
    const captured = settings.rewriteTarget === undefined ? undefined : capturing(text);
    if (captured !== undefined && rewriteOf(text, settings.rewriteTarget ?? '')?.pathPrefix !== undefined)
      return [{ type: 'PathPrefix', value: captured || '/' }];
    if ((settings.regex || settings.rewriteTarget !== undefined) && /[()[\]*+?^$|\\]/.test(text)) {
      const message = `${text} becomes a regular expression; as in nginx it need not reach to the end, and capitals do not matter`;
      this.report.warning(source.ref, { rule: 'MAP-42', message, action: 'use ALB Controller 1.4.12 or newer', path: path.at });
      return [{ type: 'RegularExpression', value: `(?i)${text.replace(/^\^/, '').replace(/\$$/, '')}${text.endsWith('$') ? '' : '.*'}` }];
    }
    if (!plainPath.test(text) || /\/\/|%2[fF]|\/\.\.?(\/|$)/.test(text)) {
      this.report.error(source.ref, {
        rule: 'MAP-43',
        message: `'${text}' cannot be matched; the path is left out`,
        action: 'write it differently',
        path: path.at,
      });
      return [];
    }
    if (path.type === 'Exact') return [{ type: 'Exact', value: text }];
    if (path.type === 'Prefix' || text === '/') return [{ type: 'PathPrefix', value: text }];
    const message = `nginx takes ${text} for every path that starts so; whole path elements are matched by prefix, the rest by a regular expression`;
    this.report.warning(source.ref, { rule: 'MAP-42', message, action: 'use ALB Controller 1.4.12 or newer', path: path.at });
    return [
      { type: 'PathPrefix', value: text },
      ...(text.endsWith('/') ? [] : [{ type: 'RegularExpression' as const, value: `${escaped(text)}[^/].*` }]),
    ];
  }
}

/** `/a(/|$)(.*)`: the usual way to say a prefix; its plain part, or undefined. */
function capturing(path: string): string | undefined {
  return /^\^?(\/[-\w/.~]*?)\(\/\|\$\)\(\.\*\)\$?$/.exec(path)?.[1];
}

/** A fixed target replaces the whole path, `/x/$2` after the usual pattern the prefix; undefined when neither says it. */
function rewriteOf(path: string, target: string): { readonly pathPrefix?: string; readonly fullPath?: string } | undefined {
  if (!target.includes('$')) return { fullPath: target };
  const prefix = /^(\/[-\w/.~]*?)\/?\$2$/.exec(target)?.[1];
  return capturing(path) !== undefined && prefix !== undefined ? { pathPrefix: prefix || '/' } : undefined;
}

function keyOfMatch({ type, value, headers = [] }: ServedMatch): string {
  return `${type} ${value} ${headers.map((header) => `${header.name}=${header.value}`).join()}`;
}

function served({ name, rules, certificate, redirected }: Host): readonly ServedHosts[] {
  const hostnames = name === '' ? [] : [name];
  const own = [...rules.values()].map(({ rule }) => rule);
  if (own.length === 0) return [];
  const toHttps: ServedRule = {
    matches: [{ type: 'PathPrefix', value: '/' }],
    target: { kind: 'redirect', scheme: 'https', code: 308 },
    sources: own.flatMap(({ sources }) => sources),
  };
  return [
    { scheme: 'HTTP', hostnames, certificates: [], rules: redirected ? [toHttps] : own },
    ...(certificate ? [{ scheme: 'HTTPS' as const, hostnames, certificates: [certificate], rules: own }] : []),
  ];
}
