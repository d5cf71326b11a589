// The address service under load: npm run bench -- ipam [--part NAME ...] [--rounds N] [--write]
// A part is a module that exports `run(ground, { rounds, log })` and answers figures; it may leave nothing behind but its database.
import { openGround } from './ipam-ground.mjs';

export const title = 'IPAM';

/** In the order they run. */
export const parts = {
  flat: './ipam-flat.mjs',
  rest: './ipam-rest.mjs',
  commits: './ipam-commits.mjs',
  estate: './ipam-estate.mjs',
};

export async function run({ rounds, only = [] }) {
  const names = only.length > 0 ? only : Object.keys(parts);
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  const started = performance.now();
  const ground = await openGround();
  const figures = [];
  try {
    for (const name of names) {
      const log = (text) => console.log(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${name}: ${text}`);
      log('starts');
      const { run: part } = await import(parts[name]);
      figures.push(...(await part(ground, { rounds, log })));
    }
  } finally {
    await ground.close();
  }
  return figures;
}
