import type { ArmFailureFacts } from './arm.js';
import { ArmFailure } from './arm.js';
import { isFields } from './domain/resource.js';

/** What a token must know to go on in another process. No secrets: it is stored in the clear. */
export interface OperationToken {
  /** `lro`: the poller of an operation. `resource`: the resource's own provisioningState is polled. */
  readonly kind: 'lro' | 'resource';
  readonly method: 'PUT' | 'DELETE' | 'POST';
  readonly resourceId: string;
  readonly apiVersion: string;
  /** The SDK's serialised poller, as it was right after the write was accepted. */
  readonly state?: string;
}

const VERSION = 'v1';

export function writeToken(token: OperationToken): string {
  const { kind, ...rest } = token;
  return `${VERSION}:${kind}:${JSON.stringify(rest)}`;
}

/** @throws {ArmFailure} `UnknownToken`, class ADOPT: written by another release; read the resource instead */
export function readToken(text: string): OperationToken {
  const [version, kind] = text.split(':', 2);
  if (version !== VERSION || (kind !== 'lro' && kind !== 'resource')) throw unknownToken(text);
  const rest = parse(text.slice(version.length + kind.length + 2));
  if (!isFields(rest)) throw unknownToken(text);
  const { method, resourceId, apiVersion, state } = rest;
  if (method !== 'PUT' && method !== 'DELETE' && method !== 'POST') throw unknownToken(text);
  if (typeof resourceId !== 'string' || typeof apiVersion !== 'string') throw unknownToken(text);
  if (kind === 'resource') return { kind, method, resourceId, apiVersion };
  if (typeof state !== 'string') throw unknownToken(text);
  return { kind, method, resourceId, apiVersion, state };
}

/** A token for an operation nobody holds a token of: an adopted resource, whose provisioningState is polled instead. */
export function resourceToken(resourceId: string, apiVersion: string): string {
  return writeToken({ kind: 'resource', method: 'PUT', resourceId, apiVersion });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownToken(text: string): ArmFailure {
  const facts: ArmFailureFacts = {
    code: 'UnknownToken',
    message: `the operation token '${text.slice(0, 12)}…' is not one this release can read`,
    requestIds: {},
    class: 'ADOPT',
    mustAct: 'NOBODY',
  };
  return new ArmFailure(facts);
}
