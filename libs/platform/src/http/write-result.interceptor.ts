import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { GqlContextType } from '@nestjs/graphql';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { WriteResult } from './write-result.js';

/** Turns a WriteResult into status, headers and body; a resolver gets the body alone. */
@Injectable()
export class WriteResultInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((answer: unknown) => (answer instanceof WriteResult ? this.#apply(context, answer) : answer)));
  }

  #apply(context: ExecutionContext, result: WriteResult): unknown {
    if (context.getType<GqlContextType>() === 'graphql') return result.body;
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.status(result.status).headers(result.headers);
    if (result.replayed) void reply.header('idempotency-replayed', 'true');
    return result.status === 204 ? undefined : result.body;
  }
}
