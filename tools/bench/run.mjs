// npm run bench [-- NAME ...] [--rounds N] [--part NAME ...] [--write]
// Prints each figure's median, range and limit; --write also puts them into docs/benchmarks.md. Exit 1 when a limit is missed.
import { parseArgs } from 'node:util';
import { publish } from './report.mjs';

const benchmarks = {
  start: './start.mjs',
  demo: './demo.mjs',
  ipam: './ipam.mjs',
  translate: './translate.mjs',
  render: './render.mjs',
  ci: './ci.mjs',
  rollout: './rollout.mjs',
  chaos: './chaos.mjs',
};
/** Ten minutes long, so only by name: `npm run bench -- ci --rounds 1`. */
const byNameOnly = new Set(['ci', 'rollout', 'chaos']);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    part: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(benchmarks).filter((name) => !byNameOnly.has(name));
const unknown = names.filter((name) => !(name in benchmarks));
const rounds = Number(values.rounds);
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`usage: npm run bench -- [${Object.keys(benchmarks).join('|')} ...] [--rounds N] [--part NAME ...] [--write]`);
  process.exit(2);
}

let met = true;
for (const name of names) {
  const benchmark = await import(benchmarks[name]);
  met =
    publish(benchmark, `npm run bench -- ${name}`, await benchmark.run({ rounds, only: values.part, write: values.write }), values.write) &&
    met;
}
process.exitCode = met ? 0 : 1;
