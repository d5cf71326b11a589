import { ArmError } from './arm-error.js';
import type { ArmRequest } from './arm-request.js';

interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Weak markers and quotes are not part of an eTag's value. */
const bare = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');

export function conditionsOf({ headers }: ArmRequest): Conditions {
  const read = (name: string): string | undefined => {
    const value = headers.get(name);
    return value === undefined || value === '' ? undefined : bare(value);
  };
  return { ifMatch: read('if-match'), ifNoneMatch: read('if-none-match') };
}

/** Throws 412, or 400 for a combination AKS does not take. `etag` is undefined when there is no resource. */
export function checkConditions(conditions: Conditions, etag: string | undefined, strict: boolean): void {
  const { ifMatch, ifNoneMatch } = conditions;
  if (strict && ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new ArmError(400, 'BadRequest', 'If-Match and If-None-Match cannot be used together.');
  }
  if (strict && ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new ArmError(400, 'BadRequest', "If-None-Match takes only '*'.");
  }
  if (ifMatch !== undefined && !matches(ifMatch, etag)) throw failed('If-Match', ifMatch, etag);
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) throw failed('If-None-Match', ifNoneMatch, etag);
}

const matches = (condition: string, etag: string | undefined): boolean => etag !== undefined && (condition === '*' || condition === etag);

function failed(header: string, value: string, etag: string | undefined): ArmError {
  const found = etag === undefined ? 'the resource does not exist' : `its current etag is '${etag}'`;
  return new ArmError(412, 'PreconditionFailed', `The condition '${header}: ${value}' does not hold: ${found}.`);
}
