import { fieldAt, fieldsOf, isBelow, removeField, setField, touches, written, type FieldPath } from './field-sets.js';
import { isFields, sameValue, type KubeObject } from './kube-object.js';
import { Refusal } from './refusal.js';

export type Operation = 'Apply' | 'Update';

/** Who set which fields, by name and operation. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  readonly fields: ReadonlySet<FieldPath>;
}

export interface Owned {
  readonly object: KubeObject;
  readonly managers: readonly Manager[];
}

/**
 * Server-side apply: sets what is applied, removes what the same manager applied before and no more, and refuses to change
 * what another manager has set to another value, unless forced.
 * @throws Refusal 409 naming every conflict with its manager and field
 */
export function applied(live: Owned | undefined, given: KubeObject, name: string, force: boolean): Owned {
  const wanted = fieldsOf(given);
  const mine = live?.managers.find((manager) => manager.name === name && manager.operation === 'Apply');
  const others = (live?.managers ?? []).filter((manager) => manager !== mine);
  const clashes = live === undefined ? [] : conflicts(live.object, wanted, others);
  if (clashes.length > 0 && !force) throw conflict(clashes, given.apiVersion);
  const object = structuredClone(live?.object ?? given);
  for (const path of mine?.fields ?? []) {
    const held = [...wanted.keys()].some((kept) => isBelow(kept, path)) || others.some(({ fields }) => fields.has(path));
    if (!held) removeField(object, path);
  }
  for (const [path, value] of wanted)
    if (!isEmpty(value) || !isFields(fieldAt(object, path))) setField(object, path, structuredClone(value));
  const lost = new Set(clashes.map(({ path }) => path));
  const kept = others.map((manager) => ({ ...manager, fields: new Set([...manager.fields].filter((path) => !lost.has(path))) }));
  return { object, managers: [...kept, { name, operation: 'Apply', fields: new Set(wanted.keys()) }] };
}

/** A write that is no apply takes every field it changes. */
export function updated(live: Owned | undefined, object: KubeObject, name: string): Owned {
  const before = live ? fieldsOf(live.object) : new Map<FieldPath, unknown>();
  const after = fieldsOf(object);
  const changed = [...after].filter(([path, value]) => !before.has(path) || !sameValue(before.get(path), value)).map(([path]) => path);
  const present = (path: FieldPath): boolean => after.has(path) && !changed.includes(path);
  const mine = live?.managers.find((manager) => manager.name === name && manager.operation === 'Update');
  const others = (live?.managers ?? [])
    .filter((manager) => manager !== mine)
    .map((manager) => ({ ...manager, fields: new Set([...manager.fields].filter(present)) }));
  const fields = new Set([...[...(mine?.fields ?? [])].filter((path) => after.has(path)), ...changed]);
  return { object, managers: [...others, { name, operation: 'Update', fields }] };
}

/** An object without members says that it is there and nothing about what is in it. */
function isEmpty(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

interface Clash {
  readonly manager: string;
  readonly path: FieldPath;
}

function conflicts(live: KubeObject, wanted: ReadonlyMap<FieldPath, unknown>, others: readonly Manager[]): readonly Clash[] {
  const current = fieldsOf(live);
  return others.flatMap(({ name, fields }) =>
    [...fields]
      .filter((path) =>
        [...wanted].some(([asked, value]) => !isEmpty(value) && touches(asked, path) && !sameValue(current.get(asked), value)),
      )
      .map((path) => ({ manager: name, path })),
  );
}

function conflict(clashes: readonly Clash[], apiVersion: string): Refusal {
  const causes = clashes.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}" using ${apiVersion}`,
    field: written(path),
  }));
  const what = causes.map(({ message, field }) => `${message}: ${field}`).join('; ');
  return new Refusal(409, 'Conflict', `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${what}`, causes);
}
