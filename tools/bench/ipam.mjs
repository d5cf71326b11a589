// The address service under load: npm run bench -- ipam [--part NAME ...] [--rounds N] [--write]
// A part is a module that exports `run(ground, { rounds, log, write })` and answers figures; it may leave nothing behind but its database.
import { readFileSync } from 'node:fs';
import { openGround } from './ipam-ground.mjs';

export const title = 'IPAM';

/** In the order they run. */
export const parts = {
  flat: './ipam-flat.mjs',
  rest: './ipam-rest.mjs',
  commits: './ipam-commits.mjs',
  batch: './ipam-batch.mjs',
  import: './ipam-import.mjs',
  estate: './ipam-estate.mjs',
};

/** Below the figures: the plot, and what peers measured on such a machine. */
export function notes() {
  const { measured, rates } = JSON.parse(readFileSync(new URL('./peers.json', import.meta.url), 'utf8'));
  return [
    'What is missed is told as it is; [ADR 20](adr/0020-allocations-share-a-call.md) says where the time goes.',
    '',
    '![Latency of one allocation against allocations held](benchmarks-ipam.svg)',
    '',
    `Peers, measured ${measured}`,
    '',
    '| Peer | |',
    '|---|---|',
    ...rates.map(([peer, rate]) => `| ${peer} | ${rate} |`),
  ].join('\n');
}

export async function run({ rounds, only = [], write = false }) {
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
      figures.push(...(await part(ground, { rounds, log, write })));
    }
  } finally {
    await ground.close();
  }
  return figures;
}
