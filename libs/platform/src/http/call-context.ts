import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { InvalidRequest } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';

/** Everything a use case may want to know about the request besides its body. */
export interface CallContext {
  readonly actor: Actor;
  /** The caller's own Authorization header, to call other services in the caller's name. */
  readonly authorization: string;
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly dryRun: boolean;
  readonly ifMatch: string | undefined;
  /** Method and path; with `bodyHash` it says whether an idempotency key is used for the same request again. */
  readonly route: string;
  readonly bodyHash: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor?: Actor;
  }
}

export function requestOf(context: ExecutionContext): FastifyRequest {
  if (context.getType<GqlContextType>() !== 'graphql') return context.switchToHttp().getRequest<FastifyRequest>();
  return GqlExecutionContext.create(context).getContext<{ req: FastifyRequest }>().req;
}

/** The CallContext of a REST handler or a resolver. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallContext => callContextOf(requestOf(context), graphqlArguments(context)));

function graphqlArguments(context: ExecutionContext): unknown {
  return context.getType<GqlContextType>() === 'graphql' ? GqlExecutionContext.create(context).getArgs<unknown>() : undefined;
}

export function callContextOf(request: FastifyRequest, graphqlArgs?: unknown): CallContext {
  const { headers } = request;
  if (!request.actor) throw new Error('no actor: the guard did not run');
  const [path = '', query = ''] = request.url.split('?');
  return {
    actor: request.actor,
    authorization: headers.authorization ?? '',
    requestId: request.id,
    traceparent: single(headers['traceparent']),
    idempotencyKey: idempotencyKeyOf(single(headers['idempotency-key'])),
    dryRun: flag(new URLSearchParams(query).get('dryRun')) || flag(dryRunArgument(graphqlArgs)),
    ifMatch: single(headers['if-match']),
    route: `${request.method} ${path}`,
    bodyHash: createHash('sha256').update(JSON.stringify(graphqlArgs ?? request.body ?? null)).digest('hex'),
  };
}

function dryRunArgument(args: unknown): unknown {
  return typeof args === 'object' && args !== null && 'dryRun' in args ? args.dryRun : undefined;
}

/** `?dryRun`, `?dryRun=true` and GraphQL's `dryRun: true`; anything but true and false is refused, since guessing wrong would write. */
function flag(value: unknown): boolean {
  if (value === true || value === 'true' || value === '') return true;
  if (value === undefined || value === null || value === false || value === 'false') return false;
  throw new InvalidRequest([{ path: 'dryRun', code: 'invalid_value', message: 'dryRun is true or false', value }]);
}

function idempotencyKeyOf(key: string | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new InvalidRequest([{ path: 'Idempotency-Key', code: 'invalid_value', message: 'an Idempotency-Key is 1 to 255 printable characters without spaces', value: key }]);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
