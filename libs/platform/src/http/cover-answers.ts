import type { CallHandler, ExecutionContext, NestInterceptor, Provider, Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { DomainError } from '@podspan/errors';
import { catchError, from, mergeMap, type Observable } from 'rxjs';
import type { Actor } from '../auth/actor.js';
import { requestOf } from './call-context.js';
import { WriteResult } from './write-result.js';

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

/** Puts the cover over every answer of REST and GraphQL, also over a refusal. */
export function coverAnswers(cover: Type<AnswerCover>): Provider {
  return { provide: APP_INTERCEPTOR, inject: [cover], useFactory: (found: AnswerCover) => new CoverAnswers(found) };
}

class CoverAnswers implements NestInterceptor {
  constructor(private readonly cover: AnswerCover) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { actor, body, url } = requestOf(context);
    if (!actor || actor.spaces === '*') return next.handle();
    const find = (): Promise<Cover | undefined> => this.cover.coverFor(actor, `${url} ${safelyDecoded(url)} ${JSON.stringify(body ?? {})}`);
    return next.handle().pipe(
      mergeMap(async (answer) => covered(await find(), answer)),
      catchError((error: unknown) => from(find().then((found) => rethrow(found, error)))),
    );
  }
}

function covered(cover: Cover | undefined, answer: unknown): unknown {
  if (!cover) return answer;
  return answer instanceof WriteResult ? answer.with(cover.over(answer.body)) : cover.over(answer);
}

function rethrow(cover: Cover | undefined, error: unknown): never {
  if (!cover || !(error instanceof DomainError)) throw error;
  const { kind, code, message, facts, problems, retryAfterSeconds } = error;
  throw new DomainError(kind, code, cover.text(message), {
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
