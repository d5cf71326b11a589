import { DomainError } from '@podspan/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

/** @throws DomainError 405 `method_not_allowed` */
export type MethodCheck = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Tells a path that exists from a method it does not have: 405 with Allow, and OPTIONS says what there is.
 * To be called before the routes are registered. The answer is a hook for after sign-in; a path that has no method at all is
 * left to the handler of what is not found.
 */
export function methodsOfPaths(http: FastifyInstance): MethodCheck {
  const routes: KnownRoute[] = [];
  http.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split('?')[0] ?? '';
    const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))];
    if (allowed.length === 0) return;
    const names = [...new Set([...allowed, 'OPTIONS'])].sort();
    void reply.header('allow', names.join(', '));
    if (request.method === 'OPTIONS') void reply.status(204).send();
    else
      throw new DomainError('method_not_allowed', 'method_not_allowed', `${path} has no ${request.method}; it has ${names.join(', ')}`, {
        facts: { allowed: names },
      });
  };
}

/** `/v1/pools/:pool/allocations`, `/docs/*` */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
