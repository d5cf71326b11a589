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
      request.actor = await signIn(request, options);
      await options.limits.countCall(request);
    } catch (error) {
      sendProblem(request, reply, error, options.logger);
    }
  });
  const orProblem = (judge: MethodCheck) => async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      judge(request, reply);
    } catch (error) {
      sendProblem(request, reply, error, options.logger);
    }
  };
  http.addHook('onRequest', orProblem(options.methods));
  // What goes to a service is judged there.
  const refuse = orProblem((request) => request.url.startsWith('/graphql') && refuseBody(request));
  http.addHook('preParsing', (request, reply) => refuse(request, reply));
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
