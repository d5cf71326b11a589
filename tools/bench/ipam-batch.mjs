// Batches of 10,000 allocations in one request: plain ones, and ones of every kind, whose cost must grow with their number only.
import { Agent } from 'node:http';
import { expectAnswer } from './ipam-call.mjs';
import { memoryOf } from './processes.mjs';

const ITEMS = 10_000;
const FEW = 1000;

export async function run(ground, { rounds, log }) {
  const database = await ground.database();
  const service = await ground.service(database.url);
  const agent = new Agent({ keepAlive: true });
  const api = { ...service, agent };
  try {
    return await measure(api, { rounds, log, memory: () => memoryOf(service.pid) });
  } finally {
    agent.destroy();
    await service.stop();
    await database.drop();
  }
}

async function measure(api, { rounds, log, memory }) {
  await expectAnswer(api, 201, 'POST', '/v1/address-spaces', { name: 'corp' });
  const plain = [];
  const again = [];
  const mixed = [];
  const shares = [];
  for (let round = 0; round <= rounds; round++) {
    const first = await pools(api, round);
    const items = plainItems(round, first, ITEMS);
    const [taken, held] = [await batch(api, 201, items), await batch(api, 200, items)];
    const few = await batch(api, 201, mixedItems(`${round}-few`, await pools(api, `${round}-few`), FEW));
    const many = await batch(api, 201, mixedItems(`${round}-many`, await pools(api, `${round}-many`), ITEMS));
    log(
      `round ${round} of ${rounds}: plain ${seconds(taken)}, again ${seconds(held)}, mixed ${seconds(many)}, a tenth of those ${seconds(few)}`,
    );
    // The first one warms the code up.
    if (round === 0) continue;
    plain.push(taken / 1000);
    again.push(held / 1000);
    mixed.push(many / 1000);
    shares.push(many / few / (ITEMS / FEW));
  }
  return [
    { name: 'batch of 10,000 plain allocations', unit: 's', values: plain, limit: 3 },
    { name: 'the same batch again', unit: 's', values: again, limit: 3 },
    { name: 'batch of 10,000: plain, within, without, exact, shared', unit: 's', values: mixed },
    { name: 'cost of one of 10,000 to one of 1,000, mixed', unit: 'x', values: shares, limit: 1.5 },
    { name: 'memory of the service after the batches', unit: 'MB', values: [memory()] },
  ];
}

/** An exclusive and a reusable pool of their own, in a space of their own. */
async function pools(api, name) {
  const space = `batch-${name}`;
  await expectAnswer(api, 201, 'POST', '/v1/address-spaces', { name: space });
  const pool = (kind, reuse) => ({
    name: `${space}-${kind}`,
    addressSpace: space,
    cidrs: [kind === 'own' ? '10.0.0.0/8' : '100.64.0.0/10'],
    reuse,
  });
  await expectAnswer(api, 201, 'POST', '/v1/pools', pool('own', 'EXCLUSIVE'));
  await expectAnswer(api, 201, 'POST', '/v1/pools', pool('shared', 'REUSABLE'));
  return { own: `${space}-own`, shared: `${space}-shared` };
}

const owner = (id) => ({ owner: { kind: 'SERVICE', id }, purpose: 'BATCH' });

function plainItems(round, { own }, count) {
  return Array.from({ length: count }, (_, index) => ({ pool: own, prefixLength: 26 + (index % 4), ...owner(`p-${round}-${index}`) }));
}

function mixedItems(round, { own, shared }, count) {
  const kinds = [
    () => ({ pool: own, prefixLength: 28 }),
    () => ({ pool: own, prefixLength: 28, within: '10.64.0.0/12' }),
    () => ({ pool: own, prefixLength: 28, exclude: '10.0.0.0/10' }),
    (index) => ({ pool: own, cidr: `10.128.${index >> 8}.${index & 255}/32` }),
    () => ({ pool: shared, prefixLength: 24 }),
  ];
  return Array.from({ length: count }, (_, index) => ({ ...kinds[index % kinds.length](index), ...owner(`m-${round}-${index}`) }));
}

async function batch(api, status, items) {
  const { ms, text } = await expectAnswer(api, status, 'POST', '/v1/allocations/batch', { items });
  const owners = JSON.parse(text).items.map(({ owner: { id } }) => id);
  if (owners.join() !== items.map((item) => item.owner.id).join()) throw new Error('the answers are not in the order of the items');
  return ms;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}
