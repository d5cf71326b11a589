import { split } from './nginx-canaries.js';
import { expressionRules } from './nginx-expression-rules.js';
import { plainRules } from './nginx-plain-rules.js';
import { hostText, type NginxEntry, type NginxIngress, type NginxRest, type NginxServer } from './nginx-servers.js';
import type { Report, SourceRef } from './report.js';
import { everything, type Redirect, type ServedRule, type Target } from './served-hosts.js';

type Scheme = 'HTTP' | 'HTTPS';

const toHttps: Redirect = { kind: 'redirect', scheme: 'https', code: 308 };
const nothing: Target = { kind: 'nothing' };

/** The rules of a host for one scheme. `isolated`: a less specific host would take what no path takes. */
export function rulesOf(server: NginxServer, scheme: Scheme, isolated: boolean, report: Report): readonly ServedRule[] {
  const root = rootOf(server);
  const rest = restOf(server, root, scheme);
  const targetOf = (entry: NginxEntry): Target => targetOn(entry.ingress, entry.target, server, scheme);
  const rules = hasExpressions(server)
    ? expressionRules(server, root, rest, targetOf, report)
    : plainRules(server, root, rest, targetOf, report);
  const sources = server.sources;
  const start = appRoot(server, root, sources, report);
  const all = [
    ...start,
    // What is redirected at once needs no other rule, nor one of a canary.
    ...(start.length === 0 ? rules : rules.filter(({ matches }) => !matches.every(({ type, value }) => type === 'Exact' && value === '/'))),
    ...(rest.target.kind === 'nothing' && isolated ? [{ matches: [everything], target: nothing, sources }] : []),
  ];
  return split(all, server, targetOf);
}

/** The path that takes what no other takes. Among expressions every `/` does, exact or not. */
export function rootOf(server: NginxServer): NginxEntry | undefined {
  const expressions = hasExpressions(server);
  return server.entries.find(({ path, type }) => path === '/' && (expressions || type !== 'Exact'));
}

function restOf(server: NginxServer, root: NginxEntry | undefined, scheme: Scheme): NginxRest {
  if (root) return { target: targetOn(root.ingress, root.target, server, scheme), sources: [root.ingress.source.ref] };
  const { first, rest } = server;
  const backend = rest?.forward ?? nothing;
  const target = first ? targetOn(first, first.settings.redirect ?? backend, server, scheme) : backend;
  const owner = target === rest?.forward ? rest.of : first?.source.ref;
  return { target, sources: owner ? [owner] : [] };
}

/** A redirect of the Ingress goes before the one to HTTPS, and that before everything else; each path has its own Ingress's wish. */
function targetOn({ settings }: NginxIngress, target: Target, { certificate }: NginxServer, scheme: Scheme): Target {
  if (target.kind === 'redirect' || scheme === 'HTTPS') return target;
  return settings.forceSslRedirect || (certificate !== undefined && settings.sslRedirect) ? toHttps : target;
}

/** One expression or rewrite makes expressions of all paths of its host. */
function hasExpressions({ entries, first }: NginxServer): boolean {
  const rewrites = ({ settings }: NginxIngress, path: string): boolean =>
    settings.regex || (settings.rewriteTarget !== undefined && settings.rewriteTarget !== path);
  const bare = first !== undefined && !entries.some(({ path }) => path === '/') && rewrites(first, '/');
  return bare || entries.some(({ ingress, path }) => rewrites(ingress, path));
}

/** `/` alone is redirected, where the Ingress of the path that takes it says so. */
function appRoot(server: NginxServer, root: NginxEntry | undefined, sources: readonly SourceRef[], report: Report): readonly ServedRule[] {
  const exact = hasExpressions(server) ? undefined : server.entries.find(({ path, type }) => path === '/' && type === 'Exact');
  const owner = (exact ?? root)?.ingress ?? server.first;
  for (const { ingress } of server.entries) {
    if (ingress.settings.appRoot === undefined || ingress === owner) continue;
    const message = `is not heard for ${hostText(server.name)}: another Ingress has its path /`;
    report.warning(
      { ...ingress.source.ref, annotation: 'nginx.ingress.kubernetes.io/app-root' },
      { rule: 'MAP-41', message, action: 'set it there' },
    );
  }
  const path = owner?.settings.redirect ? undefined : owner?.settings.appRoot;
  if (path !== undefined && exact)
    report.converted(exact.ingress.source.ref, {
      rule: 'MAP-41',
      message: `is redirected to ${path}: its backend gets nothing`,
      path: exact.at,
    });
  return path === undefined ? [] : [{ matches: [{ type: 'Exact', value: '/' }], target: { kind: 'redirect', path, code: 302 }, sources }];
}
