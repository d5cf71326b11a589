import type { ChildProcess } from 'node:child_process';
import { type JournalEntry, mostOverlapping } from '@podspan/azure-emulator';
import type { TestRedis } from '@podspan/platform/testing';
import { sql } from 'kysely';
import type { RolloutView } from '../rollouts/views.js';
import { spawnWorker } from './dying-worker.js';
import { aRollout, type FleetBench, subscriptions } from './fleet-bench.js';
import { until } from './until.js';

export interface Chaos {
  readonly items: number;
  readonly workers: number;
  /** Limits of the rollout; to one VNet there is one writer at a time in any case. */
  readonly limits: { readonly maxConcurrency: number; readonly maxConcurrencyPerSubscription: number };
  /** The same seed, the same blows in the same order. */
  readonly seed: number;
  /** Between two blows. */
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly redis?: TestRedis;
}

export interface Verdict {
  readonly view: RolloutView;
  readonly blows: Readonly<Record<string, number>>;
  readonly acceptedCreates: number;
  readonly distinctClusters: number;
  readonly overlapping: { readonly rollout: number; readonly subscription: number; readonly network: number };
  /** What must be nothing at the end: open operations, leases, gaps in the events, ranges held twice or by nobody. */
  readonly left: Readonly<Record<string, number>>;
}

const regions = ['westeurope', 'northeurope', 'eastus2'];

/** F30: a rollout while its workers are killed and frozen, connections are cut, Azure throttles and the queue restarts. */
export async function rollOutUnderChaos(bench: FleetBench, chaos: Chaos): Promise<Verdict> {
  const body = aRollout(chaos.items, { strategy: { ...chaos.limits, maxFailures: '100%', failureMode: 'FAST' } }, (index) => ({
    // A network lies in one subscription and one region; a region of a subscription holds 100 clusters (QUO-02).
    subscriptionId: subscriptions[index % subscriptions.length] ?? '',
    region: regions[Math.floor(index / subscriptions.length) % regions.length] ?? '',
    network: `spoke-${240 + (index % (regions.length * subscriptions.length))}`,
  }));
  await bench.api().post('/v1/rollouts', body).expect(202);
  const workers = new Set<ChildProcess>();
  for (let count = 0; count < chaos.workers; count++) startWorker(bench, chaos, workers);
  const blows: Record<string, number> = {};
  let over = false;
  const striking = strikeUntil(() => over, bench, chaos, workers, blows);
  try {
    const view = await done(bench, body.name, chaos.timeoutMs);
    over = true;
    await striking;
    await until('nothing is in hand', async () => (await inHand(bench).catch(() => 1)) === 0, 30_000).catch(async (error: unknown) => {
      throw new Error(`still in hand: ${JSON.stringify(await rowsInHand(bench))}`, { cause: error });
    });
    return await judge(bench, body, view, blows);
  } finally {
    over = true;
    await striking;
    const left = [...workers];
    workers.clear();
    for (const worker of left) worker.kill('SIGKILL');
  }
}

/** The API shares the database whose connections are cut: a 503 in between is its right answer. */
function done(bench: FleetBench, name: string, timeoutMs: number): Promise<RolloutView> {
  return until(
    `rollout ${name} is done`,
    async () => {
      const view = await bench.rollout(name).catch(() => undefined);
      return view?.lifecycle === 'DONE' ? view : undefined;
    },
    timeoutMs,
  );
}

/** One that could not start, because it was cut off in that moment, is started again, as its supervisor would. */
function startWorker(bench: FleetBench, chaos: Chaos, workers: Set<ChildProcess>): ChildProcess {
  const worker = spawnWorker(bench, { redisUrl: chaos.redis?.url });
  workers.add(worker);
  worker.once('exit', () => {
    if (workers.delete(worker)) startWorker(bench, chaos, workers);
  });
  return worker;
}

/** On a busy machine a process may take long to start: the next blow waits for it, or nobody would ever work. */
async function addWorker(bench: FleetBench, chaos: Chaos, workers: Set<ChildProcess>): Promise<void> {
  const worker = startWorker(bench, chaos, workers);
  await Promise.race([new Promise<void>((ready) => worker.stdout?.once('data', () => ready())), pause(60_000)]);
}

type Blow = 'kill' | 'freeze' | 'throttle' | 'cut' | 'lose' | 'queue';

async function strikeUntil(
  over: () => boolean,
  bench: FleetBench,
  chaos: Chaos,
  workers: Set<ChildProcess>,
  blows: Record<string, number>,
): Promise<void> {
  const random = seeded(chaos.seed);
  const kinds: readonly Blow[] = ['kill', 'freeze', 'throttle', 'cut', 'lose', ...(chaos.redis ? (['queue'] as const) : [])];
  while (!over()) {
    await pause(chaos.everyMs);
    if (over()) return;
    const blow = kinds[Math.floor(random() * kinds.length)] ?? 'kill';
    blows[blow] = (blows[blow] ?? 0) + 1;
    await strike(blow, random, bench, chaos, workers);
  }
}

async function strike(blow: Blow, random: () => number, bench: FleetBench, chaos: Chaos, workers: Set<ChildProcess>): Promise<void> {
  const victim = [...workers][Math.floor(random() * workers.size)];
  switch (blow) {
    case 'kill':
      if (victim) workers.delete(victim);
      victim?.kill('SIGKILL');
      await addWorker(bench, chaos, workers);
      return;
    case 'freeze':
      // Longer than a lease: others take over, and the fence refuses what it writes when it wakes.
      victim?.kill('SIGSTOP');
      await pause(2000);
      victim?.kill('SIGCONT');
      return;
    case 'throttle':
      bench.azure.faults.add({ match: { method: 'GET' }, times: 5, do: { throttle: { retryAfter: 1 } } });
      return;
    case 'cut':
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and application_name like 'podspan-%'`
        .execute(bench.fresh.db)
        .catch(() => undefined);
      return;
    case 'lose':
      bench.azure.faults.add({ match: { method: 'PUT' }, times: 2, do: { drop: 'after' } });
      return;
    case 'queue':
      await chaos.redis?.kill();
      await chaos.redis?.start();
  }
}

async function inHand({ fresh }: FleetBench): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select ((select count(*) from run where lease_owner is not null) + (select count(*) from operation where state in ('INTENT', 'RUNNING'))
      + (select count(*) from run where state in ('PENDING', 'RUNNING')))::int as count`.execute(fresh.db);
  return rows[0]?.count ?? 0;
}

async function rowsInHand({ fresh }: FleetBench): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select r.id, r.state, r.position, r.fence, r.lease_owner, r.lease_until, r.due_at, r.ended_at, clock_timestamp() as now,
      o.state as operation, o.ordinal, o.method, o.resource_id, o.started_at, o.sent_at, o.adopted
    from run r left join operation o on o.run_id = r.id and o.state in ('INTENT', 'RUNNING')
    where r.lease_owner is not null or o.id is not null or r.state in ('PENDING', 'RUNNING')`.execute(fresh.db);
  return rows;
}

async function judge(
  bench: FleetBench,
  body: { readonly clusters: readonly { readonly name: string; readonly network: string }[] },
  view: RolloutView,
  blows: Readonly<Record<string, number>>,
): Promise<Verdict> {
  const names = new Set(body.clusters.map(({ name }) => name));
  const created = bench.created().filter((entry) => entry.accepted === 'create' && names.has(lastName(entry)));
  const networks = [...new Set(body.clusters.map(({ network }) => network))];
  const { rows } = await sql<{ gaps: number }>`
    select (max(sequence) - count(*))::int as gaps from event where rollout_id = ${view.id}`.execute(bench.fresh.db);
  const held = [...bench.ipam.plans.values()].flatMap(({ clusters }) => [...clusters.values()]);
  const ranges = held.flatMap(({ nodeSubnets }) => nodeSubnets.map(({ cidr }) => cidr));
  const most = (counts: readonly number[]): number => Math.max(0, ...counts);
  return {
    view,
    blows,
    acceptedCreates: created.length,
    distinctClusters: new Set(created.map(lastName)).size,
    overlapping: {
      rollout: mostOverlapping(created),
      subscription: most(subscriptions.map((id) => mostOverlapping(created.filter(({ subscription }) => subscription === id)))),
      network: most(
        networks.map((network) =>
          mostOverlapping(bench.azure.journal({ accepted: true, method: 'PUT', idPattern: `virtualNetworks/${network}(/|$)` })),
        ),
      ),
    },
    left: {
      'in hand': await inHand(bench),
      'gaps in the events': rows[0]?.gaps ?? 0,
      'ranges held twice': ranges.length - new Set(ranges).size,
      'ranges held by nobody': held.filter(({ name }) => !names.has(name)).length,
    },
  };
}

function lastName({ path }: JournalEntry): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, milliseconds));
}

/** A small generator of numbers between 0 and 1; quality does not matter, repetition does. */
function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
