import { z } from 'zod';

/** Less than callers and proxies wait for an answer; who wants to wait longer asks again, which changes nothing. */
export const longestWaitSeconds = 45;

export const ApplyBody = z
  .strictObject({
    prune: z.boolean().default(false).describe('Delete objects marked as this gateway that are not rendered any more'),
    force: z.boolean().default(false).describe('Take over fields and objects that others manage'),
    waitSeconds: z
      .int()
      .min(0)
      .max(longestWaitSeconds)
      .default(30)
      .describe('How long to watch until the ALB Controller has accepted and programmed everything'),
  })
  .meta({ id: 'ApplyIngressGatewayRequest' });
export type ApplyBody = z.infer<typeof ApplyBody>;

const State = z.enum(['READY', 'WAITING', 'REFUSED', 'NONE']).meta({ id: 'AppliedObjectState' });

const AppliedObject = z
  .object({
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string().nullable(),
    name: z.string(),
    action: z
      .enum(['CREATED', 'CHANGED', 'UNCHANGED', 'DELETED', 'LEFT'])
      .meta({ id: 'AppliedObjectAction' })
      .describe('LEFT: not rendered any more, and there still; prune deletes it'),
    checkedBy: z
      .enum(['CLUSTER', 'SCHEMA'])
      .meta({ id: 'AppliedObjectCheck' })
      .describe('SCHEMA: by the CRDs Podspan holds, while its namespace is not there to ask the cluster'),
    state: State.describe('NONE: nobody reports on objects of this kind'),
    reasons: z
      .array(
        z
          .object({
            condition: z.string(),
            reason: z.string(),
            message: z.string(),
            explanation: z.string().nullable(),
            rule: z.string().nullable(),
          })
          .meta({ id: 'AppliedObjectReason' }),
      )
      .describe('Why it is not READY, as the controller says and what that means'),
  })
  .meta({ id: 'AppliedObject' });
export type AppliedObject = z.infer<typeof AppliedObject>;

export const ApplyView = z
  .object({
    gateway: z.string(),
    cluster: z.string(),
    dryRun: z.boolean(),
    fieldManager: z.string(),
    state: z
      .enum(['PLANNED', 'READY', 'WAITING', 'REFUSED'])
      .meta({ id: 'IngressApplyState' })
      .describe('PLANNED: a dry run. WAITING: applied, and not accepted and programmed within the time'),
    counts: z
      .object({ created: z.int(), changed: z.int(), unchanged: z.int(), deleted: z.int(), left: z.int() })
      .meta({ id: 'AppliedCounts' }),
    objects: z.array(AppliedObject).describe('In the order in which they are applied'),
  })
  .meta({ id: 'AppliedIngressGateway' });
export type ApplyView = z.infer<typeof ApplyView>;
