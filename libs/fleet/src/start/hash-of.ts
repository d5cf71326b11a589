import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ItemInput } from '../domain/frozen-plan.js';

/** Hex SHA-256 of the canonical JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Says whether two plans are the same plan. The rollout's own id is not part of what is asked for. */
export function specHashOf(inputs: readonly ItemInput[]): string {
  return hashOf(inputs.map((input) => ({ ...input, rollout: undefined })));
}
