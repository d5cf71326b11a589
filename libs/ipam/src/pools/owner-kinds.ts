import { nearest } from '@podspan/platform';
import { z } from 'zod';
import { ownerKinds } from '../domain/owner-kinds.js';

export type OwnerKind = (typeof ownerKinds)[number];

const known: ReadonlySet<string> = new Set(ownerKinds);

const kept = (kind: string): string => kind.toUpperCase().replaceAll('-', '_');

/** In any case and with dashes too; kept in UPPER_SNAKE. Judged before it is rewritten, so that a refusal tells what was sent. */
export const OwnerKind = z
  .string()
  .max(64)
  .superRefine((kind, context) => {
    if (known.has(kept(kind))) return;
    context.addIssue({
      code: 'custom',
      message: `'${kind}' is no kind of owner; the kinds are ${ownerKinds.join(', ')}`,
      params: { code: 'unknown_owner_kind', conflictsWith: ownerKinds, suggestion: nearest(kind, ownerKinds) ?? 'OTHER' },
    });
  })
  .overwrite(kept)
  .describe(`In any case, kept as UPPER_SNAKE: ${ownerKinds.join(', ')}`);
