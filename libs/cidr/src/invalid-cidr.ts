import { DomainError } from '@podspan/errors';

/** The stable code of a range or address that cannot be accepted. */
export type InvalidCidrCode =
  | 'invalid_cidr' // not a range at all
  | 'invalid_address' // not a single address
  | 'host_bits_set' // a range that does not start where a range of its length starts
  | 'invalid_prefix_length' // the part after the slash
  | 'family_mismatch'; // the other address family was asked for

/** What exactly is wrong; finer than the code, for programs that point at the spot. */
export type InvalidCidrReason =
  | 'not_text'
  | 'empty'
  | 'whitespace'
  | 'zone'
  | 'port'
  | 'ipv4_mapped'
  | 'octet_count'
  | 'octet_out_of_range'
  | 'octet_leading_zero'
  | 'not_an_address'
  | 'several_slashes'
  | 'missing_prefix_length'
  | 'unexpected_prefix_length'
  | 'netmask'
  | 'prefix_length_not_whole'
  | 'prefix_length_leading_zero'
  | 'prefix_length_out_of_range'
  | 'host_bits'
  | 'other_family';

export interface InvalidCidrFacts {
  readonly code: InvalidCidrCode;
  readonly reason: InvalidCidrReason;
  readonly message: string;
  readonly value: unknown;
  readonly suggestion?: string | undefined;
}

/** 422: a text is not the range or address that was asked for. Facts: `value`, `reason`, and `suggestion` if there is one. */
export class InvalidCidr extends DomainError {
  readonly reason: InvalidCidrReason;
  readonly suggestion: string | undefined;

  constructor({ code, reason, message, value, suggestion }: InvalidCidrFacts) {
    const hint = suggestion === undefined ? {} : { suggestion };
    super('invalid', code, message, {
      facts: { value, reason, ...hint },
      problems: [{ path: '', code, message, value, ...hint }],
    });
    this.reason = reason;
    this.suggestion = suggestion;
  }
}
