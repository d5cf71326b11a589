import type { Json } from '../contracts.js';
import { isObject } from './ownership.js';

/** Members that Azure answers in another casing than it was sent, or that only steer a request. */
const steering = new Set(['tags', 'apiVersion']);

/**
 * Whether `existing` has everything that `wanted` asks for. Azure adds members and default values of its own, and
 * writes ids in another casing, so texts compare without case; lists compare in order.
 */
export function covers(existing: unknown, wanted: Json | undefined): boolean {
  if (wanted === undefined || wanted === null) return true;
  if (typeof wanted === 'string') return typeof existing === 'string' && existing.toLowerCase() === wanted.toLowerCase();
  if (Array.isArray(wanted)) return coversList(existing, wanted as readonly Json[]);
  if (!isObject(wanted)) return existing === wanted;
  if (typeof existing !== 'object' || existing === null) return false;
  const members = existing as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => steering.has(key) || covers(members[key], value));
}

function coversList(existing: unknown, wanted: readonly Json[]): boolean {
  return Array.isArray(existing) && existing.length === wanted.length && wanted.every((item, index) => covers(existing[index], item));
}
