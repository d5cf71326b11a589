import { rewriteOf } from './nginx-paths.js';
import type { NginxEntry, NginxRest, NginxServer } from './nginx-servers.js';
import type { Report } from './report.js';
import { everything, type ServedMatch, type ServedRule, type Target } from './served-hosts.js';

/** nginx tries the longest first, whatever it matches. */
export function expressionRules(
  server: NginxServer,
  root: NginxEntry | undefined,
  rest: NginxRest,
  targetOf: (entry: NginxEntry) => Target,
  report: Report,
): readonly ServedRule[] {
  for (const entry of server.entries) if (entry !== root && entry.path === '/') reportTwin(entry, report);
  const ordered = expressionsOf(
    server.entries.filter((entry) => entry !== root && entry.path !== '/'),
    report,
  );
  const rules = ordered.map(({ entry, text }, index): ServedRule => {
    const sources = [entry.ingress.source.ref];
    const captured = capturedPrefix(entry);
    if (captured === undefined) return { matches: [expressionOf(entry, text, report)], target: targetOf(entry), sources };
    const shadow = ordered.slice(index + 1).find((other) => capturedPrefix(other.entry) === undefined && overlaps(other.text, captured));
    if (shadow) reportShadow(entry, shadow.entry, report);
    reportCapitals(entry, report);
    return { matches: [{ type: 'PathPrefix', value: captured || '/' }], target: targetOf(entry), sources };
  });
  return rest.target.kind === 'nothing' ? rules : [...rules, { matches: [everything], ...rest }];
}

interface Expression {
  readonly entry: NginxEntry;
  readonly text: string;
}

/** In nginx's order. A prefix is two of them; the one of what lies below it matters only where another has the same text. */
function expressionsOf(entries: readonly NginxEntry[], report: Report): readonly Expression[] {
  const all = entries.flatMap((entry): Expression[] => {
    const below = `${entry.path}/`;
    if (entry.type !== 'Prefix' || entry.ingress.settings.regex || entry.path.endsWith('/')) return [{ entry, text: entry.path }];
    if (entries.some(({ path, type }) => path === entry.path && type === 'Exact')) return [{ entry, text: below }];
    const divided = entries.some((other) => other.path === below || (other !== entry && other.path === entry.path));
    return [...(divided ? [{ entry, text: below }] : []), { entry, text: entry.path }];
  });
  const sorted = all.sort((a, b) => (a.text > b.text ? -1 : a.text < b.text ? 1 : 0)).sort((a, b) => b.text.length - a.text.length);
  const used = sorted.filter(({ text }, index) => sorted.findIndex((other) => other.text === text) === index);
  for (const entry of entries) if (!used.some((other) => other.entry === entry)) reportTwin(entry, report);
  return used;
}

function reportTwin({ ingress, path, at }: NginxEntry, report: Report): void {
  const message = `${path} is the same expression as another path of its host, which nginx tries first`;
  report.warning(ingress.source.ref, { rule: 'MAP-44', message, action: 'remove one of them', path: at });
}

function expressionOf({ ingress, path, at }: NginxEntry, written: string, report: Report): ServedMatch {
  const message = `${path} becomes a regular expression; as in nginx it need not reach to the end, and capitals do not matter`;
  report.warning(ingress.source.ref, { rule: 'MAP-42', message, action: 'use ALB Controller 1.4.12 or newer', path: at });
  const text = written.replace(/^\^/, '');
  return { type: 'RegularExpression', value: `(?i)${text.replace(/\$$/, '')}${text.endsWith('$') ? '' : '.*'}` };
}

/** `/a(/|$)(.*)` with `/b/$2` is the prefix `/a`. */
function capturedPrefix({ ingress, path }: NginxEntry): string | undefined {
  const { rewriteTarget } = ingress.settings;
  const rewrite = rewriteTarget === undefined ? undefined : rewriteOf(path, rewriteTarget);
  return rewrite?.pathPrefix === undefined ? undefined : rewrite.captured;
}

/** Whether an expression may take a path below a prefix, by the text before its first special character. */
function overlaps(expression: string, prefix: string): boolean {
  const plain = /^\^?([^()[\]*+?.|$\\]*)/.exec(expression)?.[1]?.toLowerCase() ?? '';
  const other = `${prefix.toLowerCase()}/`;
  return plain.startsWith(other.slice(0, -1)) || other.startsWith(plain);
}

/** A prefix of a Gateway minds them, nginx's expressions do not. */
function reportCapitals({ ingress, path, at }: NginxEntry, report: Report): void {
  const message = `${path} becomes a prefix, so that it can be rewritten: capitals matter there, which they do not in nginx`;
  report.warning(ingress.source.ref, { rule: 'MAP-42', message, action: 'see that clients write it as it stands', path: at });
}

/** Gateways prefer any expression to any prefix. */
function reportShadow({ ingress, path, at }: NginxEntry, by: NginxEntry, report: Report): void {
  report.unsupported(ingress.source.ref, {
    rule: 'MAP-42',
    message: `${path} becomes a prefix, since only a prefix can be rewritten; ${by.path} of the same host becomes an expression, which would go before it`,
    action: 'rewrite in the backend, or give one of them a host of its own',
    path: at,
    blocking: true,
  });
}
