// A table of 100,000 rows: sound ones rehearsed, written and written again, and one in which every tenth row is wrong.
import { Agent } from 'node:http';
import { expectAnswer } from './ipam-call.mjs';
import { watchMemory } from './processes.mjs';

const ROWS = 100_000;
/** docker/Dockerfile starts Node so. */
const AS_IN_THE_IMAGE = ['--max-semi-space-size=8'];

export async function run(ground, { rounds, log }) {
  const figures = { rehearsed: [], written: [], again: [], broken: [], memory: [] };
  for (let round = 1; round <= rounds; round++) {
    const database = await ground.database();
    const service = await ground.service(database.url, {}, AS_IN_THE_IMAGE);
    const agent = new Agent({ keepAlive: true });
    try {
      await once({ ...service, agent }, figures);
    } finally {
      agent.destroy();
      await service.stop();
      await database.drop();
    }
    const last = Object.entries(figures).map(([name, values]) => `${name} ${values.at(-1).toFixed(1)}`);
    log(`round ${round} of ${rounds}: ${last.join(', ')}`);
  }
  return [
    { name: '100,000 sound rows, rehearsed', unit: 's', values: figures.rehearsed },
    { name: '100,000 sound rows, written', unit: 's', values: figures.written, limit: 15 },
    { name: 'the same table again', unit: 's', values: figures.again },
    { name: '100,000 rows, every tenth wrong, each problem named', unit: 's', values: figures.broken, limit: 15 },
    { name: 'memory of the service at its peak', unit: 'MB', values: figures.memory, limit: 300 },
  ];
}

async function once(api, figures) {
  await expectAnswer(api, 201, 'POST', '/v1/address-spaces', { name: 'corp' });
  await expectAnswer(api, 201, 'POST', '/v1/pools', { name: 'imported', addressSpace: 'corp', cidrs: ['10.0.0.0/8'], reuse: 'EXCLUSIVE' });
  const memory = watchMemory(api.pid, 50);
  const sound = table(() => undefined);
  figures.rehearsed.push(await send(api, 200, '?dryRun=true', sound, { created: ROWS, refused: 0 }));
  figures.written.push(await send(api, 201, '', sound, { created: ROWS, refused: 0 }));
  figures.again.push(await send(api, 201, '', sound, { unchanged: ROWS, refused: 0 }));
  const wrong = ['10.300.0.0/24', '10.0.0.5/24', '11.0.0.0/24'];
  const broken = table((index) => (index % 10 === 9 ? wrong[Math.floor(index / 10) % wrong.length] : undefined));
  figures.broken.push(await send(api, 201, '?onError=skip', broken, { unchanged: (ROWS / 10) * 9, refused: ROWS / 10 }));
  figures.memory.push(memory.stop());
}

/** Allocations in one half of 10.0.0.0/8 and discovered ranges in the other, by turns. */
function table(otherCidr) {
  const lines = ['kind,addressSpace,cidr,pool,owner,purpose,name'];
  for (let index = 0; index < ROWS; index++) {
    const place = `${(index >> 13) + (index % 2 === 0 ? 0 : 128)}.${(index >> 5) & 255}.${((index >> 1) & 15) << 4}`;
    const cidr = otherCidr(index) ?? `10.${place}/28`;
    lines.push(index % 2 === 0 ? `ALLOCATION,,${cidr},imported,TEAM/t${index},LAB,` : row(index, cidr));
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** 11.0.0.0/24 is wrong for an allocation only, being in no pool. */
function row(index, cidr) {
  return cidr.startsWith('11.') ? `ALLOCATION,,${cidr},imported,TEAM/t${index},LAB,` : `DISCOVERED_RANGE,corp,${cidr},,,,range ${index}`;
}

async function send(api, status, query, body, counts) {
  const { ms, text } = await expectAnswer(api, status, 'POST', `/v1/imports${query}`, body, 'text/csv');
  const told = JSON.parse(text).counts;
  for (const [name, count] of Object.entries(counts)) if (told[name] !== count) throw new Error(`${query}: ${JSON.stringify(told)}`);
  return ms / 1000;
}
