import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext, type GqlContextType } from '@nestjs/graphql';
import { DomainError, InvalidRequest } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { textNotKept } from './kept-text.js';

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
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallContext =>
  callContextOf(requestOf(context), graphqlField(context)),
);

/** A root field of a GraphQL operation, which is a request of its own. */
export interface GraphqlField {
  readonly name: string;
  /** The alias, else the name: unique within the operation. */
  readonly key: string;
  readonly args: unknown;
}

function graphqlField(context: ExecutionContext): GraphqlField | undefined {
  if (context.getType<GqlContextType>() !== 'graphql') return undefined;
  const graphql = GqlExecutionContext.create(context);
  const info = graphql.getInfo<{ readonly fieldName: string; readonly path: { readonly key: string | number } }>();
  return { name: info.fieldName, key: String(info.path.key), args: graphql.getArgs<unknown>() };
}

export function callContextOf(request: FastifyRequest, field?: GraphqlField): CallContext {
  const { headers } = request;
  if (!request.actor) throw new Error('no actor: the guard did not run');
  if (field) refuseText(field.args);
  const [path = '', query = ''] = request.url.split('?');
  const body = hashable(field?.args ?? request.body ?? null);
  return {
    actor: request.actor,
    authorization: headers.authorization ?? '',
    requestId: request.id,
    traceparent: single(headers['traceparent']),
    idempotencyKey: idempotencyKeyOf(single(headers['idempotency-key']), field),
    dryRun: flag(query === '' ? undefined : new URLSearchParams(query).get('dryRun')) || flag(dryRunArgument(field?.args)),
    ifMatch: single(headers['if-match']),
    route: field ? `${request.method} ${path} ${field.name}` : `${request.method} ${path}`,
    // Few requests carry a key; a plan of a thousand clusters is a long text to hash.
    get bodyHash() {
      return createHash('sha256').update(body).digest('hex');
    },
  };
}

/** What a request over REST was refused for before its handler. @throws InvalidRequest `invalid_characters` */
function refuseText(args: unknown): void {
  const problems = textNotKept(args);
  if (problems.length > 0)
    throw new InvalidRequest(problems.map((problem) => ({ ...problem, path: problem.path.replace(/^input\./, '') })));
}

/** @throws DomainError `too_deep` for JSON nested so deep that nothing can walk through it */
function hashable(body: unknown): string | Buffer {
  if (Buffer.isBuffer(body)) return body;
  try {
    return JSON.stringify(body);
  } catch (error) {
    if (error instanceof RangeError) throw new DomainError('malformed', 'too_deep', 'the body is nested too deep', { cause: error });
    throw error;
  }
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

/** One operation may hold several mutations under one header: each has a key of its own. */
function idempotencyKeyOf(key: string | undefined, field: GraphqlField | undefined): string | undefined {
  if (key === undefined || /^[\x21-\x7e]{1,255}$/.test(key)) return key === undefined || !field ? key : `${key} ${field.key}`;
  throw new InvalidRequest([
    {
      path: 'Idempotency-Key',
      code: 'invalid_value',
      message: 'an Idempotency-Key is 1 to 255 printable characters without spaces',
      value: key,
    },
  ]);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
