import { z } from 'zod';

/** Who may hold a block. What fits none of them is OTHER, with words of one's own in id and labels. */
export const ownerKinds = [
  'CLUSTER',
  'NODE_POOL',
  'ROLLOUT',
  'ADDRESS_PLAN',
  'INGRESS_GATEWAY',
  'INGRESS_ROUTE',
  'NETWORK',
  'SUBNET',
  'SUBSCRIPTION',
  'APPLICATION',
  'SERVICE',
  'ENVIRONMENT',
  'TENANT',
  'TEAM',
  'USER',
  'PROJECT',
  'FLEET',
  'MESH',
  'WORKLOAD',
  'PIPELINE',
  'EXTERNAL',
  'OTHER',
] as const;
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
      params: { code: 'unknown_owner_kind', conflictsWith: ownerKinds, suggestion: 'OTHER' },
    });
  })
  .overwrite(kept)
  .describe(`In any case, kept as UPPER_SNAKE: ${ownerKinds.join(', ')}`);
