import { isFields, type Fields, type KubeObject } from './kube-object.js';

/** Of a field: its members from the root, joined. Lists are one field here, whatever the CRD says about merging them. */
export type FieldPath = string;
const separator = '\u0001';

/** What no manager owns: identity, and what the server itself writes. */
const unowned = new Set(
  ['apiVersion', 'kind', 'status'].concat(
    ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'deletionTimestamp'].map(
      (name) => `metadata${separator}${name}`,
    ),
  ),
);

/** The fields that an object sets. */
export function fieldsOf(object: KubeObject): Map<FieldPath, unknown> {
  const found = new Map<FieldPath, unknown>();
  collect(object, [], found);
  return found;
}

function collect(value: unknown, at: readonly string[], found: Map<FieldPath, unknown>): void {
  const path = at.join(separator);
  if (unowned.has(path)) return;
  if (isFields(value) && Object.keys(value).length > 0) {
    for (const [name, member] of Object.entries(value)) collect(member, [...at, name], found);
  } else if (at.length > 0) found.set(path, value);
}

export function setField(object: Fields, path: FieldPath, value: unknown): void {
  const steps = path.split(separator);
  const last = steps.pop() ?? '';
  let here = object;
  for (const step of steps) {
    const next = here[step];
    here[step] = isFields(next) ? next : {};
    here = here[step] as Fields;
  }
  here[last] = value;
}

export function fieldAt(object: Fields, path: FieldPath): unknown {
  return path.split(separator).reduce<unknown>((here, step) => (isFields(here) ? here[step] : undefined), object);
}

/** Removes a field, and the objects that are empty without it. */
export function removeField(object: Fields, path: FieldPath): void {
  const [first = '', ...rest] = path.split(separator);
  if (rest.length === 0) {
    delete object[first];
    return;
  }
  const next = object[first];
  if (!isFields(next)) return;
  removeField(next, rest.join(separator));
  if (Object.keys(next).length === 0) delete object[first];
}

/** The same, or inside it. */
export function isBelow(path: FieldPath, above: FieldPath): boolean {
  return path === above || path.startsWith(`${above}${separator}`);
}

export function touches(a: FieldPath, b: FieldPath): boolean {
  return isBelow(a, b) || isBelow(b, a);
}

/** `.spec.gatewayClassName`, as messages of the API server write it. */
export function written(path: FieldPath): string {
  return `.${path.split(separator).join('.')}`;
}

/** The `fieldsV1` of a manager. */
export function fieldsV1(paths: Iterable<FieldPath>): Fields {
  const root: Fields = {};
  for (const path of paths)
    setField(
      root,
      path
        .split(separator)
        .map((step) => `f:${step}`)
        .join(separator),
      {},
    );
  return root;
}
