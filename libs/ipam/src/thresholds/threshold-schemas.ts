import { AddressCount, Instant } from '@podspan/platform';
import { z } from 'zod';

const BlockCount = z
  .union([z.int().min(0), AddressCount])
  .transform((count) => String(count))
  .describe('A count of blocks, as a number or a decimal string');

/** A refinement also sees what the members refuse. */
function isCount(count: string | undefined): count is string {
  return AddressCount.safeParse(count).success;
}

export const ThresholdBody = z
  .strictObject({
    prefixLength: z.int().min(0).max(128).optional().describe('The size class that is watched'),
    family: z.literal([4, 6]).optional().describe('For pools of both families'),
    minFree: BlockCount.optional().describe('A breach when fewer blocks of the length can be given'),
    recoverFree: BlockCount.optional().describe('Over with so many again; minFree and one more by default'),
    maxPercent: z.number().gt(0).max(100).optional().describe('A breach when so much is used'),
    recoverPercent: z.number().min(0).max(100).optional().describe('Over at this; five less by default'),
  })
  .superRefine((body, context) => {
    const byLength = body.prefixLength !== undefined || body.minFree !== undefined;
    const byPercent = body.maxPercent !== undefined;
    const issue = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message, params: { code: 'invalid_threshold' } });
    if (byLength === byPercent) issue('prefixLength', 'a threshold has prefixLength and minFree, or maxPercent');
    if (byLength && (body.prefixLength === undefined) !== (body.minFree === undefined))
      issue(body.prefixLength === undefined ? 'prefixLength' : 'minFree', 'prefixLength and minFree go together');
    if (isCount(body.minFree) && isCount(body.recoverFree) && BigInt(body.recoverFree) < BigInt(body.minFree))
      issue('recoverFree', 'recoverFree is at least minFree');
    if (body.maxPercent !== undefined && body.recoverPercent !== undefined && body.recoverPercent > body.maxPercent)
      issue('recoverPercent', 'recoverPercent is at most maxPercent');
  })
  .meta({ id: 'ThresholdBody', description: 'Fewer than minFree blocks of a length left, or maxPercent used' });
export type ThresholdBody = z.infer<typeof ThresholdBody>;

export const ThresholdPatch = z
  .strictObject({
    prefixLength: z.int().min(0).max(128).optional().describe('Cannot be changed: another length is another threshold'),
    family: z.literal([4, 6]).optional().describe('Cannot be changed'),
    minFree: BlockCount.optional(),
    recoverFree: BlockCount.optional().describe('Stays as it is when left out, unless minFree passes it: then minFree and one more'),
    maxPercent: z.number().gt(0).max(100).optional(),
    recoverPercent: z.number().min(0).max(100).optional().describe('Stays when left out, unless maxPercent passes it: then five less'),
  })
  .meta({ id: 'ThresholdPatch', description: 'Other marks for what is watched; it is measured anew at once' });
export type ThresholdPatch = z.infer<typeof ThresholdPatch>;

export const ThresholdView = z
  .object({
    id: z.uuid(),
    pool: z.string(),
    prefixLength: z.int().nullable(),
    family: z.int().nullable(),
    minFree: AddressCount.nullable(),
    recoverFree: AddressCount.nullable(),
    maxPercent: z.number().nullable(),
    recoverPercent: z.number().nullable(),
    state: z.enum(['OK', 'BREACHED']).meta({ id: 'ThresholdState' }),
    since: Instant,
    measured: z.string().nullable().describe('Blocks that could be given, or per cent used, when last looked at'),
    measuredAt: Instant.nullable(),
    createdAt: Instant,
    createdBy: z.string(),
  })
  .meta({ id: 'PoolThreshold' });
export type ThresholdView = z.infer<typeof ThresholdView>;
