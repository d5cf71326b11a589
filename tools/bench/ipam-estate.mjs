// Part of the ipam benchmark: address plans, the graph and long lists, over REST on 500 networks, 2,000 links and 2,000 clusters.
import { Agent } from 'node:http';
import { clusters, estateTopology, newLink, planPools } from './estate.mjs';
import { call, expectAnswer as expect } from './ipam-call.mjs';
import { holdAllocations } from './held-allocations.mjs';
import { memoryOf } from './processes.mjs';

const PLANNED = 1000;
const HELD = Number(process.env.BENCH_HELD ?? 1_000_000);

export async function run(ground, { rounds, log }) {
  const database = await ground.database();
  const { url, token, pid, stop } = await ground.service(database.url);
  const agent = new Agent({ keepAlive: true });
  const service = {
    url,
    token,
    agent,
    query: database.query,
    call: (method, path, body) => call({ url, token, agent }, method, path, body),
  };
  try {
    return await measure(service, { rounds, log, memory: () => memoryOf(pid) });
  } finally {
    agent.destroy();
    await stop();
    await database.drop();
  }
}

async function measure(service, { rounds, log, memory }) {
  const step = stepsOf(log);
  await step('500 networks, 2,000 links', () => expect(service, 200, 'POST', '/v1/topologies', estateTopology));
  await step('1,000 clusters', () => expect(service, 201, 'POST', '/v1/address-plans', planOf('first')));
  const fresh = await step('plans and releases', () => plansAndReleases(service, rounds));
  await step('1,000 more clusters', () => expect(service, 201, 'POST', '/v1/address-plans', planOf('second')));
  const reuse = await step('reuse checks', () => reuseChecks(service, rounds));
  const links = await step('links', () => linkChanges(service, rounds));
  const million = `${HELD.toLocaleString('en')} allocations`;
  await step(`${million} held`, () => holdAllocations(service, HELD));
  const held = await step('plans and releases', () => plansAndReleases(service, rounds));
  const pages = await step('pages', () => pagesAtEveryDepth(service, rounds));
  const figures = await step('utilization', () => utilizations(service, rounds));
  return [
    { name: 'plan of 1,000 clusters (4 ranges each)', unit: 'ms', values: fresh.plans, limit: 500 },
    { name: 'its release', unit: 'ms', values: fresh.releases },
    { name: `plan of 1,000 clusters with ${million} held`, unit: 'ms', values: held.plans, limit: 500 },
    { name: 'its release', unit: 'ms', values: held.releases },
    { name: 'reuse check of 2,000 clusters, 500 networks, 2,000 links', unit: 'ms', values: reuse, limit: 200 },
    { name: 'one more link with its conflict analysis', unit: 'ms', values: links.added, limit: 500 },
    { name: 'that link deleted again', unit: 'ms', values: links.removed },
    ...pages.map(({ name, values }) => ({ name: `1,000 of ${million}: ${name}`, unit: 'ms', values, limit: 50 })),
    ...figures.map(({ name, values }) => ({ name: `${name} with ${million} held`, unit: 'ms', values, limit: 200 })),
    { name: 'memory of the service at the end', unit: 'MB', values: [memory()], limit: 300 },
  ];
}

async function utilizations(service, rounds) {
  // What PostgreSQL does by itself soon after so many rows came.
  await service.query('vacuum allocation');
  const figures = [
    { name: 'utilization of the pool', path: '/v1/pools/held/utilization', values: [] },
    { name: 'the same with who holds what', path: '/v1/pools/held/utilization?breakdown=true', values: [] },
    { name: 'utilization of the address space', path: '/v1/address-spaces/crowd/utilization', values: [] },
  ];
  for (let round = 0; round <= rounds; round++) {
    for (const { path, values } of figures) {
      const { ms } = await expect(service, 200, 'GET', path);
      if (round > 0) values.push(ms);
    }
  }
  return figures;
}

const planOf = (name) => ({ name, clusters: clusters(PLANNED, name), pools: planPools });

async function plansAndReleases(service, rounds) {
  const plans = [];
  const releases = [];
  for (let round = 0; round <= rounds; round++) {
    const planned = await expect(service, 201, 'POST', '/v1/address-plans', planOf(`round-${round}`));
    const released = await expect(service, 200, 'POST', `/v1/address-plans/round-${round}/release`, {});
    // The first one warms the code up.
    if (round === 0) continue;
    plans.push(planned.ms);
    releases.push(released.ms);
  }
  return { plans, releases };
}

async function reuseChecks(service, rounds) {
  const names = [...clusters(PLANNED, 'first'), ...clusters(PLANNED, 'second')].map(({ name }) => name);
  const values = [];
  for (let round = 0; round <= rounds; round++) {
    const { ms, text } = await expect(service, 200, 'POST', '/v1/reuse/check', { clusters: names, podCidr: '100.64.0.0/16' });
    if (!JSON.parse(text).allowed) throw new Error(`the clusters may not share a range: ${text.slice(0, 500)}`);
    if (round > 0) values.push(ms);
  }
  return values;
}

async function linkChanges(service, rounds) {
  const added = [];
  const removed = [];
  for (let round = 0; round <= rounds; round++) {
    const link = await expect(service, 201, 'POST', '/v1/links', newLink);
    const gone = await expect(service, 204, 'DELETE', `/v1/links/${JSON.parse(link.text).id}`);
    if (round === 0) continue;
    added.push(link.ms);
    removed.push(gone.ms);
  }
  return { added, removed };
}

async function pagesAtEveryDepth(service, rounds) {
  const depths = await depthsOf(service);
  const lists = depths.flatMap(({ name, cursor }) => [
    { name: `${name}, of a pool`, path: `/v1/allocations?pool=held&limit=1000${cursor}` },
    { name: `${name}, of everything`, path: `/v1/allocations?limit=1000${cursor}` },
  ]);
  const figures = lists.map(({ name, path }) => ({ name, path, values: [] }));
  for (let round = 0; round <= rounds; round++) {
    for (const { path, values } of figures) {
      const { ms, text } = await expect(service, 200, 'GET', path);
      if (JSON.parse(text).items.length !== 1000) throw new Error(`${path} is not a full page`);
      if (round > 0) values.push(ms);
    }
  }
  return figures;
}

/** Cursors as nextCursor gives them: after nothing, after half, and a page before the end. */
async function depthsOf(service) {
  const at = async (share) => {
    const rows = await service.query(
      `select a.id from allocation a join pool p on p.id = a.pool_id where p.name = 'held' order by a.id offset
        (select greatest(0, floor(count(*) * $1::float8) - 1001)::int from allocation a join pool p on p.id = a.pool_id where p.name = 'held') limit 1`,
      [share],
    );
    return `&cursor=${Buffer.from(JSON.stringify([rows[0].id])).toString('base64url')}`;
  };
  return [
    { name: 'first page', cursor: '' },
    { name: 'in the middle', cursor: await at(0.5) },
    { name: 'at the end', cursor: await at(1) },
  ];
}

function stepsOf(log) {
  return async (name, work) => {
    const started = performance.now();
    const result = await work();
    log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    return result;
  };
}
