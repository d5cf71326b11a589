import { authorizationOf, type MethodCheck, refuseBody, sendProblem, type Actor, type Authenticator, type Logger } from '@podspan/platform';
import { Unauthenticated } from '@podspan/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { traceparentOf } from './request-identity.js';

import type { RequestLimits } from './request-limits.js';

export interface EdgeOptions {
  readonly authenticator: Authenticator;
  readonly logger: Logger;
  /** /metrics, /openapi.json and /docs answer without credentials. */
  readonly openDocs: boolean;
  /** The page at GET /graphql answers without credentials; what it sends does not. */
  readonly explorer: boolean;
  readonly limits: RequestLimits;
  readonly methods: MethodCheck;
}

/** Every request gets its ids and shows its token here, before routing: no path says anything to a stranger but health. */
export function edgeHooks(http: FastifyInstance, options: EdgeOptions): void {
  http.addHook('onRequest', async (request, reply) => {
    request.headers['x-request-id'] = request.id;
    request.headers['traceparent'] = traceparentOf(request.headers);
    void reply.header('x-request-id', request.id);
    if (isOpen(request, options)) return;
    try {
      request.actor = options.authenticator.authenticateAtOnce(authorizationOf(request)) ?? (await signIn(request, options));
      await options.limits.countCall(request);
    } catch (error) {
      sendProblem(request, reply, error, options.logger);
    }
  });
  /** Whether the request may go on; if not, it is answered. Nothing here waits, so no hook costs a promise. */
  const passes = (request: FastifyRequest, reply: FastifyReply, judge: MethodCheck): boolean => {
    try {
      judge(request, reply);
    } catch (error) {
      sendProblem(request, reply, error, options.logger);
    }
    return !reply.sent;
  };
  http.addHook('onRequest', (request, reply, done) => {
    if (passes(request, reply, options.methods)) done();
  });
  http.addHook('preParsing', (request, reply, payload, done) => {
    // What goes to a service is judged there.
    if (!request.url.startsWith('/graphql') || passes(request, reply, refuseBody)) done(null, payload);
  });
  http.addHook('onResponse', (request, reply, done) => {
    options.logger.info(
      { requestId: request.id, method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
    done();
  });
}

async function signIn(request: FastifyRequest, { authenticator, limits, logger }: EdgeOptions): Promise<Actor> {
  try {
    return await authenticator.authenticate(authorizationOf(request));
  } catch (error) {
    if (error instanceof Unauthenticated) await limits.countRefusedSignIn(request);
    else logger.error({ err: error, requestId: request.id }, 'sign-in failed');
    throw error;
  }
}

function isOpen(request: FastifyRequest, { openDocs, explorer }: EdgeOptions): boolean {
  const path = request.url.split('?')[0] ?? '';
  if (path === '/healthz' || path === '/readyz') return true;
  if (openDocs && (path === '/metrics' || path === '/openapi.json' || path === '/docs' || path.startsWith('/docs/'))) return true;
  return explorer && path === '/graphql' && request.method === 'GET' && isForAPage(request);
}

function isForAPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html') && !request.url.includes('?');
}
