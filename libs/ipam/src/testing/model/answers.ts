import type { Response } from 'supertest';
import type { Expected } from './naive-estate.js';

export function differs(step: string, { status, body }: Response, expected: unknown): Error {
  return new Error(`${step}: the service answers ${status} ${JSON.stringify(body).slice(0, 500)}, the model ${JSON.stringify(expected)}`);
}

/** The answer is the refusal that the model expects, or a success. */
export function meets(step: string, answer: Response, code: string | undefined): void {
  if (code === undefined ? answer.status >= 300 : answer.status < 400 || answer.body.code !== code)
    throw differs(step, answer, code ?? 'success');
}

/** Nothing a caller can cause is the service's fault. Tells whether it was done. */
export function done(step: string, answer: Response, refusals: readonly string[]): boolean {
  if (answer.status < 300) return true;
  if (answer.status >= 500 || !refusals.includes(answer.body.code)) throw differs(step, answer, refusals);
  return false;
}

/** The block that the model expects. A new one gets its id here. */
export function same(
  step: string,
  answer: Response,
  expected: Exclude<Expected, { code: string }>,
  given: { id: string; cidr: string },
): void {
  const { held, isNew } = expected;
  if (given?.cidr !== String(held.cidr) || (!isNew && given.id !== held.id)) throw differs(step, answer, expected);
  held.id = given.id;
}
