/** Wire JSON as ARM speaks it: type-specific members under `properties`, wire names, nothing flattened. */
export type Wire = { readonly [key: string]: unknown };

/** What a body is made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a dotted path of a wire resource, such as `properties.networkProfile`. */
function valueAt(resource: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (isWire(at) ? at[key] : undefined), resource);
}

/** The text at a path. */
export function textAt(resource: unknown, path: string): string | undefined {
  const value = valueAt(resource, path);
  return typeof value === 'string' ? value : undefined;
}

/** The object at a path; an empty one when there is none. */
export function objectAt(resource: unknown, path: string): Wire {
  const value = valueAt(resource, path);
  return isWire(value) ? value : {};
}

/** The list at a path; an empty one when there is none. */
export function listAt(resource: unknown, path: string): readonly unknown[] {
  const value = valueAt(resource, path);
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
