import { DomainError } from '@podspan/errors';
import type { FastifyRequest } from 'fastify';

/**
 * A body in a form that nobody here reads is refused before it is read.
 * @throws DomainError 415 `unsupported_media_type` or `unsupported_content_encoding`
 */
export function refuseBody({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new DomainError('unsupported_media_type', 'unsupported_content_encoding', `a body comes as it is, not as ${encoding}`);
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  // The framework would read a form.
  if (type === 'application/x-www-form-urlencoded') throw unsupportedMediaType();
}

export function unsupportedMediaType(cause?: unknown): DomainError {
  return new DomainError('unsupported_media_type', 'unsupported_media_type', 'this request takes no body of that Content-Type', {
    facts: { suggestion: 'application/json' },
    cause,
  });
}
