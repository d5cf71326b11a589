import { z } from 'zod';

/** Texts of a query that mean true; anything else than these and their opposites is refused. */
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', ''])])
  .default(false)
  .transform((value) => value === true || value === 'true' || value === '');

export const TranslationQuery = z.object({
  deployment: z.enum(['BYO', 'MANAGED']).default('BYO').describe('Whether the ARM objects exist or the ALB Controller makes them'),
  albId: z.string().max(1024).optional().describe('BYO: ARM id of the trafficController'),
  frontend: z
    .string()
    .max(1024)
    .optional()
    .describe('BYO: name of the frontend; several, separated by commas, where hosts need several Gateways'),
  subnetId: z.string().max(1024).optional().describe('MANAGED: ARM id of the delegated subnet'),
  api: z.enum(['GATEWAY', 'INGRESS']).default('GATEWAY').describe('Gateway API objects, or Ingress and IngressExtension'),
  namespace: z.string().max(63).default('default').describe('Of input objects that name none'),
  ingressClass: z.string().max(1024).optional().describe("Further classes to take for AGIC's, separated by commas"),
  strict: flag.describe('Refuse with 422 while there are blockers'),
});
export type TranslationQuery = z.infer<typeof TranslationQuery>;

const Source = z
  .object({ kind: z.string(), namespace: z.string(), name: z.string(), annotation: z.string().optional() })
  .meta({ id: 'IngressTranslationSource' });

const Entry = z
  .object({
    source: Source,
    outcome: z.enum(['CONVERTED', 'WARNING', 'UNSUPPORTED', 'ERROR', 'IGNORED']).meta({ id: 'IngressTranslationOutcome' }),
    rule: z.string(),
    message: z.string(),
    action: z.string().optional().describe('What a person has to do'),
    path: z.string().optional().describe('The field it is about'),
    line: z.int().optional().describe('Line of the input, from 1'),
    blocking: z.boolean().describe('Traffic would differ or not be served'),
  })
  .meta({ id: 'IngressTranslationEntry' });

export const TranslationView = z
  .object({
    manifests: z.string().describe('YAML to apply, the same bytes for the same input'),
    report: z.array(Entry).describe('At least one entry for each object and each annotation; blockers first'),
    blockers: z.array(Entry).describe('The entries of the report that stand in the way of a cutover'),
  })
  .meta({ id: 'IngressTranslation' });
export type TranslationView = z.infer<typeof TranslationView>;
