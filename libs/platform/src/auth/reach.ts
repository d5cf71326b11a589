import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem } from '../http/problem.filter.js';

/**
 * The names of what a caller reaches whose rights hold in some address spaces only; undefined: everything. ipam alone knows
 * spaces; a service that does not know them asks with the caller's own token what that caller sees, and hides the rest.
 */
export type Reach = ReadonlySet<string> | undefined;

/** @param authorization the caller's own */
export type ReachOf = (authorization: string) => Promise<ReadonlySet<string>>;

const reaches = new AsyncLocalStorage<Reach>();

/** Of the request that is being answered; work in the background reaches everything. */
export function currentReach(): Reach {
  return reaches.getStore();
}

export function withReach<T>(reach: Reach, work: () => T): T {
  return reaches.run(reach, work);
}

/** Every REST and GraphQL request of a caller with such rights is answered within their reach. */
export function keepWithinReach(http: FastifyInstance, reachOf: ReachOf, logger: Logger): void {
  http.addHook('preHandler', (request, reply, done) => {
    const { actor, headers } = request;
    if (!actor || actor.spaces === '*') return done();
    reachOf(headers.authorization ?? '').then(
      (reach) => withReach(reach, done),
      (error: unknown) => sendProblem(request, reply, error, logger),
    );
  });
}
