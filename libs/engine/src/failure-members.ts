import { z } from 'zod';

/** A {@link FailureView} as the services answer it, but for "who must act": each service has a type of its own for that. */
export const failureMembers = {
  code: z.string(),
  message: z.string(),
  httpStatus: z.int().optional(),
  target: z.string().optional(),
  details: z.unknown().optional(),
  requestIds: z.record(z.string(), z.string()).optional(),
  retryable: z.boolean(),
};
