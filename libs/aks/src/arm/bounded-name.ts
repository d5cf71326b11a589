import { v5 } from 'uuid';

const namespace = '8f9a2f6e-43c4-5c1b-9f55-0c6d1f0a7e21';

/** Hex digits that keep cut names apart. Always the same for the same text. */
export function shortHash(text: string, digits = 8): string {
  return v5(text, namespace).replaceAll('-', '').slice(0, digits);
}

/** Keeps a name within `limit`: what is too long ends in a hash of the whole, so that two long names stay two. */
export function boundedName(name: string, limit: number): string {
  if (name.length <= limit) return name;
  return `${name.slice(0, limit - 9).replace(/[-_.]+$/, '')}-${shortHash(name)}`;
}
