import { z } from 'zod';

const text = z.string().min(1).max(253);

const HealthCheck = z.strictObject({
  intervalSeconds: z.int().optional(),
  timeoutSeconds: z.int().optional(),
  healthyThreshold: z.int().optional(),
  unhealthyThreshold: z.int().optional(),
  port: z.int().optional(),
  useTls: z.boolean().optional(),
  host: z.string().max(253).optional(),
  path: z.string().max(1024).optional(),
  statusCodes: z
    .array(z.strictObject({ start: z.int(), end: z.int() }))
    .max(50)
    .optional(),
});

const ApplicationGateway = z
  .strictObject({
    sku: z.enum(['STANDARD_V2', 'WAF_V2']).optional(),
    minInstances: z.int().optional(),
    maxInstances: z.int().optional().describe('10 by default, at most 125'),
    prohibitedTargets: z
      .array(z.strictObject({ hostname: text.optional(), paths: z.array(z.string().max(1024)).max(100).optional() }))
      .max(100)
      .optional(),
    watchNamespaces: z.array(text).min(1).max(100).optional(),
    reconcileSeconds: z.int().optional(),
  })
  .meta({ id: 'RolloutApplicationGateway' });

/**
 * What ingress the cluster gets once it runs: a gateway as the ingress service takes it, less the cluster. Its members are all
 * known here, so that a typing error stops the plan and not the cluster's last step.
 */
export const IngressSpec = z
  .strictObject({
    kind: z.enum(['AGC', 'AGIC', 'NONE']),
    name: text.optional().describe("The cluster's name by default"),
    deployment: z.enum(['BYO', 'MANAGED', 'ADDON']).optional(),
    acceptPreview: z.boolean().optional().describe('Deployment ADDON is a preview of AKS: true is needed'),
    frontends: z
      .union([z.array(z.union([z.strictObject({ name: text }), text])).max(100), z.int().min(1).max(100)])
      .optional()
      .describe('Names, or how many; one by default, at most five'),
    namespace: text.optional().describe("Kubernetes namespace of the Gateway; the gateway's name by default"),
    pool: text.optional().describe("Pool of another /24 than the address plan's"),
    subnetCidr: z.string().max(64).optional().describe('Exactly this gateway subnet'),
    subnetId: z.string().min(1).max(1024).optional().describe('A delegated, empty /24 that exists in the VNet of the nodes'),
    controllerVersion: z.string().max(32).optional().describe('Of the ALB Controller that the cluster will run'),
    defaultBackend: z
      .strictObject({ service: text, namespace: text.optional(), port: z.int(), healthCheck: HealthCheck.optional() })
      .optional(),
    frontendPorts: z.array(z.int()).max(100).optional().describe('80 and 443, which AGC listens on; others are refused'),
    privateFrontend: z.boolean().optional().describe('A private address beside the public one, of kind AGIC; AGC has none'),
    applicationGateway: ApplicationGateway.optional().describe('Of kind AGIC'),
    wafPolicyId: z.string().max(1024).optional().describe('WAF policy of all routes, in the subscription and region of the gateway'),
  })
  .meta({ id: 'RolloutIngressSpec' });
export type IngressSpec = z.infer<typeof IngressSpec>;
