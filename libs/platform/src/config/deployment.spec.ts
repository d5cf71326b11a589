import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Environment } from './config.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../../../docker/${path}`, import.meta.url)), 'utf8');
const known = new Set([
  ...Object.keys(Environment.shape),
  'DATABASE_URL_FILE',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
]);
const entries = [...read('main.js').matchAll(/^ {2}(\w+): '\.\/apps/gm)].map(([, role]) => role);

it.each([
  ['helm/templates/deployments.yaml', /- \{ name: ([A-Z_]+), value/g],
  ['helm/values.yaml', /^ {2}([A-Z_]+):/gm],
  ['compose.yaml', /^ {2}([A-Z][A-Z_]+):/gm],
])('%s sets only what the services read', (file, names) => {
  const set = [...read(file).matchAll(names)].map(([, name]) => name ?? '');
  expect(set.length).toBeGreaterThan(0);
  expect(set.filter((name) => !known.has(name))).toEqual([]);
});

it('starts roles that the image has', () => {
  expect(entries).toEqual(['ipam', 'provisioning', 'ingress', 'gateway']);
  const started = [...read('helm/values.yaml').matchAll(/^ {4}args: \[(\w+)/gm)].map(([, role]) => role);
  expect(started).toHaveLength(5);
  expect(new Set(started)).toEqual(new Set(entries));
});
