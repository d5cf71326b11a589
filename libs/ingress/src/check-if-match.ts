import { PreconditionFailed } from '@podspan/errors';

/** @throws PreconditionFailed when the caller read another version. Without the header anything goes. */
export function checkIfMatch(ifMatch: string | undefined, current: string): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  const accepted = ifMatch.split(',').map((tag) => tag.trim());
  if (!accepted.includes(current)) throw new PreconditionFailed(ifMatch, current);
}
