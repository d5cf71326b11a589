import { createHash } from 'node:crypto';
import { parseResourceId } from '@podspan/azure';
import type { ArmEffect, Json } from '../contracts.js';

export const RUN_TAG = 'podspan-run';
export const SPEC_TAG = 'podspan-spec-hash';

/** Types whose PUT refuses or drops a `tags` member; they are recognised by their body instead. */
const untagged: ReadonlySet<string> = new Set([
  'microsoft.network/virtualnetworks/subnets',
  'microsoft.network/virtualnetworks/virtualnetworkpeerings',
  'microsoft.authorization/roleassignments',
  'microsoft.authorization/locks',
  'microsoft.managedidentity/userassignedidentities/federatedidentitycredentials',
  'microsoft.containerservice/managedclusters/agentpools',
]);

export function takesTags(resourceId: string): boolean {
  return !untagged.has(parseResourceId(resourceId).type.toLowerCase());
}

/** Hash of the wanted body. The order of members does not matter. */
export function specHash(body: Json | undefined): string {
  return createHash('sha256')
    .update(canonical(body ?? null))
    .digest('hex')
    .slice(0, 32);
}

/** The body as it is sent: with the tags by which a later reader tells whose it is. */
export function withOwnershipTags(effect: ArmEffect, runId: string): Json | undefined {
  const { body } = effect;
  if (effect.method !== 'PUT' || effect.keepsTags === true || !isObject(body) || !takesTags(effect.resourceId)) return body;
  const tags = isObject(body['tags']) ? body['tags'] : {};
  return { ...body, tags: { ...tags, [RUN_TAG]: runId, [SPEC_TAG]: specHash(body) } };
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

export function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
