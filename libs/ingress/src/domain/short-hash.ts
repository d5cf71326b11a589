import { v5 } from 'uuid';

const names = '8f9a2f6e-43c4-5c1b-9f55-0c6d1f0a7e21';

/** Hex digits that keep cut names apart. Always the same for the same text. */
export function shortHash(text: string, digits = 8): string {
  return v5(text, names).replaceAll('-', '').slice(0, digits);
}
