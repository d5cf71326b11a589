import rateLimit from '@fastify/rate-limit';
import { DomainError } from '@podspan/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RequestLimitOptions {
  /** Requests of one signed-in caller in a minute; 0 is no limit. */
  readonly perCaller: number;
  /** Refused sign-ins from one address in a minute, before they cost no more than a counter. */
  readonly refusedSignIns: number;
}

/** Counts of this process: several gateways let as many times as much through. */
export interface RequestLimits {
  /** @throws DomainError 429 `too_many_requests` */
  countCall(request: FastifyRequest): Promise<void>;
  /** @throws DomainError 429 `too_many_refused_sign_ins` */
  countRefusedSignIn(request: FastifyRequest): Promise<void>;
}

const WINDOW_MS = 60_000;

/** A runaway script is told when to come back before it slows the others down. */
export async function requestLimits(http: FastifyInstance, { perCaller, refusedSignIns }: RequestLimitOptions): Promise<RequestLimits> {
  await http.register(rateLimit, { global: false, timeWindow: WINDOW_MS, cache: 10_000 });
  const calls =
    perCaller === 0 ? undefined : http.createRateLimit({ max: perCaller, keyGenerator: ({ actor, ip }) => actor?.subject ?? ip });
  const refusals = http.createRateLimit({ max: refusedSignIns, keyGenerator: ({ ip }) => ip });
  return {
    countCall: async (request) => {
      const limit = await calls?.(request);
      if (limit && !limit.isAllowed && limit.isExceeded)
        throw tooMany('too_many_requests', `more than ${perCaller} requests in a minute`, limit.ttlInSeconds);
    },
    countRefusedSignIn: async (request) => {
      const limit = await refusals(request);
      if (!limit.isAllowed && limit.isExceeded)
        throw tooMany('too_many_refused_sign_ins', `more than ${refusedSignIns} refused sign-ins in a minute`, limit.ttlInSeconds);
    },
  };
}

function tooMany(code: string, message: string, retryAfterSeconds: number): DomainError {
  return new DomainError('throttled', code, message, { retryAfterSeconds: Math.max(1, retryAfterSeconds) });
}
