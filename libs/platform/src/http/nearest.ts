import { closest, distance } from 'fastest-levenshtein';

/** The name that was probably meant: the one that differs least, in no more than a third of its letters. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const wanted = plain(given);
  const found = closest(wanted, names.map(plain));
  if (distance(wanted, found) > Math.max(1, Math.floor(found.length / 3))) return undefined;
  return names.find((name) => plain(name) === found);
}
