import { InvalidRequest } from '@podspan/errors';

/** The refusal of an end that is over already: what it would hold is free again before the answer arrives. */
export function endedAlready(expiresAt: string | null | undefined, now: Date): InvalidRequest | undefined {
  if (typeof expiresAt !== 'string' || Date.parse(expiresAt) > now.getTime()) return undefined;
  return new InvalidRequest([
    {
      path: 'expiresAt',
      code: 'expires_in_the_past',
      message: `the block would end before it begins: it is ${now.toISOString()}`,
      value: expiresAt,
      suggestion: 'a time to come; release what is held no longer',
    },
  ]);
}
