import type { Problem } from '@podspan/errors';
import { changeOf, isForeign, type Change } from '../domain/apply/compare-objects.js';
import { refOf, type KubeObject } from '../domain/apply/kube-object.js';
import { ownerLabel } from '../domain/manifest-objects.js';
import { ClusterRefusal, type ClusterApi } from './cluster-api.js';
import { inParallel } from '../in-parallel.js';
import { foreignObject, problemsOfRefusal } from './problems-of.js';

/** So many calls to one API server at a time. */
export const callsAtOnce = 8;

export interface Rehearsed {
  readonly object: KubeObject;
  readonly change: Change;
  /** False: its namespace is not there yet, so that the server cannot be asked. */
  readonly asked: boolean;
  readonly problems: readonly Problem[];
}

export interface Rules {
  /** The value of the owner label. */
  readonly owner: string;
  readonly force: boolean;
}

/**
 * Asks the server about every object without keeping anything. Objects in a namespace that is itself to be created are not
 * asked about: a server refuses them for that reason alone.
 */
export async function rehearse(api: ClusterApi, objects: readonly KubeObject[], rules: Rules): Promise<readonly Rehearsed[]> {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const first = await inParallel(namespaces, callsAtOnce, (object) => rehearseOne(api, object, rules));
  const coming = new Set(first.filter(({ change }) => change === 'CREATED').map(({ object }) => object.metadata.name));
  const rest = objects.filter(({ kind }) => kind !== 'Namespace');
  return [
    ...first,
    ...(await inParallel(rest, callsAtOnce, async (object): Promise<Rehearsed> => {
      if (!coming.has(object.metadata.namespace ?? '')) return rehearseOne(api, object, rules);
      return { object, change: 'CREATED', asked: false, problems: await unserved(api, object) };
    })),
  ];
}

async function rehearseOne(api: ClusterApi, object: KubeObject, { owner, force }: Rules): Promise<Rehearsed> {
  const ref = refOf(object);
  try {
    const live = await api.find(ref);
    if (live && !force && isForeign(live, owner))
      return { object, change: 'CHANGED', asked: true, problems: [foreignObject(ref, live.metadata.labels?.[ownerLabel])] };
    const after = await api.apply(object, { dryRun: true, force });
    return { object, change: changeOf(live, after), asked: true, problems: [] };
  } catch (error) {
    if (!(error instanceof ClusterRefusal)) throw error;
    return { object, change: 'UNCHANGED', asked: true, problems: problemsOfRefusal(ref, error) };
  }
}

/** Whether the kind is there can be asked without a namespace. */
async function unserved(api: ClusterApi, object: KubeObject): Promise<readonly Problem[]> {
  try {
    await api.find(refOf(object));
    return [];
  } catch (error) {
    if (!(error instanceof ClusterRefusal)) throw error;
    return problemsOfRefusal(refOf(object), error);
  }
}
