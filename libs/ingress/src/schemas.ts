import { failureMembers } from '@podspan/engine';
import { CidrText, Instant } from '@podspan/platform';
import { z } from 'zod';
import { agicSkus } from './domain/agic/agic-gateway.js';
import { manifestApis } from './domain/manifest-api.js';
import { HealthCheckBody } from './route-schemas.js';

/** Names and ranges that a rule governs are judged in the domain, where the answer can carry the rule's id. */
const text = z.string().min(1).max(253);

const Kind = z.enum(['AGC', 'AGIC']).meta({ id: 'IngressGatewayKind' });
const DeploymentName = z.enum(['BYO', 'MANAGED', 'ADDON']).meta({ id: 'IngressDeployment' });

export const IngressApi = z.enum(manifestApis).meta({ id: 'IngressApi' });

export const AgicBody = z
  .strictObject({
    sku: z.enum(agicSkus).meta({ id: 'ApplicationGatewaySku' }).optional().describe('WAF_V2 with a wafPolicyId, STANDARD_V2 without'),
    minInstances: z.int().optional().describe('Instances that run always; 2 by default'),
    maxInstances: z.int().optional().describe('10 by default, at most 125; the subnet is sized by it'),
    prohibitedTargets: z
      .array(
        z
          .strictObject({ hostname: text.optional(), paths: z.array(z.string().max(1024)).max(100).optional() })
          .meta({ id: 'IngressProhibitedTarget' }),
      )
      .max(100)
      .optional()
      .describe('Hosts and paths that AGIC leaves to others; of the Helm chart only'),
    watchNamespaces: z.array(text).min(1).max(100).optional().describe('All by default; of the Helm chart only'),
    reconcileSeconds: z
      .int()
      .optional()
      .describe('How often AGIC puts the gateway right, 30 to 300; never by default; of the Helm chart only'),
  })
  .meta({ id: 'IngressApplicationGateway' });

export const FrontendBody = z.strictObject({ name: text }).meta({ id: 'IngressFrontend' });

export const GatewayBody = z
  .strictObject({
    name: z.string().min(1).max(253),
    cluster: z.string().min(1).max(253),
    kind: Kind,
    deployment: DeploymentName.default('BYO').describe(
      'Who makes the Azure resources: Podspan, the ALB Controller of the Helm chart, or that of the AKS add-on (preview). Of kind AGIC Podspan makes them, and AGIC runs by the Helm chart (BYO) or by the AKS add-on',
    ),
    acceptPreview: z.boolean().optional().describe('Deployment ADDON is a preview of AKS: true is needed'),
    frontends: z
      .union([z.array(z.union([FrontendBody, text])).max(100), z.int().min(1).max(100)])
      .optional()
      .describe('Names, or how many; one by default, at most five'),
    namespace: text.optional().describe("Kubernetes namespace of the Gateway; the gateway's name by default"),
    pool: text.optional().describe('Pool of the /24, where the address plan of the cluster holds none'),
    subnetCidr: CidrText.optional().describe('The block to take from the pool; any free /24 by default'),
    subnetId: z.string().min(1).max(1024).optional().describe('A delegated, empty /24 that exists in the VNet of the nodes'),
    controllerVersion: z.string().max(32).optional(),
    defaultBackend: z
      .strictObject({ service: text, namespace: text.optional(), port: z.int(), healthCheck: HealthCheckBody.optional() })
      .optional(),
    frontendPorts: z.array(z.int()).max(100).optional().describe('80 and 443, which AGC listens on; others are refused'),
    privateFrontend: z.boolean().optional().describe('A private address beside the public one, of kind AGIC; AGC has none'),
    applicationGateway: AgicBody.optional().describe('Of kind AGIC'),
    api: IngressApi.optional().describe('What its routes are written in, and judged by when they are put; the Gateway API by default'),
    wafPolicyId: z.string().max(1024).optional().describe('WAF policy of all routes, in the subscription and region of the gateway'),
  })
  .meta({ id: 'IngressGatewayRequest' });
export type GatewayBody = z.infer<typeof GatewayBody>;

export const FailureBody = z
  .object({ ...failureMembers, mustAct: z.enum(['NOBODY', 'USER', 'OPERATOR']).meta({ id: 'IngressMustAct' }) })
  .meta({ id: 'IngressFailure' });

const StepView = z
  .object({
    name: z.string(),
    title: z.string(),
    state: z.enum(['PENDING', 'RUNNING', 'WAITING', 'SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED']),
    waitingFor: z.string().nullable(),
  })
  .meta({ id: 'IngressGatewayStep' });

const RemovalView = z
  .object({
    resources: z.array(
      z
        .object({
          step: z.string(),
          title: z.string(),
          resourceId: z.string(),
          change: z.enum(['DELETE', 'UPDATE']).meta({ id: 'IngressRemovalChange' }),
        })
        .meta({ id: 'IngressRemovedResource' }),
    ),
    addressesGivenBack: z.array(CidrText).describe('Once Azure has let go of the subnet'),
    routes: z.array(z.string()).describe('Names of the routes that go with it'),
  })
  .meta({ id: 'IngressGatewayRemoval' });
export type RemovalView = z.infer<typeof RemovalView>;

export const GatewayView = z
  .object({
    id: z.string(),
    name: z.string(),
    cluster: z.string(),
    kind: Kind,
    deployment: DeploymentName,
    api: IngressApi,
    status: z.enum(['CREATING', 'READY', 'FAILED', 'DELETING']),
    frontends: z.array(
      z
        .object({ name: z.string(), fqdn: z.string().nullable(), ipAddress: z.string().nullable(), resourceId: z.string().nullable() })
        .meta({ id: 'IngressGatewayFrontend' }),
    ),
    namespace: z.string(),
    subscriptionId: z.string(),
    region: z.string(),
    resourceId: z
      .string()
      .nullable()
      .describe('ARM id of the trafficController, null where the ALB Controller makes it, or of the Application Gateway'),
    associationId: z.string().nullable(),
    securityPolicyId: z.string().nullable().describe('ARM id of the securityPolicy that admits the WAF policy'),
    loadBalancer: z
      .object({ namespace: z.string(), name: z.string() })
      .nullable()
      .describe('The ApplicationLoadBalancer of the manifests that the ALB Controller makes the trafficController from'),
    applicationGateway: z
      .object({ sku: z.enum(agicSkus).meta({ id: 'ApplicationGatewaySku' }), minInstances: z.int(), maxInstances: z.int() })
      .nullable(),
    wafPolicies: z
      .array(
        z
          .object({ policyId: z.string(), status: z.enum(['PENDING', 'GRANTED', 'FAILED']), failure: FailureBody.nullable() })
          .meta({ id: 'IngressWafGrant' }),
      )
      .describe('WAF policies that routes name, and whether the controller may attach them yet; in lists empty'),
    subnet: z.object({ id: z.string(), cidr: CidrText.nullable(), source: z.enum(['PLAN', 'POOL', 'GIVEN']) }),
    identity: z.object({ resourceId: z.string(), clientId: z.string(), principalId: z.string() }).nullable(),
    controller: z
      .object({
        chart: z.string().nullable().describe('Null where AKS installs it'),
        namespace: z.string(),
        version: z.string(),
        gatewayApiVersion: z.string().nullable().describe('Null for AGIC'),
        values: z.record(z.string(), z.unknown()).nullable().describe('Helm values; null until the identity exists, and for the add-on'),
      })
      .describe('What to install in the cluster, once, before the manifests are applied'),
    failure: FailureBody.nullable(),
    steps: z.array(StepView).describe('Of the run under way or the last one; in lists empty'),
    removal: RemovalView.nullable().describe('In the answer of a DELETE, also of a dry run: what goes, in this order. Else null'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'IngressGateway' });
export type GatewayView = z.infer<typeof GatewayView>;
