import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./agic-cases/', import.meta.url);

/** The inputs of AGIC's own tests, by name. */
export const agicCases: readonly (readonly [name: string, yaml: string])[] = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);
