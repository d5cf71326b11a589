import { challengeOf } from '../auth/admin-pages.js';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { GqlContextType } from '@nestjs/graphql';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type AnswerCovers, coveredError } from './cover-answers.js';
import { problemDocument } from './problem-document.js';

/** The one place where failures become HTTP answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly covers: AnswerCovers,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void | Promise<void> {
    // GraphQL formats its own errors.
    if (host.getType<GqlContextType>() === 'graphql') throw error;
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const send = (told: unknown): void => sendProblem(request, reply, told, this.logger);
    const finding = this.covers.of(request);
    // Where no cover can be found, that is what is told.
    return finding ? finding.then((cover) => send(coveredError(cover, error)), send) : send(error);
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown, logger: Logger): void {
  const { document, retryAfterSeconds, unexpected } = problemDocument(error);
  if (unexpected) logger.error({ err: error, requestId: request.id, method: request.method, url: request.url }, 'unexpected failure');
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))));
  if (document.status === 401) void reply.header('www-authenticate', challengeOf(request));
  void reply
    .status(document.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify({ ...document, instance: request.url, traceId: traceIdOf(request) }));
}

/** The trace id of W3C traceparent where the caller sent one, else the request id. */
function traceIdOf(request: FastifyRequest): string {
  const traceparent = request.headers['traceparent'];
  return (typeof traceparent === 'string' ? traceparent.split('-')[1] : undefined) ?? request.id;
}
