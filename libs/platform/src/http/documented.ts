import type { z } from 'zod';

/**
 * A schema that the OpenAPI document shows and the validation pipe leaves alone: the use case reads such a body itself, piece by
 * piece, so that a wrong member does not hide what is wrong with the rest.
 */
export function documented<T extends z.ZodType>(schema: T): Pick<T, '~standard'> {
  return { '~standard': schema['~standard'] };
}
