import { byCodePoint } from './listeners.js';

/** The same value with the members of every object in order, and without those that are undefined. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([key, member]) => [key, canonical(member)]),
  );
}

/** Whether two values are the same JSON; the order of members does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
}
