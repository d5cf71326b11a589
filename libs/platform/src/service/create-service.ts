import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Actor } from '../auth/actor.js';
import { authorizationOf } from '../auth/admin-pages.js';
import { keepWithinReach, type ReachOf } from '../auth/reach.js';
import { AuthGuard } from '../auth/auth.guard.js';
import { Authenticator } from '../auth/authenticator.js';
import { InvalidRequest, NotFound } from '@podspan/errors';
import { type MethodCheck, methodsOfPaths } from '../http/allowed-methods.js';
import { sendAnswers } from '../http/send-answers.js';
import { textNotKept } from '../http/kept-text.js';
import { ANSWER_COVER, type AnswerCover, AnswerCovers } from '../http/cover-answers.js';
import { refuseBody } from '../http/refuse-body.js';
import { KnownQueryGuard } from '../http/known-query.guard.js';
import { ProblemFilter, sendProblem } from '../http/problem.filter.js';
import { ValidationPipe } from '../http/validation.pipe.js';
import { scalarProviders } from '../graphql/scalars.js';
import { subgraphModule } from '../graphql/subgraph.js';
import { traceRequests } from '../telemetry/trace-requests.js';
import { newId } from '../postgres/new-id.js';
import { nestLogger } from './logger.js';
import { requestMetrics } from './metrics.js';
import { operationalRoutes, type ReadinessChecks } from './operational-routes.js';

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** Tables come to their handler as bytes. */
const TABLE_TYPES = ['text/csv', 'application/csv', 'text/tab-separated-values'];

export interface ServiceOptions {
  readonly name: string;
  readonly title: string;
  /** The feature: controllers, resolvers, providers. */
  readonly module: Type | DynamicModule;
  /** The subgraph's types and fields; the problem types and scalars are added. */
  readonly sdl: string;
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  readonly checks?: ReadinessChecks;
  /** Whether /metrics and /openapi.json answer without credentials: on loopback. */
  readonly openDocs?: boolean;
  /** Where the service does not know address spaces itself: what a caller reaches whose rights hold in some. */
  readonly reachOf?: ReachOf;
  /** Routes beside the feature's own; sign-in stands before them too. */
  readonly extend?: (http: FastifyInstance) => void;
  /** Runs after the last request was answered: stop workers, close pools. */
  readonly onClose?: () => Promise<void>;
}

/** A service that is built but does not listen yet. */
export interface Service {
  readonly app: NestFastifyApplication;
  readonly metrics: Registry;
  openApi(): OpenAPIObject;
  /** @returns the address, such as `http://127.0.0.1:4001` */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

@Module({})
class ServiceModule {}

/** Everything a service has besides its feature: sign-in, validation, problems, health, metrics, OpenAPI, GraphQL. */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { name, logger } = options;
  const covers = new AnswerCovers();
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: requestIdOf,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('x-request-id', request.id);
      sendProblem(request, reply, error, logger);
    },
  });
  sendAnswers(adapter, covers);
  const http = adapter.getInstance();
  http.addContentTypeParser(TABLE_TYPES, { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) => done(null, body));
  // What takes text says so itself.
  http.removeContentTypeParser('text/plain');
  let stopping = false;
  const methods = methodsOfPaths(http);
  const registry = requestMetrics(name, http);
  operationalRoutes(http, name, options.checks ?? {}, registry, () => stopping);
  traceRequests(http);
  requestHooks(http, options);
  judgeRequests(http, methods, logger);
  if (options.reachOf) keepWithinReach(http, options.reachOf, logger);
  options.extend?.(http);
  const sockets = upgradedSockets(http.server);
  const app = await NestFactory.create<NestFastifyApplication>(rootModule(options, covers), adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
  });
  covers.use(coverIn(app));
  let document: OpenAPIObject | undefined;
  const openApi = (): OpenAPIObject => (document ??= openApiOf(app, options));
  http.get('/openapi.json', () => openApi());
  return {
    app,
    metrics: registry,
    openApi,
    listen: async (host, port) => {
      await app.listen(port, host);
      return (await app.getUrl()).replace('[::1]', '127.0.0.1');
    },
    close: async () => {
      stopping = true;
      sockets.close();
      await app.close();
      await options.onClose?.();
    },
  };
}

/** Looked for before it is asked for: Nest logs a provider that is not there as an error. */
function coverIn(app: NestFastifyApplication): AnswerCover | undefined {
  const isThere = [...app.get(ModulesContainer).values()].some(({ providers }) => providers.has(ANSWER_COVER));
  return isThere ? app.get<AnswerCover>(ANSWER_COVER, { strict: false }) : undefined;
}

function rootModule({ module, sdl, authenticator, logger }: ServiceOptions, covers: AnswerCovers): DynamicModule {
  return {
    module: ServiceModule,
    imports: [module, subgraphModule(sdl, authenticator, covers)],
    providers: [
      { provide: Authenticator, useValue: authenticator },
      { provide: APP_GUARD, useClass: AuthGuard },
      { provide: APP_GUARD, useClass: KnownQueryGuard },
      { provide: APP_PIPE, useValue: new ValidationPipe() },
      { provide: APP_FILTER, useValue: new ProblemFilter(logger, covers) },
      ...scalarProviders,
    ],
  };
}

/** Sign-in stands before routing: no path, known or not, says anything to a stranger but health. */
function requestHooks(http: FastifyInstance, { authenticator, logger, openDocs }: ServiceOptions): void {
  const open = new Set(['/healthz', '/readyz', ...(openDocs ? ['/metrics', '/openapi.json'] : [])]);
  http.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    if (open.has(request.url.split('?')[0] ?? '')) return done();
    const goOn = (actor: Actor): void => {
      request.actor = actor;
      done();
    };
    const authorization = authorizationOf(request);
    const known = authenticator.authenticateAtOnce(authorization);
    if (known) return goOn(known);
    authenticator.authenticate(authorization).then(goOn, (error: unknown) => sendProblem(request, reply, error, logger));
  });
  http.addHook('onResponse', (request, reply, done) => {
    logger.info(
      { requestId: request.id, method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
    done();
  });
}

/** What is wrong with a request whatever its handler is: its path, its method, the form of its body, what no text may hold. */
function judgeRequests(http: FastifyInstance, methods: MethodCheck, logger: Logger): void {
  /** Whether the request may go on; if not, it is answered. Nothing here waits, so no hook costs a promise. */
  const passes = (request: FastifyRequest, reply: FastifyReply, judge: () => void): boolean => {
    try {
      judge();
    } catch (error) {
      sendProblem(request, reply, error, logger);
    }
    return !reply.sent;
  };
  http.addHook('onRequest', (request, reply, done) => {
    const known = (): void => {
      methods(request, reply);
      if (request.is404 && !reply.sent) throw new NotFound('path', request.url.split('?')[0] ?? '');
    };
    if (passes(request, reply, known)) done();
  });
  http.addHook('preParsing', (request, reply, payload, done) => {
    if (passes(request, reply, () => refuseBody(request))) done(null, payload);
  });
  http.addHook('preHandler', (request, reply, done) => {
    const { params, query, body, url } = request;
    const kept = (): void => {
      // The gateway has looked at what comes as GraphQL.
      const problems = url.startsWith('/graphql') ? [] : [...textNotKept(params), ...textNotKept(query), ...textNotKept(body)];
      if (problems.length > 0) throw new InvalidRequest(problems);
    };
    if (passes(request, reply, kept)) done();
  });
}

/** A server does not end while a socket is open that became a WebSocket: one subscription would keep the process for ever. */
function upgradedSockets(server: Server): { close(): void } {
  const open = new Set<Duplex>();
  let closed = false;
  server.on('upgrade', (_request, socket: Duplex) => {
    if (closed) return socket.destroy();
    open.add(socket);
    return socket.once('close', () => open.delete(socket));
  });
  return {
    close: () => {
      closed = true;
      for (const socket of open) socket.destroy();
    },
  };
}

function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : newId();
}

function openApiOf(app: NestFastifyApplication, { title }: ServiceOptions): OpenAPIObject {
  const config = new DocumentBuilder().setTitle(title).setVersion('1').addBearerAuth().addSecurityRequirements('bearer').build();
  return SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
}
