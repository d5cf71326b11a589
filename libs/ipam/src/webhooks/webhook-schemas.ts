import { Instant, Name, PageQuery } from '@podspan/platform';
import { z } from 'zod';

export const webhookEventTypes = [
  'pool.threshold.breached',
  'pool.threshold.recovered',
  'conflict.opened',
  'conflict.resolved',
  'webhook.test',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

const Events = z
  .array(z.enum(webhookEventTypes))
  .max(20)
  .describe(`Which events; empty: all. ${webhookEventTypes.join(', ')}`);
const Target = z.string().min(1).max(2048).describe('https; also http on this machine in local mode. Redirects are not followed');

export const WebhookBody = z
  .strictObject({ name: Name, url: Target, events: Events.optional(), enabled: z.boolean().optional() })
  .meta({ id: 'WebhookBody', description: 'A receiver of events, signed as Standard Webhooks' });
export type WebhookBody = z.infer<typeof WebhookBody>;

export const WebhookPatch = z
  .strictObject({ url: Target.optional(), events: Events.optional(), enabled: z.boolean().optional() })
  .meta({ id: 'WebhookPatch' });
export type WebhookPatch = z.infer<typeof WebhookPatch>;

export const WebhookView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    secret: z.string().nullable().describe('whsec_...; shown once, in the first answer to its making and to its renewal'),
    createdAt: Instant,
    createdBy: z.string(),
    updatedAt: Instant,
  })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof WebhookView>;

export const DeliveryStatus = z.enum(['PENDING', 'DELIVERED', 'DEAD']).meta({ id: 'DeliveryStatus' });

export const DeliveryQuery = PageQuery.extend({ status: DeliveryStatus.optional() }).strict();
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

export const DeliveryView = z
  .object({
    id: z.uuid(),
    event: z.string().describe('webhook-id of the request; the same on every attempt'),
    type: z.string(),
    status: DeliveryStatus.describe('DEAD: given up; deliver it again when the receiver works'),
    attempts: z.int(),
    nextAttemptAt: Instant.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    deliveredAt: Instant.nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'WebhookDelivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;
