import { CidrText } from '@podspan/platform';
import { z } from 'zod';

export const CutoverQuery = z
  .object({
    cluster: z.string().min(1).max(1024).describe('Name or id in Podspan, or the ARM id of any cluster'),
    gateway: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe("The AGC gateway, there already or to be made; the cluster's only one, or its name with -agc"),
    pool: z.string().min(1).max(253).optional().describe('Pool of the /24, for a gateway that is still to be made'),
    agic: z.enum(['ADDON', 'HELM']).default('ADDON').describe('How AGIC was installed; a Helm release Azure does not show'),
    overlay: z.enum(['NONE', 'BEFORE', 'AFTER']).default('NONE').describe('Whether the cluster moves to overlay too, and when (MAP-35)'),
    ttlSeconds: z.coerce.number().int().min(0).max(604_800).default(3_600).describe('TTL of the DNS records as they are'),
    namespace: z.string().max(63).default('default').describe('Of input objects that name none'),
    ingressClass: z.string().max(1024).optional().describe("Further classes to take for AGIC's, separated by commas"),
  })
  .meta({ id: 'IngressCutoverQuery' });
export type CutoverQuery = z.infer<typeof CutoverQuery>;

const Finding = z
  .object({
    path: z.string(),
    code: z.string(),
    message: z.string(),
    rule: z.string().optional(),
    suggestion: z.string().optional(),
  })
  .loose()
  .meta({ id: 'CutoverFinding' });

const text = z.array(z.string());

export const CutoverView = z
  .object({
    cluster: z.string(),
    gateway: z.string(),
    ready: z.boolean().describe('Nothing stands in the way'),
    blockers: z.array(Finding),
    warnings: z.array(Finding),
    subnets: z
      .array(
        z
          .object({
            of: z.enum(['AGIC', 'AGC']).meta({ id: 'CutoverSubnetUser' }),
            id: z.string().nullable(),
            cidr: CidrText.nullable(),
            held: z.string().describe('Who holds the range in ipam'),
          })
          .meta({ id: 'CutoverSubnet' }),
      )
      .describe('Both are needed at once (MAP-34)'),
    dns: z.array(
      z
        .object({
          hostname: z.string(),
          from: text.describe('Addresses of the Application Gateway, as Azure has them'),
          to: z.string().nullable().describe('FQDN of the frontend; null until the gateway is READY'),
          frontend: z.string(),
          record: z.enum(['CNAME', 'ALIAS']).meta({ id: 'CutoverRecord' }),
        })
        .meta({ id: 'CutoverDnsSwitch' }),
    ),
    steps: z.array(
      z
        .object({
          number: z.int(),
          id: z.string(),
          phase: z.enum(['PREPARE', 'TRANSLATE', 'VERIFY', 'SWITCH', 'WATCH', 'FINISH']).meta({ id: 'CutoverPhase' }),
          title: z.string(),
          who: z.enum(['PODSPAN', 'PERSON']).meta({ id: 'CutoverActor' }),
          done: z.boolean().nullable().describe('null where nothing that Podspan reads tells'),
          actions: text.describe('Commands, requests or records'),
          waitSeconds: z.int().describe('At least, before the next step'),
          rollback: text.describe('The way back from here; empty where traffic has not changed'),
          pointOfNoReturn: z.boolean(),
          rules: text,
        })
        .meta({ id: 'CutoverStep' }),
    ),
    text: z.string().describe('All of it for people, in Markdown'),
  })
  .meta({ id: 'IngressCutover' });
export type CutoverView = z.infer<typeof CutoverView>;
