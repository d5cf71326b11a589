import type { Provider, Type } from '@nestjs/common';
import { DomainError } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';

/** What is put over an answer before it leaves. */
export interface Cover {
  over<T>(value: T): T;
  text(text: string): string;
}

/** A feature's decision, per request, what a caller must not read in any answer. */
export interface AnswerCover {
  /** @param said everything the caller sent; undefined: the answer leaves as it is */
  coverFor(actor: Actor, said: string): Promise<Cover | undefined>;
}

/** The one cover of a service, if it has any. */
export const ANSWER_COVER = Symbol('podspan:answer-cover');

/** Puts the cover over every answer of REST and GraphQL, also over a refusal. */
export function coverAnswers(cover: Type<AnswerCover>): Provider {
  return { provide: ANSWER_COVER, useExisting: cover };
}

/**
 * Finds the cover of a request's answer. Answers pass here and not through an interceptor of Nest: one of those, even idle, takes
 * every request through a dozen objects of rxjs, a fifth of what a small write costs.
 */
export class AnswerCovers {
  #cover: AnswerCover | undefined;

  use(cover: AnswerCover | undefined): void {
    this.#cover = cover;
  }

  /** undefined at once for who may read everything. */
  of({ actor, body, url }: Pick<FastifyRequest, 'actor' | 'body' | 'url'>): Promise<Cover | undefined> | undefined {
    if (!this.#cover || !actor || actor.spaces === '*') return undefined;
    return this.#cover.coverFor(actor, `${url} ${safelyDecoded(url)} ${JSON.stringify(body ?? {})}`);
  }
}

/** What is told of a failure, with the cover over it; what is no DomainError is told of anyway as a failure and no more. */
export function coveredError(cover: Cover | undefined, error: unknown): unknown {
  if (!cover || !(error instanceof DomainError)) return error;
  const { kind, code, message, facts, problems, retryAfterSeconds } = error;
  return new DomainError(kind, code, cover.text(message), {
    facts: cover.over(facts),
    problems: cover.over(problems),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    cause: error,
  });
}

function safelyDecoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}
