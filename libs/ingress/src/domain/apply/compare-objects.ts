import { sameJson } from '../canonical.js';
import { managedLabel, ownerLabel } from '../manifest-objects.js';
import { keyOf, refOf, type KubeObject } from './kube-object.js';

export type Change = 'CREATED' | 'CHANGED' | 'UNCHANGED';

/** What applying did, or would do. What the server writes by itself does not count. */
export function changeOf(before: KubeObject | undefined, after: KubeObject): Change {
  if (!before) return 'CREATED';
  return sameJson(meant(before), meant(after)) ? 'UNCHANGED' : 'CHANGED';
}

function meant(object: KubeObject): object {
  const { resourceVersion: _, managedFields: __, generation: ___, ...metadata } = object.metadata;
  const { status: ____, ...rest } = object;
  // Dates come parsed or as text, by the kind of object.
  return JSON.parse(JSON.stringify({ ...rest, metadata })) as object;
}

/** An object in the cluster that nobody marked as this gateway's: applying would mix two owners. Namespaces may be anybody's. */
export function isForeign(live: KubeObject, owner: string): boolean {
  if (live.kind === 'Namespace') return (live.metadata.labels?.[ownerLabel] ?? owner) !== owner;
  return !isOurs(live, owner);
}

export function isOurs({ metadata: { labels = {} } }: KubeObject, owner: string): boolean {
  return labels[ownerLabel] === owner && labels[managedLabel] === 'podspan';
}

/** What is marked as this gateway's and is not rendered any more. */
export function leftovers(live: readonly KubeObject[], rendered: readonly KubeObject[], owner: string): readonly KubeObject[] {
  const kept = new Set(rendered.map((object) => keyOf(refOf(object))));
  return live.filter((object) => isOurs(object, owner) && !kept.has(keyOf(refOf(object))));
}
