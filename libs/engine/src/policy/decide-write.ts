import { standingOf, type ArmResource, type Standing } from '@podspan/azure';
import type { ArmEffect, Json } from '../contracts.js';
import { covers } from './covers.js';
import { RUN_TAG, SPEC_TAG, specHash, takesTags } from './ownership.js';

/** What to do about a resource, given what is there. */
export type WriteDecision =
  | { readonly verdict: 'create' }
  | { readonly verdict: 'replace'; readonly etag: string | undefined }
  | { readonly verdict: 'delete' }
  /** It is as wanted. */
  | { readonly verdict: 'settled' }
  /** It is, or becomes, what we want by an operation that is under way: follow it to its end, then decide again. */
  | { readonly verdict: 'follow' }
  /** Somebody else's operation is in the way. */
  | { readonly verdict: 'blocked'; readonly provisioningState: string }
  | { readonly verdict: 'foreign' }
  /** It is to be changed, and it is not there. */
  | { readonly verdict: 'absent' };

type Relation = 'equal' | 'update' | 'foreign';

export function decideWrite(effect: ArmEffect, existing: ArmResource | undefined, runId: string): WriteDecision {
  switch (effect.method) {
    case 'PUT':
      return decidePut(effect, existing, runId);
    case 'DELETE':
      return decideDelete(effect, existing);
    case 'POST':
      return decidePost(effect, existing);
  }
}

function decidePut(effect: ArmEffect, existing: ArmResource | undefined, runId: string): WriteDecision {
  if (!existing) return effect.change ? { verdict: 'absent' } : { verdict: 'create' };
  const relation = relationOf(effect, existing, runId);
  if (relation === 'foreign') return { verdict: 'foreign' };
  const state = phaseOf(existing);
  if (state === 'DELETING') return { verdict: 'blocked', provisioningState: 'Deleting' };
  if (state === 'RUNNING') {
    const followed = relation === 'equal' || existing.tags?.[RUN_TAG] === runId;
    return followed ? { verdict: 'follow' } : { verdict: 'blocked', provisioningState: existing.provisioningState ?? 'Updating' };
  }
  return relation === 'equal' && state === 'SUCCEEDED' ? { verdict: 'settled' } : { verdict: 'replace', etag: existing.etag };
}

function decideDelete(effect: ArmEffect, existing: ArmResource | undefined): WriteDecision {
  if (!existing) return { verdict: 'settled' };
  if (phaseOf(existing) === 'DELETING') return { verdict: 'follow' };
  if (effect.compare?.(existing.raw as Json) === 'foreign') return { verdict: 'foreign' };
  return { verdict: 'delete' };
}

/** Whoever's operation it is that runs, only its end shows whether there is something left to do. */
function decidePost(effect: ArmEffect, existing: ArmResource | undefined): WriteDecision {
  if (!existing) return { verdict: 'absent' };
  const state = phaseOf(existing);
  if (state === 'DELETING') return { verdict: 'blocked', provisioningState: 'Deleting' };
  if (state === 'RUNNING') return { verdict: 'follow' };
  const relation = effect.compare?.(existing.raw as Json) ?? 'update';
  if (relation === 'foreign') return { verdict: 'foreign' };
  return relation === 'equal' && state === 'SUCCEEDED' ? { verdict: 'settled' } : { verdict: 'replace', etag: undefined };
}

function relationOf(effect: ArmEffect, existing: ArmResource, runId: string): Relation {
  const tags = existing.tags ?? {};
  // Our own write is recognised before the feature's comparison is asked: a lost answer must never read as foreign.
  if (tags[RUN_TAG] === runId && tags[SPEC_TAG] === specHash(effect.body)) return 'equal';
  if (effect.compare) return effect.compare(existing.raw as Json);
  if (effect.shared || effect.namedByContent) return 'equal';
  if (tags[RUN_TAG] === runId) return 'update';
  return !takesTags(effect.resourceId) && covers(existing.raw, effect.body) ? 'equal' : 'foreign';
}

export type Phase = Standing | 'DELETING';

/** As ARM's terminal states have it; of what is under way a deletion is told apart. */
export function phaseOf({ provisioningState }: ArmResource): Phase {
  return provisioningState?.toLowerCase() === 'deleting' ? 'DELETING' : standingOf(provisioningState);
}
