import { Instant } from '@podspan/platform';
import { z } from 'zod';
import { httpMethods, pathTypes, valueTypes } from './domain/route-intent.js';

/** Names and ranges that a rule governs are judged in the domain, where the answer can carry the rule's id. */
const text = z.string().min(1).max(253);
const pathText = z.string().max(4096);

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
    grpc: z
      .strictObject({ service: text.optional(), authority: text.optional() })
      .meta({ id: 'IngressGrpcHealthCheck' })
      .optional()
      .describe('Asks by the gRPC health protocol, in place of host, path and statusCodes'),
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

const ValueType = z.enum(valueTypes).meta({ id: 'IngressValueType' });
const ValueMatch = z
  .strictObject({ name: text, value: z.string().max(8192), type: ValueType.optional().describe('EXACT by default') })
  .meta({ id: 'IngressValueMatch' });

const MatchBody = z
  .strictObject({
    path: z
      .strictObject({ type: z.enum(pathTypes).meta({ id: 'IngressPathType' }), value: pathText })
      .optional()
      .describe('Every path by default'),
    headers: z.array(ValueMatch).max(100).optional().describe('All of them'),
    query: z.array(ValueMatch).max(100).optional().describe('Query parameters; all of them'),
    methods: z
      .array(z.enum(httpMethods).meta({ id: 'IngressHttpMethod' }))
      .max(100)
      .optional()
      .describe('Any of them; every method by default'),
    grpc: z
      .strictObject({ service: z.string().max(4096).optional(), method: z.string().max(4096).optional(), type: ValueType.optional() })
      .meta({ id: 'IngressGrpcMatch' })
      .optional()
      .describe('Of a route of protocol GRPC'),
  })
  .meta({ id: 'IngressMatch' });

const RewriteBody = z
  .strictObject({
    host: text.optional(),
    pathPrefix: pathText.optional().describe('In place of the prefix that matched'),
    fullPath: pathText.optional().describe('In place of the whole path'),
  })
  .meta({ id: 'IngressRewrite' });

const RedirectBody = z
  .strictObject({
    scheme: z.enum(['HTTP', 'HTTPS']).meta({ id: 'IngressScheme' }).optional(),
    host: text.optional(),
    port: z.int().optional(),
    pathPrefix: pathText.optional().describe('In place of the prefix that matched'),
    fullPath: pathText.optional().describe('In place of the whole path'),
    status: z.int().optional().describe('301, 302, 303, 307 or 308; 302 by default'),
  })
  .meta({ id: 'IngressRedirect' });

const HeaderValue = z.strictObject({ name: text, value: z.string().max(8192) }).meta({ id: 'IngressHeaderValue' });
const HeaderChanges = z
  .strictObject({
    set: z.array(HeaderValue).max(100).optional(),
    add: z.array(HeaderValue).max(100).optional(),
    remove: z.array(text).max(100).optional(),
  })
  .meta({ id: 'IngressHeaderChanges' });
const HeadersBody = z
  .strictObject({ request: HeaderChanges.optional(), response: HeaderChanges.optional() })
  .meta({ id: 'IngressHeaders' });

const TimeoutBody = z
  .strictObject({ requestSeconds: z.int().describe('60 without this member; 0 waits without end') })
  .meta({ id: 'IngressTimeout' });

const AffinityBody = z
  .strictObject({
    type: z.enum(['MANAGED_COOKIE', 'APPLICATION_COOKIE']).meta({ id: 'IngressAffinityType' }),
    cookieName: text.optional().describe('Of an application cookie'),
    cookieSeconds: z.int().optional().describe('Of an application cookie'),
  })
  .meta({ id: 'IngressAffinity' });

const BackendTlsBody = z
  .strictObject({
    sni: text.optional(),
    caSecret: text.optional().describe("Secret with ca.crt in the Service's namespace; without it the certificate is not verified"),
    subjectAltName: text.optional().describe('Verified in the certificate'),
    clientSecret: text.optional().describe("Secret with the certificate shown to the backend, in the Service's namespace"),
  })
  .meta({ id: 'IngressBackendTls' });

const WafBody = z
  .strictObject({
    policyId: z.string().min(1).max(1024).describe('ARM id of a WAF policy; the controller is given the right to attach it'),
  })
  .meta({ id: 'IngressWaf' });

const AgicRuleBody = z
  .strictObject({
    connectionDrainingSeconds: z.int().optional().describe('0 to 3600'),
    distinctCookieName: z.boolean().optional().describe('Of the cookie of a managed affinity'),
    trustedRootCertificates: z.array(text).min(1).max(100).optional().describe('Names on the gateway; with backendTls'),
    rewriteRuleSet: text.optional().describe('Name on the gateway'),
  })
  .meta({ id: 'IngressApplicationGatewayRule' });

const AgicRouteBody = z
  .strictObject({
    certificate: text.optional().describe('Name of a certificate on the gateway, in place of tls'),
    sslProfile: text.optional().describe('Name on the gateway'),
    frontendPort: z.int().optional().describe('In place of 80 or 443'),
    sharedListener: z.boolean().optional().describe('One listener for all host names, at most five'),
    priority: z.int().optional().describe('Of the listener, 1 to 20000; 1 first'),
  })
  .meta({ id: 'IngressApplicationGatewayRoute' });

const ruleMembers = {
  match: MatchBody.optional().describe('Every path by default'),
  rewrite: RewriteBody.optional(),
  redirect: RedirectBody.optional().describe('In place of backends'),
  headers: HeadersBody.optional(),
  timeout: TimeoutBody.optional(),
  affinity: AffinityBody.optional(),
  healthCheck: HealthCheckBody.optional().describe("Without it the pods' readiness probe decides"),
  backendTls: BackendTlsBody.optional().describe('The backends are reached over TLS'),
  waf: WafBody.optional(),
  applicationGateway: AgicRuleBody.optional().describe('Of a gateway of kind AGIC'),
};

const RuleBody = z.strictObject({ ...ruleMembers, backends: z.array(BackendBody).max(100).default([]) }).meta({ id: 'IngressRule' });

const TlsBody = z.strictObject({
  secret: text,
  namespace: text.optional(),
  policy: text.optional().describe('2023-06 (by default) or 2023-06-S'),
});
const Protocol = z.enum(['HTTP', 'GRPC']).meta({ id: 'IngressProtocol' });

export const RouteBody = z
  .strictObject({
    protocol: Protocol.optional().describe('HTTP by default'),
    hostnames: z.array(text).max(1000).default([]).describe('Every host by default'),
    tls: TlsBody.optional().describe('With it the route is served on 443'),
    frontends: z.array(text).max(100).optional().describe('All of the gateway by default'),
    rules: z.array(RuleBody).max(1000),
    applicationGateway: AgicRouteBody.optional().describe('Of a gateway of kind AGIC'),
  })
  .meta({ id: 'IngressRoute' });
export type RouteBody = z.infer<typeof RouteBody>;

export const RouteView = z
  .object({
    name: z.string(),
    protocol: Protocol.optional().describe('HTTP when it is missing'),
    hostnames: z.array(z.string()),
    tls: z.object({ secret: z.string(), namespace: z.string().optional(), policy: z.string().optional() }).optional(),
    frontends: z.array(z.string()).optional(),
    rules: z.array(z.object({ ...ruleMembers, backends: z.array(BackendBody) }).meta({ id: 'IngressRuleView' })),
    applicationGateway: AgicRouteBody.optional(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'IngressRouteView' });
export type RouteView = z.infer<typeof RouteView>;
