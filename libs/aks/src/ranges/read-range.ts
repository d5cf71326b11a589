import { Address, Cidr, InvalidCidr } from '@podspan/cidr';
import type { Problem } from '@podspan/errors';
import { problem } from '../findings.js';

/** A parsed value, or what is wrong with its text. */
export type Read<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: undefined; readonly problems: readonly Problem[] };

/** Reads the pod or service CIDR of a cluster: a prefix length is required and host bits are refused (OV-04). */
export function readRange(text: string, path: string): Read<Cidr> {
  return read(() => Cidr.parse(text), path, 'OV-04');
}

/** Reads a DNS service address (OV-04). */
export function readAddress(text: string, path: string): Read<Address> {
  return read(() => Address.parse(text), path, 'OV-04');
}

function read<T>(parse: () => T, path: string, rule: string): Read<T> {
  try {
    return { value: parse(), problems: [] };
  } catch (error) {
    if (!(error instanceof InvalidCidr)) throw error;
    const code = error.code === 'host_bits_set' ? 'cidr_not_canonical' : error.code;
    const { message, suggestion } = error;
    return {
      value: undefined,
      problems: [problem({ path, code, rule, message, value: error.facts['value'], suggestion })],
    };
  }
}
