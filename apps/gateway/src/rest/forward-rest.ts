import { DomainError, NotFound, Transient } from '@podspan/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { Agent } from 'undici';
import { exchange } from './exchange.js';
import { downstreamHeaders, upstreamHeaders } from './forwarded-headers.js';
import { ownerOf, type ServiceName } from './service-routes.js';

/** As the ingress service has it. */
const YAML_LIMIT_BYTES = 64 * 1024 * 1024;

/** A service says which of them a path has. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

export interface ForwardOptions {
  readonly upstreams: Readonly<Record<ServiceName, URL>>;
  readonly bodyLimitBytes: number;
  /** How long a service may take to begin its answer. */
  readonly timeoutMs: number;
  readonly sendProblem: (request: FastifyRequest, reply: FastifyReply, error: unknown) => void;
}

/**
 * Carries /v1/* to the service that owns the path: method, body and headers as they are, the answer as it comes, so that
 * server-sent events are not held back. Nothing is retried here: only the caller knows whether a request may be repeated.
 */
export function forwardRest(app: FastifyInstance, options: ForwardOptions): void {
  const agent = new Agent({ connections: 128, connectTimeout: 2_000, headersTimeout: options.timeoutMs });
  app.addHook('onClose', () => agent.destroy());
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Bytes, not values: the service reads the body itself and hashes what the client sent.
    // As it comes: translations take more YAML than a gateway should hold. What is announced as too much is not even begun.
    scope.addContentTypeParser(/^(?:application|text)\/(?:x-|vnd\.)?yaml\b/i, (request, payload, done) => {
      const tooLarge = Number(request.headers['content-length'] ?? 0) > YAML_LIMIT_BYTES;
      if (tooLarge)
        done(new DomainError('too_large', 'body_too_large', `a body of YAML has at most ${YAML_LIMIT_BYTES / 1024 / 1024} MiB`));
      else done(null, payload);
    });
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: options.bodyLimitBytes }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => options.sendProblem(request, reply, error));
    for (const path of ['/v1/*', '/admin/queues/*'])
      scope.route({ method: METHODS, url: path, handler: (request, reply) => forward(request, reply, agent, options) });
  });
}

async function forward(request: FastifyRequest, reply: FastifyReply, agent: Agent, { upstreams }: ForwardOptions): Promise<FastifyReply> {
  const path = request.url.split('?')[0] ?? '';
  const service = ownerOf(path);
  if (service === undefined) throw new NotFound('path', path);
  const { answer, abort } = exchange(agent, {
    origin: upstreams[service],
    path: request.url,
    method: request.method,
    headers: upstreamHeaders(request.headers, { address: request.ip, host: request.headers.host, protocol: request.protocol }),
    body: request.body instanceof Buffer || request.body instanceof Readable ? request.body : null,
    // Events may be minutes apart; the connection's end is what ends them.
    bodyTimeout: 0,
  });
  // Of an answer that went out whole there is nothing to abort.
  reply.raw.once('close', () => reply.raw.writableFinished || abort());
  const given = await answer.catch((error: unknown) => {
    throw unavailable(service, error);
  });
  const headers = downstreamHeaders(given.headers);
  if (String(headers['content-type'] ?? '').startsWith('text/event-stream')) headers['x-accel-buffering'] = 'no';
  return reply.code(given.status).headers(headers).send(given.body);
}

/** Whether the request may have been carried out decides what the caller is told to do. */
function unavailable(service: ServiceName, cause: unknown): DomainError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
  return neverSent
    ? new Transient('service_unavailable', `the ${service} service is not reachable; nothing was done`, 2, { facts: { service }, cause })
    : new Transient(
        'service_unavailable',
        `the ${service} service did not finish its answer; the request may have been carried out: repeat it with the same Idempotency-Key`,
        2,
        {
          facts: { service },
          cause,
        },
      );
}
