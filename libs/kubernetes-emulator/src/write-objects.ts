import type { Cluster, Place } from './cluster.js';
import { isFields, type Fields, type KubeObject } from './kube-object.js';
import { apiVersionOf } from './kinds.js';
import { applied, updated, type Owned } from './managers.js';
import { Refusal } from './refusal.js';

/** Says what a schema has against an object, as `path reason`. */
export type FaultsOf = (object: object) => readonly string[];

export interface Write {
  readonly place: Place;
  readonly body: unknown;
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** PATCH with `application/apply-patch+yaml`. */
export function applyObject(cluster: Cluster, { place, body, manager, force, dryRun }: Write, faultsOf: FaultsOf): KubeObject {
  if (manager === '') throw new Refusal(400, 'BadRequest', 'fieldManager is required for apply patch');
  const given = objectFrom(body, place);
  if (given.metadata.managedFields !== undefined) throw new Refusal(400, 'BadRequest', 'metadata.managedFields must be nil');
  const next = applied(cluster.find(place), given, manager, force);
  return cluster.write(place, checked(next, place, faultsOf), { dryRun });
}

/** POST and PUT. */
export function putObject(cluster: Cluster, { place, body, manager, dryRun }: Write, faultsOf: FaultsOf): KubeObject {
  const next = updated(cluster.find(place), objectFrom(body, place), manager);
  return cluster.write(place, checked(next, place, faultsOf), { dryRun });
}

/** PATCH with `application/merge-patch+json`. */
export function mergeObject(cluster: Cluster, write: Write, faultsOf: FaultsOf): KubeObject {
  const live = cluster.get(write.place);
  return putObject(cluster, { ...write, body: merged(live, write.body) }, faultsOf);
}

export function mergeStatus(cluster: Cluster, { place, body }: Write): KubeObject {
  const status = isFields(body) ? body['status'] : undefined;
  return cluster.setStatus(place, merged(cluster.get(place)['status'] ?? {}, status));
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) delete result[name];
    else result[name] = merged(result[name], member);
  }
  return result;
}

function objectFrom(body: unknown, { kind, namespace, name }: Place): KubeObject {
  if (!isFields(body) || !isFields(body['metadata'])) throw new Refusal(400, 'BadRequest', 'the body is not an object with metadata');
  const { apiVersion, kind: kindName, metadata } = body;
  if (apiVersion !== apiVersionOf(kind) || kindName !== kind.kind)
    throw new Refusal(
      400,
      'BadRequest',
      `the API version or kind in the data (${String(apiVersion)} ${String(kindName)}) does not match the path`,
    );
  if (metadata['name'] !== name)
    throw new Refusal(400, 'BadRequest', `the name of the object (${String(metadata['name'])}) does not match the path`);
  if (kind.namespaced && (metadata['namespace'] ?? namespace) !== namespace)
    throw new Refusal(400, 'BadRequest', 'the namespace of the object does not match the namespace of the request');
  return { ...body, metadata: { ...metadata, ...(kind.namespaced ? { namespace } : {}) } } as KubeObject;
}

/** @throws Refusal 422 with a cause for every fault of the schema */
function checked(next: Owned, { kind, name }: Place, faultsOf: FaultsOf): Owned {
  const { status: _, ...object } = next.object;
  const faults = faultsOf(object);
  if (faults.length === 0) return next;
  const causes = faults.map((fault) => ({ reason: 'FieldValueInvalid', message: fault, field: fault.split(' ')[0] ?? '' }));
  const what = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  throw new Refusal(422, 'Invalid', `${what} "${name}" is invalid: ${faults.join(', ')}`, causes);
}
