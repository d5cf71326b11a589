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

/** In any case and with dashes too; kept in UPPER_SNAKE. */
export const OwnerKind = z
  .string()
  .max(64)
  .overwrite((kind) => kind.toUpperCase().replaceAll('-', '_'))
  .superRefine((kind, context) => {
    if (known.has(kind)) return;
    context.addIssue({
      code: 'custom',
      message: `'${kind}' is no kind of owner; the kinds are ${ownerKinds.join(', ')}`,
      params: { code: 'unknown_owner_kind', conflictsWith: ownerKinds, suggestion: 'OTHER' },
    });
  })
  .describe(`In any case, kept as UPPER_SNAKE: ${ownerKinds.join(', ')}`);
