import { apiVersionOf, type Kind } from './kinds.js';
import { Refusal } from './refusal.js';

/** What a path below a cluster is about. */
export type Target =
  | { readonly what: 'version' }
  | { readonly what: 'groups' }
  | { readonly what: 'discovery'; readonly apiVersion: string }
  | { readonly what: 'collection'; readonly kind: Kind; readonly namespace: string | undefined }
  | {
      readonly what: 'object' | 'status';
      readonly kind: Kind;
      readonly namespace: string | undefined;
      readonly name: string;
    };

/** @throws Refusal 404 for what the cluster does not serve */
export function targetOf(path: string, kinds: readonly Kind[]): Target {
  const words = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (words[0] === 'version') return { what: 'version' };
  if (words[0] === 'apis' && words.length === 1) return { what: 'groups' };
  const apiVersion = words[0] === 'api' ? words[1] : words[0] === 'apis' ? words.slice(1, 3).join('/') : undefined;
  const rest = words.slice(words[0] === 'api' ? 2 : 3);
  if (apiVersion === undefined || !kinds.some((kind) => apiVersionOf(kind) === apiVersion)) throw pathNotFound();
  if (rest.length === 0) return { what: 'discovery', apiVersion };
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = namespaced ? rest[1] : undefined;
  const [plural, name, below] = namespaced ? rest.slice(2) : rest;
  const kind = kinds.find((candidate) => candidate.plural === plural && apiVersionOf(candidate) === apiVersion);
  if (!kind || (below !== undefined && below !== 'status')) throw pathNotFound();
  if (name === undefined) return { what: 'collection', kind, namespace };
  return { what: below === 'status' ? 'status' : 'object', kind, namespace, name };
}

/** `a=b,c=d`. */
export function labelsOf(selector: string | null): ReadonlyMap<string, string> {
  const pairs = (selector ?? '').split(',').filter(Boolean);
  return new Map(pairs.map((pair) => pair.split(/==?/) as [string, string]));
}

function pathNotFound(): Refusal {
  return new Refusal(404, 'NotFound', 'the server could not find the requested resource');
}
