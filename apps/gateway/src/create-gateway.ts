import { NotFound, Transient } from '@podspan/errors';
import {
  authenticatorOf,
  createLogger,
  isLoopback,
  methodsOfPaths,
  Degraded,
  operationalRoutes,
  requestMetrics,
  sendProblem,
  serviceTokenOf,
  traceRequests,
  type Authenticator,
  type Config,
  type Logger,
} from '@podspan/platform';
import fastify, { type FastifyInstance } from 'fastify';
import { request } from 'undici';
import { ApiDocuments } from './docs/api-documents.js';
import { serveReader } from './docs/reader.js';
import { edgeHooks } from './edge/edge-hooks.js';
import { requestLimits, type RequestLimitOptions } from './edge/request-limits.js';
import { requestIdOf } from './edge/request-identity.js';
import type { Graph } from './graphql/graph.js';
import { openGraph } from './graphql/hive-graph.js';
import { DEFAULT_LIMITS, type OperationLimits } from './graphql/operation-limits.js';
import { forwardRest } from './rest/forward-rest.js';
import { SERVICES, type ServiceName } from './rest/service-routes.js';

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
const GRAPHQL_BODY_LIMIT_BYTES = 1024 * 1024;
const UPSTREAM_TIMEOUT_MS = 120_000;
const HEALTH_TIMEOUT_MS = 2_000;
const REFUSED_SIGN_INS_PER_MINUTE = 300;
const VERSION = '0.1.0';

export interface GatewayOptions {
  readonly config: Config;
  /** By default what the configuration says. */
  readonly authenticator?: Authenticator;
  readonly serviceToken?: string;
  readonly logger?: Logger;
  readonly limits?: Partial<OperationLimits>;
  readonly requestLimits?: Partial<RequestLimitOptions>;
  readonly bodyLimitBytes?: number;
  /** How often the services are asked whether their part of the graph has changed. */
  readonly pollMs?: number;
}

/** The one origin in front of all services. It is built but does not listen yet. */
export interface Gateway {
  readonly http: FastifyInstance;
  readonly graph: Graph;
  /** @returns the address, such as `http://127.0.0.1:4000` */
  listen(host?: string, port?: number): Promise<string>;
  /** Stops listening, ends streams and subscriptions, frees connections. Idempotent. */
  close(): Promise<void>;
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config } = options;
  const logger = options.logger ?? createLogger('gateway', config.LOG_LEVEL);
  const authenticator = options.authenticator ?? authenticatorOf(config);
  const serviceToken = options.serviceToken ?? serviceTokenOf(config);
  const upstreams = upstreamsOf(config);
  const openDocs = config.DOCS_ENABLED && isLoopback(config.HOST);
  const http = fastify({
    bodyLimit: options.bodyLimitBytes ?? BODY_LIMIT_BYTES,
    genReqId: ({ headers }) => requestIdOf(headers),
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (error, incoming, reply) => {
      void reply.header('x-request-id', incoming.id);
      sendProblem(incoming, reply, error, logger);
    },
  });
  http.removeContentTypeParser('text/plain');
  const graph = openGraph({
    subgraphs: SERVICES.map((name) => ({ name, url: upstreams[name] })),
    ...(serviceToken === undefined ? {} : { serviceToken }),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    introspection: config.GRAPHQL_INTROSPECTION,
    explorer: openDocs,
    subgraphTimeoutMs: UPSTREAM_TIMEOUT_MS,
    pollMs: options.pollMs ?? 10_000,
    retryMs: 50,
    log: logger,
    authenticate: (authorization) => authenticator.authenticate(authorization),
  });
  let stopping = false;
  const methods = methodsOfPaths(http);
  operationalRoutes(http, 'gateway', readinessChecks(upstreams, graph), requestMetrics('gateway', http), () => stopping);
  traceRequests(http);
  const limits = await requestLimits(http, {
    perCaller: config.RATE_LIMIT_PER_MINUTE,
    refusedSignIns: REFUSED_SIGN_INS_PER_MINUTE,
    ...options.requestLimits,
  });
  edgeHooks(http, { authenticator, logger, openDocs, explorer: openDocs, limits, methods });
  http.setErrorHandler((error, incoming, reply) => sendProblem(incoming, reply, error, logger));
  http.setNotFoundHandler((incoming, reply) => sendProblem(incoming, reply, new NotFound('path', incoming.url), logger));
  documentRoutes(http, new ApiDocuments({ upstreams, version: VERSION, ...(serviceToken === undefined ? {} : { serviceToken }) }), config);
  graphqlRoute(http, graph);
  forwardRest(http, {
    upstreams,
    bodyLimitBytes: options.bodyLimitBytes ?? BODY_LIMIT_BYTES,
    timeoutMs: UPSTREAM_TIMEOUT_MS,
    sendProblem: (incoming, reply, error) => sendProblem(incoming, reply, error, logger),
  });
  graph.attach(http.server);
  return {
    http,
    graph,
    listen: async (host = config.HOST, port = config.PORT) => (await http.listen({ host, port })).replace('[::1]', '127.0.0.1'),
    close: async () => {
      stopping = true;
      await graph.close();
      await http.close();
    },
  };
}

function upstreamsOf(config: Config): Record<ServiceName, URL> {
  return { ipam: new URL(config.IPAM_URL), provisioning: new URL(config.PROVISIONING_URL), ingress: new URL(config.INGRESS_URL) };
}

function graphqlRoute(http: FastifyInstance, graph: Graph): void {
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    bodyLimit: GRAPHQL_BODY_LIMIT_BYTES,
    handler: (incoming, reply) => {
      const missing = graph.missing();
      if (missing.length > 0) {
        throw new Transient('graph_not_ready', `the schema of ${missing.join(', ')} has not been seen yet`, 1, {
          facts: { services: missing },
        });
      }
      return graph.answer(incoming, reply);
    },
  });
}

function documentRoutes(http: FastifyInstance, documents: ApiDocuments, config: Config): void {
  if (!config.DOCS_ENABLED) return;
  http.get('/openapi.json', () => documents.merged());
  serveReader(http);
}

/** Each service by name, and the graph over them. */
function readinessChecks(upstreams: Readonly<Record<ServiceName, URL>>, graph: Graph): Record<string, () => Promise<unknown>> {
  const services = SERVICES.map((name) => [name, () => assertReady(upstreams[name])] as const);
  return {
    ...Object.fromEntries(services),
    graph: async () => {
      if (graph.missing().length > 0) throw new Error('not composed');
    },
  };
}

async function assertReady(url: URL): Promise<void> {
  const { statusCode, body } = await request(new URL('/readyz', url), {
    headersTimeout: HEALTH_TIMEOUT_MS,
    bodyTimeout: HEALTH_TIMEOUT_MS,
  });
  const answer = await body.text();
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
  if ((JSON.parse(answer) as { status?: string }).status === 'DEGRADED') throw new Degraded();
}
