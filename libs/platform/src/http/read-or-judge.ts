import { DomainError, InvalidRequest, problemsOf } from '@podspan/errors';
import type { z } from 'zod';
import { type LenientReading, readLeniently, withoutEchoes } from './read-leniently.js';
import { refuse } from './validation.pipe.js';

/**
 * A body as its schema has it. One that is wrong in its shape is refused together with what `judge`, which must keep nothing,
 * finds wrong in the rest of it, so that a caller hears everything at once. `read` says what the rest is.
 * @throws InvalidRequest with every problem
 */
export async function readOrJudge<T extends z.ZodType>(
  schema: T,
  body: unknown,
  judge: (value: z.output<T>) => Promise<unknown>,
  read: (given: unknown) => LenientReading<z.output<T>> = (given) => readLeniently(schema, given),
): Promise<z.output<T>> {
  const given = body ?? {};
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const { value, problems } = read(given);
  if (value === undefined) throw refuse(problems);
  throw refuse([...problems, ...withoutEchoes(await problemsIn(judge(value)), problems)]);
}

/** What is taken, exhausted or unknown besides is for a request that can be read; so is what is missing, since it may have been taken out. */
async function problemsIn(judging: Promise<unknown>): Promise<InvalidRequest['problems']> {
  try {
    await judging;
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.kind === 'invalid' ? problemsOf(error).filter(({ code }) => !code.endsWith('required')) : [];
  }
}
