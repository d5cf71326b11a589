import type { SourceRef } from './report.js';
import type { ServedMatch, ServedRule, Target } from './served-hosts.js';

/** A path rule of an Application Gateway: `/a` matches exactly, `/a*` everything that starts with the text. */
export interface PathPattern {
  readonly text: string;
  readonly wildcard: boolean;
  readonly target: Target;
  readonly source: SourceRef;
  readonly at: string;
}

export interface PatternLoss {
  readonly pattern: PathPattern;
  readonly by: PathPattern;
}

/** Patterns that an earlier one hides: an Application Gateway takes the first that matches, however specific the later is. */
export function reachable(patterns: readonly PathPattern[]): {
  readonly served: readonly PathPattern[];
  readonly hidden: readonly PatternLoss[];
} {
  const served: PathPattern[] = [];
  const hidden: PatternLoss[] = [];
  for (const pattern of patterns) {
    const by = served.find((earlier) => covers(earlier, pattern));
    if (by) hidden.push({ pattern, by });
    else served.push(pattern);
  }
  return { served, hidden };
}

function covers(earlier: PathPattern, later: PathPattern): boolean {
  const [a, b] = [earlier.text.toLowerCase(), later.text.toLowerCase()];
  return earlier.wildcard ? b.startsWith(a) : !later.wildcard && a === b;
}

export interface Routed {
  readonly rules: readonly ServedRule[];
  /** Bare wildcards (`/a*`) whose rewrite leaves only whole path elements: `/ab` is lost. */
  readonly narrowed: readonly PathPattern[];
}

/**
 * Reachable patterns as matches of the Gateway API, which prefers exact to regular expression to prefix, and the longer to the
 * shorter. A prefix there ends at a path element, `/a` takes `/a/b` and not `/ab`; so
 * - `/a/*`, which does not take `/a` itself, gets an exact rule for `/a` to where that went before;
 * - `/a*` gets a regular expression beside the prefix, and so does every longer pattern that this expression would cover.
 */
export function routePatterns(served: readonly PathPattern[], fallback: Target, fallbackSource: readonly SourceRef[]): Routed {
  const everything: ServedRule = { matches: [{ type: 'PathPrefix', value: '/' }], target: fallback, sources: fallbackSource };
  // A redirect of everything needs no rule for each path.
  if (fallback.kind === 'redirect' && served.every(({ target }) => target === fallback)) return { rules: [everything], narrowed: [] };
  const wild = served.filter(({ wildcard }) => wildcard);
  const expressed = wild.filter((pattern) => isBare(pattern) && !wild.some((inner) => startsWith(inner, pattern) && rewritesPrefix(inner)));
  const rules: ServedRule[] = [];
  for (const pattern of [...served].sort(mostSpecificFirst)) {
    const matches = matchesOf(pattern, wild, expressed);
    // `/a*` with a rewrite beside `/a/*`: what is left of it ends inside a path element, which a rewrite cannot match.
    if (matches.length > 0) rules.push({ matches, target: pattern.target, sources: [pattern.source] });
    const guard = guardOf(pattern, served, fallback);
    if (guard) rules.push({ ...guard, sources: [pattern.source] });
  }
  if (fallback.kind !== 'nothing') rules.push(everything);
  return { rules, narrowed: wild.filter((pattern) => isBare(pattern) && !expressed.includes(pattern)) };
}

function matchesOf(pattern: PathPattern, wild: readonly PathPattern[], expressed: readonly PathPattern[]): readonly ServedMatch[] {
  if (!pattern.wildcard) return [{ type: 'Exact', value: pattern.text }];
  const base = baseOf(pattern);
  const taken = isBare(pattern) && wild.some((other) => other.text === `${base}/`);
  const covered = expressed.some((outer) => outer === pattern || startsWith(pattern, outer));
  const expression: ServedMatch = { type: 'RegularExpression', value: `${escaped(pattern.text)}.*` };
  return [...(taken ? [] : [{ type: 'PathPrefix' as const, value: base }]), ...(covered ? [expression] : [])];
}

/** `/a/*` does not match `/a`, the prefix `/a` does: `/a` alone goes where it went. */
function guardOf(pattern: PathPattern, served: readonly PathPattern[], fallback: Target): Omit<ServedRule, 'sources'> | undefined {
  if (!pattern.wildcard || isBare(pattern)) return undefined;
  const base = baseOf(pattern);
  if (served.some(({ wildcard, text }) => !wildcard && text === base)) return undefined;
  const target = targetOf(base, served) ?? fallback;
  return target === pattern.target ? undefined : { matches: [{ type: 'Exact', value: base }], target: onlyAt(base, target, served) };
}

/** The rewrite of a prefix means another thing in an exact match, where the whole path is replaced: computed for this one path. */
function onlyAt(path: string, target: Target, served: readonly PathPattern[]): Target {
  if (target.kind !== 'forward' || target.pathPrefix === undefined) return target;
  const matched = served.find(({ wildcard, text }) => wildcard && path.startsWith(text))?.text ?? '/';
  const { pathPrefix, ...rest } = target;
  return { ...rest, fullPath: joined(pathPrefix, path.slice(matched.length)) };
}

function joined(prefix: string, rest: string): string {
  return rest === '' ? prefix : `${prefix.replace(/\/$/, '')}/${rest.replace(/^\//, '')}`;
}

function targetOf(path: string, served: readonly PathPattern[]): Target | undefined {
  return served.find(({ wildcard, text }) => (wildcard ? path.startsWith(text) : path === text))?.target;
}

/** Ends inside a path element. */
function isBare({ text }: PathPattern): boolean {
  return !text.endsWith('/');
}

function baseOf({ text }: PathPattern): string {
  return text.endsWith('/') ? text.slice(0, -1) : text;
}

function startsWith(inner: PathPattern, outer: PathPattern): boolean {
  return inner.text.startsWith(outer.text);
}

/** `replacePrefixMatch` allows one prefix match in its rule and no expression. */
function rewritesPrefix({ target }: PathPattern): boolean {
  return target.kind === 'forward' && target.pathPrefix !== undefined;
}

function mostSpecificFirst(a: PathPattern, b: PathPattern): number {
  return Number(a.wildcard) - Number(b.wildcard) || b.text.length - a.text.length || (a.text < b.text ? -1 : 1);
}

/** As RE2 reads it. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
