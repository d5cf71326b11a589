import { PreconditionFailed } from '@podspan/errors';
import type { CallContext } from './call-context.js';

/**
 * If-Match as RFC 9110 13.1.1 has it: `*`, or a list with the current ETag in it. A weak tag counts as its strong one, since a
 * proxy that compresses an answer weakens its tag.
 * @throws PreconditionFailed when the caller read another version; without the header anything goes
 */
export function checkIfMatch(call: Pick<CallContext, 'ifMatch'>, current: string): void {
  const accepted = acceptedEtags(call);
  if (accepted && !accepted.includes(current)) throw new PreconditionFailed(call.ifMatch ?? '', current);
}

/** The strong tags of If-Match; undefined when any version will do. */
export function acceptedEtags({ ifMatch }: Pick<CallContext, 'ifMatch'>): readonly string[] | undefined {
  const accepted = ifMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return accepted?.includes('*') ? undefined : accepted;
}
