import { leftovers, type Change } from '../domain/apply/compare-objects.js';
import { refOf, type KubeObject } from '../domain/apply/kube-object.js';
import { prunableKinds } from '../domain/apply/prunable-kinds.js';
import { ownerLabel } from '../domain/manifest-objects.js';
import { ClusterRefusal, type ClusterApi } from './cluster-api.js';
import { inParallel } from '../in-parallel.js';
import { problemsOfRefusal, refusedApply } from './problems-of.js';
import { callsAtOnce, rehearse, type Rehearsed, type Rules } from './rehearse.js';

export interface ApplyOptions extends Rules {
  readonly prune: boolean;
  readonly dryRun: boolean;
}

export interface Applied {
  readonly object: KubeObject;
  readonly action: Change | 'DELETED' | 'LEFT';
  readonly asked: boolean;
}

/**
 * Brings the cluster to hold the objects, in their order. Every object is rehearsed before the first is written; what is
 * applied already stays as it is.
 * @throws InvalidRequest, Conflict with all problems of all objects, nothing applied; Transient: repeat it
 */
export async function applyObjects(api: ClusterApi, objects: readonly KubeObject[], options: ApplyOptions): Promise<readonly Applied[]> {
  const rehearsed = await rehearse(api, objects, options);
  refuseProblems(rehearsed);
  if (!options.dryRun) {
    const opened = await openNamespaces(api, rehearsed, options);
    const applied = await applyRest(api, opened, options);
    return [...applied, ...(await clearAway(api, objects, options))];
  }
  return [
    ...rehearsed.map(({ object, change, asked }) => ({ object, action: change, asked })),
    ...(await clearAway(api, objects, options)),
  ];
}

/**
 * Namespaces are written first, so that the server can be asked about what comes into them. If it refuses any of that, those
 * just made are taken away again.
 */
async function openNamespaces(api: ClusterApi, rehearsed: readonly Rehearsed[], options: ApplyOptions): Promise<readonly Rehearsed[]> {
  const unasked = rehearsed.filter(({ asked }) => !asked);
  if (unasked.length === 0) return rehearsed;
  const coming = rehearsed.filter(({ object, change }) => object.kind === 'Namespace' && change === 'CREATED');
  const made = await inParallel(coming, callsAtOnce, ({ object }) => write(api, object, options));
  try {
    const again = await rehearse(
      api,
      unasked.map(({ object }) => object),
      options,
    );
    refuseProblems(again);
    const answers = new Map(again.map((entry) => [entry.object, entry]));
    return rehearsed.map((entry) => answers.get(entry.object) ?? entry);
  } catch (error) {
    await inParallel(made, callsAtOnce, (namespace) => api.remove(namespace, { dryRun: false })).catch(() => undefined);
    throw error;
  }
}

/** Kind by kind, since a later kind may refer to an earlier one. */
async function applyRest(api: ClusterApi, rehearsed: readonly Rehearsed[], options: ApplyOptions): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  for (const kind of new Set(rehearsed.map(({ object }) => object.kind))) {
    const ofKind = rehearsed.filter(({ object }) => object.kind === kind);
    applied.push(
      ...(await inParallel(ofKind, callsAtOnce, async ({ object, change }): Promise<Applied> => {
        return { object: await write(api, object, options), action: change, asked: true };
      })),
    );
  }
  return applied;
}

/** What was rehearsed can still be refused, when somebody was faster. */
async function write(api: ClusterApi, object: KubeObject, { force }: ApplyOptions): Promise<KubeObject> {
  try {
    return await api.apply(object, { dryRun: false, force });
  } catch (error) {
    if (!(error instanceof ClusterRefusal)) throw error;
    throw refusedApply(problemsOfRefusal(refOf(object), error), { partlyApplied: true });
  }
}

async function clearAway(api: ClusterApi, objects: readonly KubeObject[], options: ApplyOptions): Promise<readonly Applied[]> {
  const { owner, prune, dryRun } = options;
  const labels = `${ownerLabel}=${owner}`;
  const listed = await inParallel(prunableKinds, callsAtOnce, (kind) => api.list({ ...kind, labels }));
  const left = leftovers(
    listed.flatMap(({ items }) => items),
    objects,
    owner,
  );
  if (!prune) return left.map((object) => ({ object, action: 'LEFT', asked: true }));
  // One after another: the kinds are in the order in which they may go.
  for (const object of left) await api.remove(object, { dryRun });
  return left.map((object) => ({ object, action: 'DELETED', asked: true }));
}

function refuseProblems(rehearsed: readonly Rehearsed[]): void {
  const problems = rehearsed.flatMap((entry) => entry.problems);
  if (problems.length > 0) throw refusedApply(problems);
}
