import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { InvalidRequest, type Problem } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nearest } from './nearest.js';
import { parseRequest } from './validation.pipe.js';

/** What every write takes, whether its handler names it or not. */
const ON_WRITES = ['dryRun'];

/**
 * Refuses what no handler reads: `?dryrun=true`, passed over, would write. The names are those of the handler's `@Query` schema;
 * a handler that takes the request itself, or the whole query without a schema of one object, judges it itself.
 */
@Injectable()
export class KnownQueryGuard implements CanActivate {
  readonly #names = new WeakMap<object, ReadonlySet<string> | 'ANY'>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.url.includes('?')) return true;
    const known = this.#known(context.getClass(), context.getHandler());
    if (known === 'ANY') return true;
    const names = request.method === 'GET' ? [...known] : [...known, ...ON_WRITES];
    const unknown = Object.keys(request.query as object).filter((name) => !names.includes(name));
    if (unknown.length > 0)
      throw new InvalidRequest([...unknown.map((name) => problemOf(name, names)), ...problemsBeside(context, request)]);
    return true;
  }

  #known(controller: Type, handler: { readonly name: string }): ReadonlySet<string> | 'ANY' {
    const kept = this.#names.get(handler);
    if (kept) return kept;
    const known = namesOf(controller, handler.name);
    this.#names.set(handler, known);
    return known;
  }
}

/** What the pipes would say of the rest, so that a caller hears it all at once. */
function problemsBeside(context: ExecutionContext, { query, body }: FastifyRequest): readonly Problem[] {
  return Object.entries(argumentsOf(context.getClass(), context.getHandler().name)).flatMap(([key, { data, schema }]) => {
    if (!(schema instanceof z.ZodType)) return [];
    if (key.startsWith(`${RouteParamtypes.BODY}:`)) return problemsWith(schema, body ?? {});
    if (!key.startsWith(`${RouteParamtypes.QUERY}:`)) return [];
    return typeof data === 'string' ? problemsWith(schema, (query as Record<string, unknown>)[data], data) : problemsWith(schema, query);
  });
}

function problemsWith(schema: z.ZodType, value: unknown, path = ''): readonly Problem[] {
  try {
    parseRequest(schema, value, path);
    return [];
  } catch (error) {
    if (error instanceof InvalidRequest) return error.problems;
    throw error;
  }
}

interface Argument {
  readonly data?: unknown;
  readonly schema?: unknown;
}

function argumentsOf(controller: Type, method: string): Readonly<Record<string, Argument>> {
  return (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Readonly<Record<string, Argument>>;
}

function namesOf(controller: Type, method: string): ReadonlySet<string> | 'ANY' {
  const args = argumentsOf(controller, method);
  const names = new Set<string>();
  for (const [key, { data, schema }] of Object.entries(args)) {
    if (key.startsWith(`${RouteParamtypes.REQUEST}:`)) return 'ANY';
    if (!key.startsWith(`${RouteParamtypes.QUERY}:`)) continue;
    if (typeof data === 'string') names.add(data);
    else if (schema instanceof z.ZodObject) for (const name of Object.keys(schema.shape)) names.add(name);
    else return 'ANY';
  }
  return names;
}

function problemOf(name: string, names: readonly string[]): Problem {
  const meant = nearest(name, names);
  return {
    path: name,
    code: 'unknown_field',
    message: `'${name}' is not a parameter of this request${names.length === 0 ? ', which takes none' : `; there are ${names.join(', ')}`}`,
    ...(meant === undefined ? {} : { suggestion: meant }),
  };
}
