import { failureMembers } from '@podspan/engine';
import { CidrText, Instant } from '@podspan/platform';
import { z } from 'zod';
import { HealthCheckBody } from './route-schemas.js';

/** Names and ranges that a rule governs are judged in the domain, where the answer can carry the rule's id. */
const text = z.string().min(1).max(253);

const Kind = z.enum(['AGC', 'AGIC']).meta({ id: 'IngressGatewayKind' });
const DeploymentName = z.enum(['BYO', 'MANAGED', 'ADDON']).meta({ id: 'IngressDeployment' });

export const FrontendBody = z.strictObject({ name: text }).meta({ id: 'IngressFrontend' });

export const GatewayBody = z
  .strictObject({
    name: z.string().min(1).max(253),
    cluster: z.string().min(1).max(253),
    kind: Kind,
    deployment: DeploymentName.default('BYO'),
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
    privateFrontend: z.boolean().optional().describe('AGC has none: true is refused'),
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

export const GatewayView = z
  .object({
    id: z.string(),
    name: z.string(),
    cluster: z.string(),
    kind: Kind,
    deployment: DeploymentName,
    status: z.enum(['CREATING', 'READY', 'FAILED', 'DELETING']),
    frontends: z.array(
      z.object({ name: z.string(), fqdn: z.string().nullable(), resourceId: z.string() }).meta({ id: 'IngressGatewayFrontend' }),
    ),
    namespace: z.string(),
    subscriptionId: z.string(),
    region: z.string(),
    resourceId: z.string().describe('ARM id of the trafficController'),
    associationId: z.string(),
    subnet: z.object({ id: z.string(), cidr: CidrText.nullable(), source: z.enum(['PLAN', 'POOL', 'GIVEN']) }),
    identity: z.object({ resourceId: z.string(), clientId: z.string(), principalId: z.string() }).nullable(),
    controller: z
      .object({
        chart: z.string(),
        namespace: z.string(),
        version: z.string(),
        gatewayApiVersion: z.string(),
        values: z.record(z.string(), z.unknown()).nullable().describe('Helm values; null until the identity exists'),
      })
      .describe('What to install in the cluster, once, before the manifests are applied'),
    failure: FailureBody.nullable(),
    steps: z.array(StepView).describe('Of the run under way or the last one; in lists empty'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'IngressGateway' });
export type GatewayView = z.infer<typeof GatewayView>;
