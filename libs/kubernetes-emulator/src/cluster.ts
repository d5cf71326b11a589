import { randomUUID } from 'node:crypto';
import { fieldsV1 } from './field-sets.js';
import { sameValue, type Fields, type KubeObject } from './kube-object.js';
import type { Kind } from './kinds.js';
import { apiVersionOf } from './kinds.js';
import type { Manager, Owned } from './managers.js';
import { notFound, Refusal } from './refusal.js';

export interface Place {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: Kind;
  readonly object: KubeObject;
}

/** Sees every object that was written or removed, as a controller does. */
export type Controller = (cluster: Cluster, object: KubeObject) => void;

/** The state of one cluster. Nothing here knows HTTP. */
export class Cluster {
  readonly #objects = new Map<string, Owned>();
  readonly #changes: Change[] = [];
  readonly #watchers = new Set<(change: Change) => void>();
  #revision = 1;

  constructor(
    readonly key: string,
    readonly kinds: readonly Kind[],
    private readonly controller: Controller,
  ) {
    for (const name of ['default', 'kube-system']) this.#namespace(name);
  }

  get revision(): number {
    return this.#revision;
  }

  find(place: Place): Owned | undefined {
    return this.#objects.get(keyOf(place));
  }

  get(place: Place): KubeObject {
    const found = this.find(place);
    if (!found) throw notFound(place.kind.plural, place.kind.group, place.name);
    return found.object;
  }

  list(kind: Kind, namespace: string | undefined, labels: ReadonlyMap<string, string>): readonly KubeObject[] {
    return [...this.#objects.values()].map(({ object }) => object).filter((object) => selects({ kind, namespace, labels }, object));
  }

  /** Objects of a kind by their name, for controllers and tests. */
  objects(kind: string): readonly KubeObject[] {
    return [...this.#objects.values()].map(({ object }) => object).filter((object) => object.kind === kind);
  }

  /** The kind with that name. @throws Error for one the cluster does not serve */
  kind(name: string): Kind {
    const found = this.kinds.find((kind) => kind.kind === name);
    if (!found) throw new Error(`the cluster serves no ${name}`);
    return found;
  }

  /** Takes an object in as somebody wrote it; what changes nothing keeps its revision. */
  write(place: Place, next: Owned, { dryRun = false }: { readonly dryRun?: boolean } = {}): KubeObject {
    this.#needNamespace(place);
    const live = this.find(place);
    const object = stamped(next, live?.object, this.#revision + 1);
    if (live && sameValue(withoutRevision(live.object), withoutRevision(object))) return live.object;
    if (dryRun) return object;
    this.#store(place, { object, managers: next.managers }, live ? 'MODIFIED' : 'ADDED');
    this.controller(this, object);
    return object;
  }

  /** What a controller says about an object; it raises no generation. */
  setStatus(place: Place, status: unknown): KubeObject {
    const live = this.find(place);
    if (!live) throw notFound(place.kind.plural, place.kind.group, place.name);
    if (sameValue(live.object['status'], status)) return live.object;
    const object = { ...live.object, status, metadata: { ...live.object.metadata, resourceVersion: String(this.#revision + 1) } };
    this.#store(place, { ...live, object }, 'MODIFIED');
    return object;
  }

  remove(place: Place, { dryRun = false, uid }: { readonly dryRun?: boolean; readonly uid?: string | undefined } = {}): KubeObject {
    const object = this.get(place);
    if (uid !== undefined && uid !== object.metadata.uid)
      throw new Refusal(
        409,
        'Conflict',
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid ?? ''}`,
      );
    if (dryRun) return object;
    this.#objects.delete(keyOf(place));
    this.#tell({ revision: ++this.#revision, type: 'DELETED', kind: place.kind, object });
    if (place.kind.kind === 'Namespace') this.#empty(place.name);
    this.controller(this, object);
    return object;
  }

  /** Everything after a revision, then what comes. @returns ends it */
  watch(after: number, watcher: (change: Change) => void): () => void {
    for (const change of this.#changes) if (change.revision > after) watcher(change);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #store(place: Place, owned: Owned, type: Change['type']): void {
    this.#objects.set(keyOf(place), owned);
    this.#tell({ revision: ++this.#revision, type, kind: place.kind, object: owned.object });
  }

  #tell(change: Change): void {
    this.#changes.push(change);
    for (const watcher of this.#watchers) watcher(change);
  }

  #namespace(name: string): void {
    const kind = this.kinds.find((candidate) => candidate.kind === 'Namespace');
    if (!kind) return;
    const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const place = { kind, namespace: undefined, name };
    this.#store(place, { object: stamped({ object, managers: [] }, undefined, this.#revision + 1), managers: [] }, 'ADDED');
  }

  #needNamespace({ kind, namespace }: Place): void {
    if (!kind.namespaced) return;
    const known = this.objects('Namespace').some(({ metadata }) => metadata.name === namespace);
    if (!known) throw notFound('namespaces', '', namespace ?? '');
  }

  #empty(namespace: string): void {
    for (const { object } of this.#objects.values()) {
      if (object.metadata.namespace !== namespace) continue;
      this.remove({ kind: this.kind(object.kind), namespace, name: object.metadata.name });
    }
  }
}

export interface Selection {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
}

export function selects({ kind, namespace, labels }: Selection, object: KubeObject): boolean {
  return (
    object.kind === kind.kind &&
    object.apiVersion === apiVersionOf(kind) &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    [...labels].every(([name, value]) => object.metadata.labels?.[name] === value)
  );
}

function keyOf({ kind, namespace, name }: Place): string {
  return [apiVersionOf(kind), kind.kind, namespace ?? '', name].join('/');
}

/** What the server fills in: identity, generation, revision and who manages what. */
function stamped({ object, managers }: Owned, live: KubeObject | undefined, revision: number): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const generation = live?.metadata.generation ?? 1;
  const changed = live !== undefined && !sameValue(specOf(live), specOf(object));
  return {
    ...object,
    metadata: {
      ...metadata,
      uid: live?.metadata.uid ?? randomUUID(),
      creationTimestamp: live?.metadata.creationTimestamp ?? new Date().toISOString(),
      generation: changed ? generation + 1 : generation,
      resourceVersion: String(revision),
      managedFields: managers.filter(({ fields }) => fields.size > 0).map((manager) => managedField(manager, object.apiVersion)),
    },
    ...(live?.['status'] === undefined ? {} : { status: live['status'] }),
  };
}

function managedField({ name, operation, fields }: Manager, apiVersion: string): object {
  return { manager: name, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1: fieldsV1(fields) };
}

function specOf(object: KubeObject): Fields {
  const { metadata: _, status: __, ...rest } = object;
  return rest;
}

function withoutRevision(object: KubeObject): object {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
