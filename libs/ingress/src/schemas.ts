import { failureMembers } from '@podspan/engine';
import { CidrText, Instant } from '@podspan/platform';
import { z } from 'zod';

/** Names and ranges that a rule governs are judged in the domain, where the answer can carry the rule's id. */
const text = z.string().min(1).max(253);

const Kind = z.enum(['AGC', 'AGIC']).meta({ id: 'IngressGatewayKind' });
const DeploymentName = z.enum(['BYO', 'MANAGED', 'ADDON']).meta({ id: 'IngressDeployment' });

export const HealthCheckBody = z
  .strictObject({
    intervalSeconds: z.int().optional().describe('5 by default'),
    timeoutSeconds: z.int().optional().describe('30 by default'),
    healthyThreshold: z.int().optional().describe('1 by default'),
    unhealthyThreshold: z.int().optional().describe('3 by default'),
    port: z.int().optional().describe("The backend's port by default"),
    useTls: z.boolean().optional(),
    host: z.string().max(253).optional().describe('localhost by default'),
    path: z.string().max(1024).optional().describe('/ by default'),
    statusCodes: z
      .array(z.strictObject({ start: z.int(), end: z.int() }))
      .max(50)
      .optional()
      .describe('200 to 399 by default'),
  })
  .meta({ id: 'IngressHealthCheck' });

const BackendBody = z
  .strictObject({
    service: text,
    namespace: text,
    port: z.int(),
    weight: z.int().optional().describe('Share of the requests against the sum of the weights; 1 by default'),
  })
  .meta({ id: 'IngressBackend' });

const MatchBody = z
  .strictObject({
    path: z.strictObject({ type: z.enum(['PREFIX', 'EXACT']).meta({ id: 'IngressPathType' }), value: z.string().max(4096) }).optional(),
    headers: z
      .array(z.strictObject({ name: text, value: z.string().max(8192) }))
      .max(100)
      .optional(),
  })
  .meta({ id: 'IngressMatch' });

/** Members of a rule that Podspan cannot render yet are refused by name, not dropped. */
export const unsupportedRuleMembers = ['rewrite', 'redirect', 'headers', 'timeout', 'affinity', 'backendTls', 'waf'] as const;
const unsupported = z.unknown().optional().describe('Not offered yet: refused with unsupported_feature');

const RuleBody = z
  .strictObject({
    match: MatchBody.optional().describe('Every path by default'),
    backends: z.array(BackendBody).max(100),
    healthCheck: HealthCheckBody.optional().describe("Without it the pods' readiness probe decides"),
    rewrite: unsupported,
    redirect: unsupported,
    headers: unsupported,
    timeout: unsupported,
    affinity: unsupported,
    backendTls: unsupported,
    waf: unsupported,
  })
  .meta({ id: 'IngressRule' });

export const RouteBody = z
  .strictObject({
    hostnames: z.array(text).max(1000).default([]).describe('Every host by default'),
    tls: z.strictObject({ secret: text, namespace: text.optional() }).optional().describe('With it the route is served on 443'),
    frontends: z.array(text).max(100).optional().describe('All of the gateway by default'),
    rules: z.array(RuleBody).max(1000),
  })
  .meta({ id: 'IngressRoute' });
export type RouteBody = z.infer<typeof RouteBody>;

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
    wafPolicyId: z.string().max(1024).optional().describe('Not offered yet: refused with unsupported_feature'),
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

export const RouteView = z
  .object({
    name: z.string(),
    hostnames: z.array(z.string()),
    tls: z.object({ secret: z.string(), namespace: z.string().optional() }).optional(),
    frontends: z.array(z.string()).optional(),
    rules: z.array(
      z
        .object({ match: MatchBody.optional(), backends: z.array(BackendBody), healthCheck: HealthCheckBody.optional() })
        .meta({ id: 'IngressRuleView' }),
    ),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'IngressRouteView' });
export type RouteView = z.infer<typeof RouteView>;
