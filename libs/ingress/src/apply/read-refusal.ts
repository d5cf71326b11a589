import { ApiException } from '@kubernetes/client-node';
import { DomainError, Transient } from '@podspan/errors';
import { z } from 'zod';
import { ClusterRefusal } from './cluster-api.js';

const Status = z.object({
  reason: z.string().default(''),
  message: z.string().default(''),
  details: z
    .object({
      causes: z
        .array(z.object({ reason: z.string().default(''), message: z.string().default(''), field: z.string().optional() }))
        .default([]),
    })
    .default({ causes: [] }),
});

/** What a failed call says: a refusal of the API server, or that it did not answer. Never the request, which carries a token. */
export function refusalOf(error: unknown): Error {
  if (error instanceof ClusterRefusal || error instanceof DomainError) return error;
  if (!(error instanceof ApiException)) return unreachable(error);
  const body: unknown = error.body;
  const { reason, message, details } = statusOf(body);
  if (error.code === 429 || error.code >= 500)
    return new Transient('cluster_unavailable', `the API server of the cluster answered ${error.code}: ${message}`, 5);
  return new ClusterRefusal(
    error.code,
    reason,
    message,
    details.causes.map(({ field, ...cause }) => ({ ...cause, ...(field === undefined ? {} : { field }) })),
  );
}

function statusOf(body: unknown): z.infer<typeof Status> {
  const parsed = Status.safeParse(typeof body === 'string' ? jsonOf(body) : body);
  return parsed.success ? parsed.data : { reason: '', message: 'without saying why', details: { causes: [] } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable(error: unknown): Transient {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.name) : 'no answer';
  return new Transient(
    'cluster_unreachable',
    `the API server of the cluster does not answer (${why}); a private cluster, or one with authorised ranges, has to be reachable from where Podspan runs`,
    30,
  );
}
