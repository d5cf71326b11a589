import { byCodePoint } from '../listeners.js';
import type { AgicSettings } from './agic-settings.js';
import type { PathPattern } from './path-patterns.js';
import type { SourceRef } from './report.js';
import type { Forward, Target } from './served-hosts.js';
import { keyOf, type SourceBackend, type SourceIngress, type SourceRule } from './source-objects.js';

export interface AgicIngress {
  readonly source: SourceIngress;
  readonly settings: AgicSettings;
}

/** An HTTP listener of the Application Gateway as AGIC would program it: port 80 or 443, up to five host names, one path map. */
export interface AgicListener {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly hostnames: readonly string[];
  readonly certificate: { readonly namespace: string; readonly name: string } | undefined;
  readonly sslProfile: string | undefined;
  readonly priority: number | undefined;
  readonly patterns: readonly PathPattern[];
  readonly fallback: Target;
  readonly fallbackSources: readonly SourceRef[];
  readonly sources: readonly SourceIngress[];
}

/** What the caller decides: which Secret serves a host, and where a backend leads (undefined: it was reported as lost). */
export interface ListenerParts {
  certificateOf(ingress: AgicIngress, host: string): { readonly namespace: string; readonly name: string } | undefined;
  forward(ingress: AgicIngress, backend: SourceBackend, exactPath: string | undefined): Forward | undefined;
}

interface Draft extends Omit<AgicListener, 'patterns' | 'fallback'> {
  patterns: PathPattern[];
  fallback: Target;
  fallbackSources: SourceRef[];
  sources: SourceIngress[];
}

interface ListenerConfig {
  readonly certificate: AgicListener['certificate'];
  readonly redirect: boolean;
  readonly profile: string | undefined;
}

const nothing: Target = { kind: 'nothing' };
const toHttps: Target = { kind: 'redirect', scheme: 'https', code: 301 };
export const mostHostnames = 5;

/** AGIC's order: by namespace and name. The first path wins, the last default. */
export function inAgicOrder<T extends { readonly source: SourceIngress }>(ingresses: readonly T[]): readonly T[] {
  return [...ingresses].sort((a, b) => byCodePoint(keyOf(a.source.ref), keyOf(b.source.ref)));
}

export function agicListeners(ingresses: readonly AgicIngress[], parts: ListenerParts): readonly AgicListener[] {
  const ordered = inAgicOrder(ingresses);
  const secured = securedHosts(ordered, parts);
  const drafts = new Map<string, Draft>();
  for (const ingress of ordered) {
    const { source, settings } = ingress;
    if (source.rules.length === 0 && source.defaultBackend) {
      const target = parts.forward(ingress, source.defaultBackend, undefined);
      if (target) setFallback(draftOf(drafts, 'HTTP', [], undefined, ingress), target, source);
    }
    for (const rule of source.rules) {
      const hostnames = hostnamesOf(rule, settings);
      const certificate = parts.certificateOf(ingress, rule.host);
      if (certificate) addRule(draftOf(drafts, 'HTTPS', hostnames, secured.get(hostnames.join()), ingress), ingress, rule, parts, false);
      if (!certificate || settings.sslRedirect) {
        const redirected = settings.sslRedirect && secured.get(hostnames.join())?.redirect === true;
        addRule(draftOf(drafts, 'HTTP', hostnames, undefined, ingress), ingress, rule, parts, redirected);
      }
    }
  }
  return [...drafts.values()];
}

/** The HTTPS listeners, by their host names, and who configured them last; whoever comes last decides on certificate and redirect. */
export function securedHosts(ordered: readonly AgicIngress[], parts: ListenerParts): ReadonlyMap<string, ListenerConfig> {
  const secured = new Map<string, ListenerConfig>();
  for (const ingress of ordered) {
    for (const rule of ingress.source.rules) {
      const certificate = parts.certificateOf(ingress, rule.host);
      const { sslRedirect: redirect, sslProfile: profile } = ingress.settings;
      if (certificate) secured.set(hostnamesOf(rule, ingress.settings).join(), { certificate, redirect, profile });
    }
  }
  return secured;
}

export function hostnamesOf(rule: Pick<SourceRule, 'host'>, settings: Pick<AgicSettings, 'extraHosts'>): readonly string[] {
  return [...new Set([rule.host, ...settings.extraHosts].filter(Boolean))].slice(0, mostHostnames);
}

function draftOf(
  drafts: Map<string, Draft>,
  scheme: 'HTTP' | 'HTTPS',
  hostnames: readonly string[],
  config: ListenerConfig | undefined,
  { source, settings }: AgicIngress,
): Draft {
  const key = `${scheme} ${hostnames.join()}`;
  const draft = drafts.get(key) ?? {
    scheme,
    hostnames,
    certificate: config?.certificate,
    sslProfile: config?.profile,
    priority: settings.priority,
    patterns: [],
    fallback: nothing,
    fallbackSources: [],
    sources: [],
  };
  drafts.set(key, draft);
  if (!draft.sources.includes(source)) draft.sources.push(source);
  return draft;
}

function addRule(draft: Draft, ingress: AgicIngress, rule: SourceRule, parts: ListenerParts, redirected: boolean): void {
  const { source } = ingress;
  for (const path of rule.paths) {
    const pattern = patternOf(path);
    if (pattern === undefined) continue;
    const target = redirected ? toHttps : parts.forward(ingress, path.backend, pattern.wildcard ? undefined : pattern.text);
    if (target) draft.patterns.push({ ...pattern, target, source: source.ref, at: path.at });
  }
  if (redirected) setFallback(draft, toHttps, source);
  else {
    const backend = rule.paths.findLast((path) => patternOf(path) === undefined)?.backend ?? source.defaultBackend;
    const target = backend && parts.forward(ingress, backend, undefined);
    if (target) setFallback(draft, target, source);
  }
}

/** A redirect, once set, stays; otherwise the last default wins. */
function setFallback(draft: Draft, target: Target, source: SourceIngress): void {
  if (draft.fallback.kind === 'redirect') return;
  draft.fallback = target;
  draft.fallbackSources = [source.ref];
}

/**
 * AGIC's reading of a path: Prefix gets a `*`, Exact loses one, ImplementationSpecific stays as it is. Undefined for `/`, `/*`
 * and the empty path, which are the default whatever their type.
 */
export function patternOf({
  path,
  type,
}: {
  readonly path: string;
  readonly type: string;
}): Pick<PathPattern, 'text' | 'wildcard'> | undefined {
  if (path === '' || path === '/' || path === '/*') return undefined;
  const star = path.endsWith('*');
  const text = star ? path.slice(0, -1) : path;
  return { text, wildcard: type === 'Prefix' || (type === 'ImplementationSpecific' && star) };
}
