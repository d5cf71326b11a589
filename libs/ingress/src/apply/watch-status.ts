import { setTimeout as pause } from 'node:timers/promises';
import { keyOf, refOf, type KubeObject } from '../domain/apply/kube-object.js';
import { statusOf } from '../domain/apply/status-of.js';
import { ownerLabel } from '../domain/manifest-objects.js';
import type { ClusterApi, Selection } from './cluster-api.js';

/** Between two attempts of a watch that ends at once. */
const breathMs = 250;

/**
 * Watches until the controller has a verdict on every object, or the time is over. What is refused may still come right, so
 * a refusal ends the watch of its object only together with all others.
 * @returns the objects as they were last seen
 */
export async function watchStatus(
  api: ClusterApi,
  objects: readonly KubeObject[],
  owner: string,
  seconds: number,
): Promise<readonly KubeObject[]> {
  const latest = new Map(objects.map((object) => [keyOf(refOf(object)), object]));
  const over = AbortSignal.timeout(seconds * 1000);
  await Promise.all(selectionsOf(objects, owner).map((selection) => follow(api, selection, latest, over)));
  return objects.map((object) => latest.get(keyOf(refOf(object))) ?? object);
}

async function follow(api: ClusterApi, selection: Selection, latest: Map<string, KubeObject>, over: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const signal = AbortSignal.any([over, settled.signal]);
  const see = (object: KubeObject): void => {
    const key = keyOf(refOf(object));
    if (latest.has(key)) latest.set(key, object);
    if (isSettled(selection, latest)) settled.abort();
  };
  while (!signal.aborted) {
    if (isSettled(selection, latest)) return;
    // A server that does not answer for a moment has not undone what was applied.
    const listing = await api.list(selection).catch(() => undefined);
    listing?.items.forEach(see);
    if (listing && !signal.aborted) await api.watch(selection, listing.resourceVersion, see, signal).catch(() => undefined);
    await pause(breathMs, undefined, { signal }).catch(() => undefined);
  }
}

function isSettled({ kind, namespace }: Selection, latest: ReadonlyMap<string, KubeObject>): boolean {
  return [...latest.values()]
    .filter((object) => object.kind === kind && object.metadata.namespace === namespace)
    .every((object) => statusOf(object).state !== 'WAITING');
}

/** One watch per kind and namespace of the objects that somebody reports on. */
function selectionsOf(objects: readonly KubeObject[], owner: string): readonly Selection[] {
  const labels = `${ownerLabel}=${owner}`;
  const selections = objects
    .filter((object) => statusOf(object).state !== 'NONE')
    .map(({ apiVersion, kind, metadata: { namespace } }) => ({ apiVersion, kind, namespace, labels }));
  return [...new Map(selections.map((selection) => [`${selection.kind} ${selection.namespace ?? ''}`, selection])).values()];
}
