import { isHostname } from '../kubernetes-names.js';
import {
  agicListeners,
  hostnamesOf,
  inAgicOrder,
  mostHostnames,
  patternOf,
  type AgicIngress,
  type AgicListener,
} from './agic-listeners.js';
import { reportAgicExtras } from './agic-extras.js';
import { reportHttps } from './agic-https.js';
import { AgicServices } from './agic-services.js';
import { agicSettings } from './agic-settings.js';
import type { Inventory } from './inventory.js';
import { secretFor } from './object-names.js';
import { reachable, routePatterns } from './path-patterns.js';
import type { Report } from './report.js';
import { rewriteFilters, type RewriteFilters } from './rewrite-rules.js';
import type { Target, Forward, ObjectName, ServedHosts, ServicePolicies } from './served-hosts.js';
import { keyOf, type SourceBackend, type SourceIngress, type SourcePath } from './source-objects.js';

/** Characters the Gateway API takes in a path; a `%2f` or an empty element it does not. */
const plainPath = /^\/(?:[-A-Za-z0-9/._~!$&'()+,;=:@]|%[0-9a-fA-F]{2})*$/;
const refusedInPath = /\/\/|\/\.\/|\/\.\.\/|%2f|%2F|\/\.\.?$/;

/** MAP-06: the one predefined policy that is stricter than the usual one. */
const strictProfiles = new Set(['appgwsslpolicy20170401s', 'appgwsslpolicy20220101s']);

export interface Translated {
  readonly hosts: readonly ServedHosts[];
  readonly services: readonly ServicePolicies[];
}

/** AGIC Ingresses as what they serve, with a report entry for every annotation and for every path that does not carry over. */
export function translateAgic(sources: readonly SourceIngress[], inventory: Inventory, report: Report): Translated {
  const read = inAgicOrder(sources.map((source) => ({ source, settings: agicSettings(source, report) })));
  for (const { source, settings } of read) if (settings.blocked) reportStaying(source, report);
  const ingresses = read.filter(({ settings }) => !settings.blocked).map((ingress) => withoutUnroutable(ingress, report));
  const services = new AgicServices(inventory, report);
  const parts = new AgicParts(inventory, services, report);
  for (const ingress of ingresses) reportAgicExtras(ingress, inventory, report);
  reportHttps(ingresses, parts, report);
  const listeners = agicListeners(ingresses, parts);
  for (const ingress of ingresses) registerServices(ingress, parts, services);
  for (const ingress of ingresses) reportLostDefaults(ingress, parts, listeners, report);
  reportLostHosts(ingresses, listeners, report);
  const wide = listeners.filter(({ hostnames }) => hostnames.length === 0 || hostnames.some((host) => host.startsWith('*.')));
  return { hosts: listeners.map((listener) => servedHosts(listener, wide, report)), services: services.all() };
}

/** Of an Ingress that cannot move: what its other annotations would have become does not matter. */
function reportStaying({ ref, annotations }: SourceIngress, report: Report): void {
  const told = new Set(report.annotationsOf(ref));
  for (const annotation of annotations.keys())
    if (!told.has(annotation))
      report.ignored({ ...ref, annotation }, { rule: 'MAP-30', message: 'stays with the Ingress, which cannot move' });
}

class AgicParts {
  readonly #rewrites = new Map<string, RewriteFilters>();
  #defaults: ReadonlySet<Target> | undefined;
  readonly #forwards = new Map<SourceBackend, Map<string, Forward | undefined>>();

  constructor(
    private readonly inventory: Inventory,
    readonly services: AgicServices,
    private readonly report: Report,
  ) {}

  /** The Secret of the rule's own host, else the one without hosts; the annotation counts only without `spec.tls`. */
  certificateOf({ source, settings }: AgicIngress, host: string): ObjectName | undefined {
    const named = source.tls.findLast(
      ({ secret, hosts }) => secret !== undefined && host !== '' && hosts.includes(host) && this.#usable(source, secret),
    );
    const general = source.tls.findLast(
      ({ secret, hosts }) => secret !== undefined && (hosts.length === 0 || hosts.includes('')) && this.#usable(source, secret),
    );
    const onGateway = settings.sslCertificate ? secretFor(settings.sslCertificate) : undefined;
    const secret = (named ?? general)?.secret ?? onGateway;
    return secret === undefined ? undefined : { namespace: source.ref.namespace, name: secret };
  }

  /** Where a backend leads. The same backend gives the same object each time, and is reported once. */
  forward(ingress: AgicIngress, backend: SourceBackend, exactPath: string | undefined): Forward | undefined {
    const held = this.#forwards.get(backend) ?? new Map<string, Forward | undefined>();
    this.#forwards.set(backend, held);
    const key = exactPath ?? '';
    if (!held.has(key)) held.set(key, this.#newForward(ingress, backend, exactPath));
    return held.get(key);
  }

  isDefault(target: Forward, listeners: readonly AgicListener[]): boolean {
    this.#defaults ??= new Set(listeners.map(({ fallback }) => fallback));
    return this.#defaults.has(target);
  }

  #newForward({ source, settings }: AgicIngress, backend: SourceBackend, exactPath: string | undefined): Forward | undefined {
    const port = this.inventory.port(source, backend, this.report);
    if (port === undefined) return undefined;
    const { fullPath, ...headers } = settings.rewrite ? this.#rewrite(source, settings.rewrite) : {};
    const replaced = fullPath ?? (exactPath === undefined ? undefined : settings.pathPrefix);
    return {
      kind: 'forward',
      backends: [{ namespace: source.ref.namespace, service: backend.service, port }],
      hostname: settings.hostname,
      pathPrefix: replaced === undefined ? settings.pathPrefix : undefined,
      fullPath: replaced,
      ...headers,
      policy: {
        timeoutSeconds: settings.requestTimeout,
        affinity: settings.affinity ? {} : undefined,
        wafPolicy: settings.wafPolicy || undefined,
      },
    };
  }

  #rewrite(source: SourceIngress, name: string): RewriteFilters {
    const key = keyOf({ namespace: source.ref.namespace, name });
    const object = this.inventory.rewrite(source.ref.namespace, name);
    const filters = this.#rewrites.get(key) ?? (object ? rewriteFilters(object, this.report) : {});
    this.#rewrites.set(key, filters);
    return filters;
  }

  #usable(source: SourceIngress, secret: string): boolean {
    return this.inventory.secret(source.ref.namespace, secret) !== 'WRONG';
  }
}

/** Without the hosts and paths that the Gateway API cannot take; each is reported. */
function withoutUnroutable({ source, settings }: AgicIngress, report: Report): AgicIngress {
  const extension = { ...source.ref, annotation: 'appgw.ingress.kubernetes.io/hostname-extension' };
  const extraHosts = settings.extraHosts.filter((host) => {
    if (isHostname(host)) return true;
    const message = `Application Gateway for Containers cannot match '${host}': wildcards are one '*.' in front; the host is left out`;
    report.unsupported(extension, { rule: 'MAP-19', message, action: 'list the hosts one by one', blocking: true });
    return false;
  });
  const onlyExtra = settings.extraHosts.length > 0 && extraHosts.length === 0;
  const rules = source.rules.flatMap((rule) => {
    if (rule.host === '' && onlyExtra) return [];
    if (rule.host !== '' && !isHostname(rule.host)) {
      const message = `'${rule.host}' is no host name that can be matched; the rule is left out`;
      report.error(source.ref, {
        rule: 'MAP-32',
        message,
        action: "use a name in lower case, '*.' in front at most",
        path: rule.at,
      });
      return [];
    }
    const hosts = new Set([rule.host, ...extraHosts].filter(Boolean));
    if (hosts.size > mostHostnames) {
      const message = `AGIC serves ${mostHostnames} hosts of a rule; ${[...hosts].slice(mostHostnames).join(', ')} are not served today, and not carried over`;
      report.warning(extension, { rule: 'MAP-19', message, action: 'add them to a rule of their own' });
    }
    return [{ ...rule, paths: rule.paths.filter((path) => isRoutable(path, source, report)) }];
  });
  return { source: { ...source, rules }, settings: { ...settings, extraHosts } };
}

function isRoutable(path: SourcePath, source: SourceIngress, report: Report): boolean {
  const text = patternOf(path)?.text;
  if (text === undefined || (plainPath.test(text) && !refusedInPath.test(text) && text.length <= 1000)) return true;
  const message = `'${path.path}' cannot be matched: ${text.includes('*') ? 'a * stands at the end only' : 'it holds what a route refuses'}; the path is left out`;
  report.error(source.ref, { rule: 'MAP-32', message, action: 'write the path differently', path: path.at });
  return false;
}

/** The last default of a listener wins; one that is the default nowhere gets no traffic. */
function reportLostDefaults(ingress: AgicIngress, parts: AgicParts, listeners: readonly AgicListener[], report: Report): void {
  const { source } = ingress;
  const paths = source.rules.flatMap((rule) => rule.paths).filter((path) => patternOf(path) === undefined);
  const defaults = [...paths, ...(source.defaultBackend ? [{ at: source.defaultBackend.at, backend: source.defaultBackend }] : [])];
  for (const { at, backend } of defaults) {
    const target = parts.forward(ingress, backend, undefined);
    if (!target || parts.isDefault(target, listeners)) continue;
    const message =
      'is the default of no listener, since a path or a later Ingress decides there: it gets no traffic today, and none after';
    report.warning(source.ref, { rule: 'AGIC-31', message, action: 'remove it if that is meant', path: at });
  }
}

/** A host of which every path was left out, and that no other rule serves. */
function reportLostHosts(ingresses: readonly AgicIngress[], listeners: readonly AgicListener[], report: Report): void {
  const served = new Set(
    listeners.filter(({ patterns, fallback }) => patterns.length > 0 || fallback.kind !== 'nothing').flatMap(({ hostnames }) => hostnames),
  );
  for (const { source } of ingresses) {
    for (const { host, at } of source.rules) {
      if (host === '' || served.has(host)) continue;
      const message = `nothing is served for '${host}': none of its paths is left`;
      report.warning(source.ref, { rule: 'MAP-32', message, path: at });
    }
  }
}

function registerServices(ingress: AgicIngress, parts: AgicParts, services: AgicServices): void {
  const { source, settings } = ingress;
  const add = (backend: SourceBackend, host: string | undefined, path: SourcePath | undefined): void => {
    for (const served of parts.forward(ingress, backend, undefined)?.backends ?? []) services.add(ingress, served, host, path);
  };
  for (const rule of source.rules) {
    const host = hostnamesOf(rule, settings).find((name) => !name.includes('*'));
    for (const path of rule.paths) add(path.backend, host, path);
  }
  if (source.defaultBackend) add(source.defaultBackend, undefined, undefined);
}

function servedHosts(listener: AgicListener, wide: readonly AgicListener[], report: Report): ServedHosts {
  const { served, hidden } = reachable(listener.patterns);
  for (const { pattern, by } of hidden) {
    const same = pattern.text === by.text && pattern.wildcard === by.wildcard;
    const message = `${shown(pattern)} is ${same ? 'taken' : 'hidden'} by ${shown(by)} of ${keyOf(by.source)}, which comes first: it gets no traffic today, and none after`;
    report.warning(pattern.source, { rule: 'AGIC-31', message, action: 'remove one, or put the narrower path first', path: pattern.at });
  }
  const isolated = listener.fallback.kind === 'nothing' && wide.some((other) => lessSpecific(other, listener));
  const { rules, narrowed } = routePatterns(served, listener.fallback, listener.fallbackSources);
  for (const pattern of narrowed) {
    const message = `Application Gateway takes ${pattern.text}* with any ending; with a path rewrite only whole path elements are matched (${pattern.text}, ${pattern.text}/...)`;
    report.warning(pattern.source, {
      rule: 'MAP-01',
      message,
      action: 'add the other paths one by one if they are used',
      path: pattern.at,
    });
  }
  const sources = listener.sources.map(({ ref }) => ref);
  return {
    scheme: listener.scheme,
    hostnames: listener.hostnames,
    certificates: listener.certificate ? [listener.certificate] : [],
    tlsPolicy:
      listener.sslProfile === undefined ? undefined : strictProfiles.has(listener.sslProfile.toLowerCase()) ? '2023-06-S' : '2023-06',
    rules: isolated ? [...rules, { matches: [{ type: 'PathPrefix', value: '/' }], target: listener.fallback, sources }] : rules,
  };
}

/** A listener that would take what this one leaves unanswered, if the host did not decide first. */
function lessSpecific(other: AgicListener, listener: AgicListener): boolean {
  if (other === listener || other.scheme !== listener.scheme || listener.hostnames.length === 0) return false;
  if (other.hostnames.length === 0) return true;
  return other.hostnames.some(
    (wide) => wide.startsWith('*.') && listener.hostnames.some((host) => host !== wide && host.endsWith(wide.slice(1))),
  );
}

function shown({ text, wildcard }: { readonly text: string; readonly wildcard: boolean }): string {
  return `${text}${wildcard ? '*' : ''}`;
}
