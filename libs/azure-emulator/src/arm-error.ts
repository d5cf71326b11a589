import { compact, type Json, type JsonObject } from './json.js';

export interface ArmErrorFacts {
  readonly target?: string;
  readonly details?: readonly JsonObject[];
  readonly subcode?: string;
  readonly headers?: Record<string, string>;
  /** How long to wait, in virtual seconds; becomes a Retry-After in real seconds. */
  readonly retryAfterSeconds?: number;
  /** The AKS provider answers its synchronous refusals without the `error` envelope. */
  readonly flat?: boolean;
  /** The status is Azure's, the code is our best guess: marked with an `x-emulated` header. */
  readonly emulated?: boolean;
}

/** A refusal as Azure words it: HTTP status, stable code, sentence. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly facts: ArmErrorFacts = {},
  ) {
    super(message);
  }

  get body(): JsonObject {
    const { target, details, subcode } = this.facts;
    if (this.facts.flat === true) {
      const flatDetails: Json = details === undefined ? null : [...details];
      return compact({ code: this.code, details: flatDetails, message: this.message, subcode: subcode ?? '', target });
    }
    return { error: compact({ code: this.code, message: this.message, target, details: details && [...details] }) };
  }

  with(facts: ArmErrorFacts): ArmError {
    return new ArmError(this.status, this.code, this.message, { ...this.facts, ...facts });
  }
}

export const badRequest = (code: string, message: string, facts?: ArmErrorFacts): ArmError => new ArmError(400, code, message, facts);

/** No public source names Azure's code for this refusal, so it is `InvalidParameter` and says that it is ours. */
export const invalidParameter = (target: string, message: string): ArmError =>
  new ArmError(400, 'InvalidParameter', message, { target, emulated: true });

export const resourceNotFound = (typeAndName: string, group: string): ArmError =>
  new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${typeAndName}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
