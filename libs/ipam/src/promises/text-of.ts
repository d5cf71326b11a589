/** A member of a case as text. @throws when the case holds something that has none */
export function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error(`a case holds ${JSON.stringify(value)} where a text or a number belongs`);
}
