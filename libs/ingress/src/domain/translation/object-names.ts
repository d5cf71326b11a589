import { shortHash } from '@podspan/aks';
import { isDnsSubdomain } from '../kubernetes-names.js';

/** A legal name from texts that may hold anything: readable as far as it goes, told apart by a hash where that loses something. */
export function objectName(...parts: readonly string[]): string {
  const text = parts.filter(Boolean).join('-');
  const plain = text
    .toLowerCase()
    .replaceAll('*', 'wildcard')
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replaceAll(/\.+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain.length <= 63 && plain !== '' ? plain : `${plain.slice(0, 54).replace(/-+$/, '') || 'x'}-${shortHash(text)}`;
}

/** The Secret that stands for a certificate of an Application Gateway, whose names may have capitals and underscores. */
export function secretFor(certificate: string): string {
  return [certificate, certificate.toLowerCase()].find(isDnsSubdomain) ?? objectName(certificate);
}

/** Gives out names once: the second of a name gets `-2`. */
export class Names {
  readonly #given = new Map<string, number>();

  take(name: string): string {
    const count = (this.#given.get(name) ?? 0) + 1;
    this.#given.set(name, count);
    return count === 1 ? name : this.take(`${name.slice(0, 58)}-${count}`);
  }
}
