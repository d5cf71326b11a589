import { isHostname } from '../kubernetes-names.js';
import { byCodePoint } from '../listeners.js';
import type { Inventory } from './inventory.js';
import { isMatchable, rewriteOf } from './nginx-paths.js';
import { rootOf, rulesOf } from './nginx-rules.js';
import { hostText, type NginxIngress, type NginxServer, NginxServers } from './nginx-servers.js';
import { nginxPrefix, nginxSettings } from './nginx-settings.js';
import type { Report, SourceRef } from './report.js';
import type { Forward, ServedBackend, ServedHosts, ServicePolicies } from './served-hosts.js';
import { keyOf, type SourceBackend, type SourceIngress, type SourcePath } from './source-objects.js';
import type { Translated } from './translate-agic.js';

/**
 * MAP-44: the oldest Ingress wins a path, then namespace and name; the loser is an ERROR. What nginx makes of a path is decided by
 * all Ingresses of its host together, so servers come first and rules of them.
 */
export function translateNginx(sources: readonly SourceIngress[], inventory: Inventory, report: Report): Translated {
  const ingresses = [...sources]
    .sort((a, b) => byCodePoint(`${a.created || '9'} ${keyOf(a.ref)}`, `${b.created || '9'} ${keyOf(b.ref)}`))
    .map((source) => ({ source, settings: nginxSettings(source, report) }));
  const translation = new NginxTranslation(inventory, report);
  for (const ingress of ingresses) if (!ingress.settings.canary) translation.add(ingress);
  for (const ingress of ingresses) if (ingress.settings.canary) translation.addCanary(ingress);
  return { hosts: translation.hosts(), services: [...translation.services.values()] };
}

class NginxTranslation {
  readonly services = new Map<string, ServicePolicies>();
  readonly #servers: NginxServers;

  constructor(
    private readonly inventory: Inventory,
    private readonly report: Report,
  ) {
    this.#servers = new NginxServers(report);
  }

  add(ingress: NginxIngress): void {
    const { source, settings } = ingress;
    for (const rule of source.rules) {
      if (!this.#isName(rule.host, source.ref, rule.at)) continue;
      const isFirst = !this.#servers.all.has(rule.host);
      const server = this.#servers.server(rule.host, ingress);
      const named = { ...source.ref, annotation: `${nginxPrefix}server-alias` };
      for (const alias of settings.aliases) if (this.#isName(alias, named)) server.aliases.add(alias);
      for (const path of rule.paths) this.#put(server, ingress, path);
      // Who names a host first says where the rest of it goes; the nameless host has a rest of its own before.
      if (isFirst && rule.host !== '') this.#rest(server, ingress);
      else if (source.defaultBackend) this.#reportRest(source.ref, source.defaultBackend.at, rule.host);
    }
    this.#tls(ingress);
    if (source.rules.length > 0 || !source.defaultBackend) return;
    const catchAll = this.#servers.server('', ingress);
    if (catchAll.rest) this.#reportRest(source.ref, source.defaultBackend.at, '');
    else this.#rest(catchAll, ingress);
  }

  /** The canary's backend beside the main one. Of what it says besides nginx hears nothing. */
  addCanary({ source, settings }: NginxIngress): void {
    for (const path of [...source.tls.map(({ at }) => at), ...(source.defaultBackend ? [source.defaultBackend.at] : [])])
      this.report.ignored(source.ref, { rule: 'MAP-41', message: 'is not heard of a canary: that of the main Ingress counts', path });
    for (const rule of source.rules) {
      for (const path of rule.paths) {
        const text = path.path || '/';
        const held =
          this.#servers.all.get(rule.host)?.entries.filter((entry) => entry.path === text && entry.target.kind === 'forward') ?? [];
        const plain = { source, settings: { ...settings, rewriteTarget: undefined } };
        const forward = this.#forward(plain, path.backend, path);
        if (held.length === 0 || !forward) {
          const message = 'is a canary without a main Ingress for this host and path: nginx ignores it';
          this.report.warning(source.ref, { rule: 'MAP-41', message, path: path.at });
          continue;
        }
        for (const entry of held) {
          entry.canary ??= { ingress: plain, forward };
          const mine = entry.canary.ingress === plain;
          const message = mine ? 'is a part of what the main Ingress gets' : 'is a second canary: nginx hears only the first';
          this.report.add(source.ref, mine ? 'CONVERTED' : 'WARNING', { rule: 'MAP-41', message, path: path.at });
        }
      }
    }
  }

  hosts(): readonly ServedHosts[] {
    const servers = [...this.#servers.all.values()];
    const names = new Map(servers.map((server) => [server.name, server]));
    // An alias is another name of its host, unless a host has that name.
    for (const server of servers) for (const alias of server.aliases) if (!names.has(alias)) names.set(alias, server);
    for (const server of servers) {
      if (server.rest && (rootOf(server) ?? server.first?.settings.redirect)) this.#reportRest(server.rest.of, server.rest.at, server.name);
      this.#reportUncertified(server);
    }
    return [...names].flatMap(([name, server]) => this.#served(name, server, [...names.keys()]));
  }

  #served(name: string, server: NginxServer, names: readonly string[]): readonly ServedHosts[] {
    const isolated = names.some((other) => isLessSpecific(other, name));
    const hostnames = name === '' ? [] : [name];
    const rules = rulesOf(server, 'HTTP', isolated, this.report);
    if (rules.every(({ target }) => target.kind === 'nothing')) return [];
    const http: ServedHosts = { scheme: 'HTTP', hostnames, certificates: [], rules };
    if (!server.certificate) return [http];
    return [
      http,
      { scheme: 'HTTPS', hostnames, certificates: [server.certificate], rules: rulesOf(server, 'HTTPS', isolated, this.report) },
    ];
  }

  #isName(name: string, source: SourceRef, path?: string): boolean {
    if (name === '' || isHostname(name)) return true;
    const message = `'${name}' is no host name that can be matched`;
    this.report.error(source, { rule: 'MAP-43', message, action: 'write plain names', ...(path === undefined ? {} : { path }) });
    return false;
  }

  #put(server: NginxServer, ingress: NginxIngress, path: SourcePath): void {
    const { source, settings } = ingress;
    const text = path.path || '/';
    if (!isMatchable(text, settings.regex || settings.rewriteTarget !== undefined)) {
      const message = `'${text}' cannot be matched; the path is left out`;
      this.report.error(source.ref, { rule: 'MAP-43', message, action: 'write it differently', path: path.at });
      return;
    }
    const target = settings.redirect ?? this.#forward(ingress, path.backend, path);
    if (settings.redirect)
      this.report.converted(source.ref, { rule: 'MAP-43', message: 'is redirected: its backend gets nothing', path: path.at });
    if (target) this.#servers.put(server, { ingress, path: text, type: path.type, at: path.at, target });
  }

  #rest(server: NginxServer, ingress: NginxIngress): void {
    const { defaultBackend, ref } = ingress.source;
    const forward = defaultBackend && this.#forward(ingress, defaultBackend, undefined);
    if (forward) server.rest = { forward, of: ref, at: defaultBackend.at };
  }

  /** Only hosts of rules have certificates. */
  #tls({ source }: NginxIngress): void {
    const named = new Set(source.rules.map(({ host }) => host));
    for (const { hosts, secret, at } of source.tls) {
      const finding = { rule: 'MAP-05', path: at };
      if (secret === undefined) {
        const message = 'without a Secret nginx serves a certificate of its own, which is not in the input';
        this.report.unsupported(source.ref, { ...finding, message, action: 'name a Secret', blocking: true });
      }
      for (const [index, host] of hosts.entries()) {
        if (named.has(host)) continue;
        const message = `no rule names host '${host}': nginx makes no use of its certificate`;
        this.report.ignored(source.ref, { ...finding, message, path: `${at}.hosts[${index}]` });
      }
      if (hosts.length > 0 && !hosts.some((host) => named.has(host)))
        this.report.ignored(source.ref, { ...finding, message: 'no rule names its hosts: nginx makes no use of it' });
    }
  }

  /** nginx has a certificate of its own for such hosts, a Gateway has none. */
  #reportUncertified({ name, first, rest, entries, certificate }: NginxServer): void {
    if (certificate) return;
    const message = `${hostText(name)} is redirected to HTTPS, for which no Secret is named: nothing answers there`;
    const action = 'name a Secret in spec.tls; where TLS ends before nginx, leave force-ssl-redirect out';
    const warn = (source: SourceRef, path: string): void => this.report.warning(source, { rule: 'MAP-41', message, action, path });
    const leads = ({ settings }: NginxIngress): boolean => settings.forceSslRedirect && settings.redirect === undefined;
    for (const { ingress, at } of entries) if (leads(ingress)) warn(ingress.source.ref, at);
    if (rest && first && leads(first)) warn(rest.of, rest.at);
  }

  #reportRest(source: SourceRef, path: string, host: string): void {
    const message = `the default backend gets nothing of ${hostText(host)}: a path /, a redirect, another Ingress or nginx itself goes before it`;
    this.report.warning(source, { rule: 'MAP-44', message, action: 'remove it if that is meant', path });
  }

  #forward({ source, settings }: NginxIngress, backend: SourceBackend, path: SourcePath | undefined): Forward | undefined {
    const port = this.inventory.port(source, backend, this.report);
    if (port === undefined) return undefined;
    const served: ServedBackend = { namespace: source.ref.namespace, service: backend.service, port };
    this.#service(served, settings.https, settings.hostname);
    const text = path === undefined ? '/' : path.path || '/';
    const rewrite = settings.rewriteTarget === undefined ? {} : rewriteOf(text, settings.rewriteTarget);
    if (!rewrite) {
      const message = `'${settings.rewriteTarget}' refers to groups of '${text}' that a route cannot capture; the path is left out`;
      const place = path ? { path: path.at } : {};
      this.report.unsupported(source.ref, { rule: 'MAP-41', message, action: 'rewrite in the backend', blocking: true, ...place });
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
  #service({ namespace, service, port }: ServedBackend, https: boolean, sni: string | undefined): void {
    if (!https) return;
    const key = keyOf({ namespace, name: service });
    const ports = [...new Set([...(this.services.get(key)?.tls?.ports ?? []), port])].sort((a, b) => a - b);
    this.services.set(key, { service: { namespace, name: service }, tls: { ports, sni } });
  }
}

/** A host that would take what this one leaves unanswered, if nginx did not decide by host first. */
function isLessSpecific(other: string, name: string): boolean {
  if (other === name || name === '') return false;
  return other === '' || (other.startsWith('*.') && name.endsWith(other.slice(1)) && name.length > other.length - 1);
}
