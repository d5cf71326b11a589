import type { NginxEntry, NginxRest, NginxServer } from './nginx-servers.js';
import { type PathPattern, routePatterns } from './path-patterns.js';
import type { Report } from './report.js';
import type { ServedRule, Target } from './served-hosts.js';

/** nginx: exact, then the longest text that the path begins with. A prefix is the path itself and all below it. */
export function plainRules(
  { entries }: NginxServer,
  root: NginxEntry | undefined,
  rest: NginxRest,
  targetOf: (entry: NginxEntry) => Target,
  report: Report,
): readonly ServedRule[] {
  const exact = new Set(entries.filter(({ type }) => type === 'Exact').map(({ path }) => path));
  const patterns = entries
    .filter((entry) => entry !== root)
    .flatMap((entry): PathPattern[] => {
      const common = { target: targetOf(entry), source: entry.ingress.source.ref, at: entry.at };
      const { path, type } = entry;
      if (type === 'Exact') return [{ ...common, text: path, wildcard: false }];
      if (path.endsWith('/'))
        return [
          { ...common, text: path, wildcard: true },
          { ...common, ...slashAdded(path) },
        ];
      if (type === 'ImplementationSpecific') return [{ ...common, text: path, wildcard: true }];
      const below = { ...common, text: `${path}/`, wildcard: true };
      return exact.has(path) ? [below] : [{ ...common, text: path, wildcard: false }, below];
    })
    .sort((a, b) => Number(a.wildcard) - Number(b.wildcard) || b.text.length - a.text.length || Number(isAdded(a)) - Number(isAdded(b)));
  const served = patterns.filter((pattern, index) => {
    // What nginx adds gives way to any location of that text; of the same twice the first counts.
    if (isAdded(pattern)) return !patterns.some((other) => other.text === pattern.text && !isAdded(other));
    return patterns.findIndex((other) => other.text === pattern.text && other.wildcard === pattern.wildcard) === index;
  });
  for (const { ingress, path, at } of entries) {
    if (path === '/' || served.some((pattern) => !isAdded(pattern) && pattern.at === at && pattern.source === ingress.source.ref)) continue;
    const message = `${path} is the same location as another path of its host: nginx does not start with both`;
    report.error(ingress.source.ref, { rule: 'MAP-44', message, action: 'remove one of them', path: at });
  }
  const { rules } = routePatterns(served, rest.target, rest.sources);
  return withoutImplied(rules);
}

/** What somebody wrote goes before what nginx adds. */
function isAdded({ text, target }: PathPattern): boolean {
  return target.kind === 'redirect' && target.path === `${text}/`;
}

/** nginx itself leads from `/a` to a location `/a/` that proxies, unless something is exactly `/a`. */
function slashAdded(path: string): Pick<PathPattern, 'text' | 'wildcard' | 'target'> {
  return { text: path.slice(0, -1), wildcard: false, target: { kind: 'redirect', path, code: 301 } };
}

/** An exact match that its own prefix covers says nothing, as long as no expression comes between. */
function withoutImplied(rules: readonly ServedRule[]): readonly ServedRule[] {
  const expressions = rules.flatMap(({ matches }) => matches).filter(({ type }) => type === 'RegularExpression');
  const covered = (value: string): boolean => expressions.some((match) => new RegExp(`^(?:${match.value})$`).test(value));
  return rules.filter(({ matches: [match, ...more], target }) => {
    if (match?.type !== 'Exact' || more.length > 0 || covered(match.value)) return true;
    return !rules.some(
      (other) => other.target === target && other.matches.some(({ type, value }) => type === 'PathPrefix' && value === match.value),
    );
  });
}
