import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DispatchRollout } from './dispatch-rollout.js';
import { aRollout, clusterType, FleetBench, subscriptions } from '../testing/fleet-bench.js';
import { until } from '../testing/until.js';
import type { EventView } from '../rollouts/views.js';

describe(`${DispatchRollout.name}: the strategy`, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  const start = async (body: ReturnType<typeof aRollout>) => {
    await bench.api().post('/v1/rollouts', body).expect(202);
    return body.name;
  };
  const steer = (name: string, verb: string, body: object = {}) => bench.api().post(`/v1/rollouts/${name}/${verb}`, body);
  const problems = (body: { errors: { path: string; code: string }[] }) => body.errors.map(({ path, code }) => `${path} ${code}`);
  const fails = (name: string, times: number) =>
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: `${name}$`, type: clusterType },
      do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'full' } },
      times,
    });
  /** Most clusters that were being made at the same time, by what is told of each. */
  const mostAtOnce = (
    entries: readonly { readonly startedAt?: string; readonly endedAt?: string; readonly path: string }[],
    keyOf: (path: string) => string,
  ): number => {
    const spans = entries.map(({ startedAt = '', endedAt, path }) => ({
      key: keyOf(path),
      from: Date.parse(startedAt),
      to: endedAt === undefined ? Infinity : Date.parse(endedAt),
    }));
    return Math.max(
      0,
      ...spans.map((span) => spans.filter((other) => other.key === span.key && other.from <= span.from && other.to > span.from).length),
    );
  };

  it('keeps to the limits of region, network and subscription at once, as the journal of Azure shows (F30)', async () => {
    const regions = ['westeurope', 'northeurope'];
    const body = aRollout(
      12,
      {
        strategy: {
          maxConcurrency: 12,
          maxFailures: 12,
          maxConcurrencyPerRegion: 3,
          maxConcurrencyPerNetwork: 2,
          maxConcurrencyPerSubscription: 4,
        },
      },
      (index) => ({ region: regions[index % 2]!, subscriptionId: subscriptions[index % 2]!, network: `spoke-${200 + (index % 4)}` }),
    );
    const name = await start(body);
    await bench.work();
    const seen = await bench.when(name, 'says what holds it up', ({ waiting }) => waiting?.kind === 'SLOT');
    expect(seen).toMatchObject({
      waitingFor: expect.stringContaining('maxConcurrencyPer'),
      waiting: { wave: 'all', until: null, facts: { maxConcurrencyPerRegion: 3, maxConcurrencyPerNetwork: 2 } },
    });
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 12 }, waiting: null });
    const created = bench.created(body.clusters[0]!.name.replace(/-\d+$/, '-'));
    const specOf = new Map(body.clusters.map((cluster) => [cluster.name.toLowerCase(), cluster]));
    const of = (member: 'region' | 'network' | 'subscriptionId') => (path: string) =>
      String(specOf.get(path.toLowerCase().split('/').at(-1)!)?.[member]);
    expect(created).toHaveLength(12);
    expect(mostAtOnce(created, of('region'))).toBeLessThanOrEqual(3);
    expect(mostAtOnce(created, of('network'))).toBeLessThanOrEqual(2);
    expect(mostAtOnce(created, of('subscriptionId'))).toBeLessThanOrEqual(4);
  });

  it('starts nothing before its hour, and says which', async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const name = await start(aRollout(1, { strategy: { startAt } }));
    await bench.work();
    const waiting = await bench.when(name, 'waits', ({ lifecycle }) => lifecycle === 'WAITING');
    expect(waiting).toMatchObject({
      waitingFor: `scheduled start of wave 'all' until ${startAt}`,
      waiting: { kind: 'SCHEDULE', until: startAt },
    });
    expect((await bench.items(name))[0]).toMatchObject({ state: 'PENDING', waitingFor: "wave 'all' to open" });
    // The clock of the database is moved by moving the hour.
    await sql`update rollout set starts_at = clock_timestamp() where name = ${name}`.execute(bench.fresh.db);
    await steer(name, 'pause').expect(200);
    await steer(name, 'resume').expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('holds a cluster until its maintenance window opens, in the time of its place; others go on', async () => {
    const shut = new Date(Date.now() - 6 * 3_600_000).toISOString().slice(11, 16);
    const body = aRollout(
      2,
      {
        strategy: {
          maxFailures: 2,
          maintenanceWindows: [{ selector: { region: 'northeurope' }, start: shut, durationMinutes: 60, timeZone: 'UTC' }],
        },
      },
      (index) => ({
        region: index === 0 ? 'westeurope' : 'northeurope',
        network: `spoke-${210 + index}`,
      }),
    );
    const name = await start(body);
    await bench.work();
    const held = await bench.when(
      name,
      'waits for the window',
      ({ lifecycle, counts }) => lifecycle === 'WAITING' && counts.succeeded === 1,
    );
    expect(held).toMatchObject({
      waitingFor: expect.stringContaining('maintenance windows until'),
      waiting: { kind: 'MAINTENANCE_WINDOW', facts: { shut: 1 } },
    });
    // A range in whole seconds: it ends after the window has opened.
    expect(Date.parse(held.eta!.earliest)).toBeGreaterThan(Date.parse(held.waiting!.until!) - 1_000);
    const opens = Date.parse(held.waiting!.until!) - Date.now();
    expect(opens).toBeGreaterThan(17 * 3_600_000);
    expect(opens).toBeLessThanOrEqual(18 * 3_600_000 + 60_000);
    expect(await steer(name, 'skip', { clusters: [body.clusters[1]!.name] }).expect(200)).toBeTruthy();
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 1, skipped: 1 } });
  });

  it('skips an item or a wave with its gate, gives their addresses back, and says when there is nothing to skip', async () => {
    const body = aRollout(4);
    const [first, second, third] = body.clusters.map(({ name }) => name);
    const waves = [
      { name: 'canary', clusters: [first, second], approval: true },
      { name: 'gated', clusters: [third], approval: true },
      { name: 'last' },
    ];
    const name = await start({ ...body, strategy: { waves, maxFailures: 4 } } as typeof body);
    await steer(name, 'skip', {}).expect(422);
    await steer(name, 'skip', { wave: 'nowhere' }).expect(404);
    const { body: unknown } = await steer(name, 'skip', { clusters: ['nobody', second, 'nothing'] }).expect(404);
    expect(unknown).toMatchObject({ detail: `not in rollout '${name}': nobody, nothing`, code: 'not_found' });
    expect(unknown.errors.map(({ path }: { path: string }) => path)).toEqual(['clusters[0]', 'clusters[2]']);
    await steer(name, 'retry', { clusters: ['nobody'] }).expect(404);
    await steer(name, 'skip', { clusters: [second] }).expect(200);
    await steer(name, 'skip', { wave: 'gated' }).expect(200);
    expect((await steer(name, 'skip', { wave: 'gated' }).expect(409)).body.code).toBe('nothing_to_skip');
    await steer(name, 'approve', { wave: 'canary' }).expect(200);
    await bench.work();
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 2, skipped: 2 } });
    await until('their addresses are given back', () => !bench.ipam.held.includes(second!) && !bench.ipam.held.includes(third!));
    const { body: page } = await bench.api().get(`/v1/rollouts/${name}/events?limit=1000`).expect(200);
    const events = page.items as EventView[];
    expect(events.filter(({ type }) => type === 'item.skipped').map(({ cluster }) => cluster)).toEqual([second, third]);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    expect(
      (await bench.api().graphql('mutation { skipRollout(rollout: "nobody", wave: "x") { __typename } }')).body.data.skipRollout.__typename,
    ).toBe('NotFoundProblem');
  });

  it('never lets STRICT fail more than its budget and one, however many it could run; FAST may', async () => {
    const strict = aRollout(8, { strategy: { maxConcurrency: 8, maxFailures: 2, failureMode: 'STRICT' } });
    const fast = aRollout(8, { strategy: { maxConcurrency: 8, maxFailures: 2, failureMode: 'FAST' } });
    fails(`${strict.clusters[0]!.name.replace(/-\d+$/, '')}-aks-\\d+`.replace('-aks-aks', '-aks'), 100);
    fails(`${fast.clusters[0]!.name.replace(/-\d+$/, '')}-aks-\\d+`.replace('-aks-aks', '-aks'), 100);
    const [a, b] = [await start(strict), await start(fast)];
    await bench.work();
    const [strictly, freely] = [await bench.done(a), await bench.done(b)];
    expect(strictly).toMatchObject({ outcome: 'FAILED', counts: { failed: 3, pending: 5 } });
    expect(freely).toMatchObject({ outcome: 'FAILED', counts: { failed: 8 } });
  });

  it('says how long each step took, and refuses a strategy that cannot be meant', async () => {
    const body = aRollout(1);
    const name = await start(body);
    await bench.work();
    await bench.done(name);
    const { body: item } = await bench.api().get(`/v1/rollouts/${name}/items/${body.clusters[0]!.name}`).expect(200);
    expect(item.steps.find((step: { name: string }) => step.name === 'cluster').seconds).toBeGreaterThan(0);
    const wrong = aRollout(1, {
      strategy: {
        startAt: 'tomorrow',
        maxConcurrencyPerRegion: 0,
        waves: [{ name: 'one', notBefore: '2026-13-01T00:00:00Z', maxFailures: 9, clusters: ['nobody'] }],
        maintenanceWindows: [{ start: '25:00', durationMinutes: 5, timeZone: 'Middle/Earth' }],
      },
    });
    const answer = await bench.api().post('/v1/rollouts', wrong).expect(422);
    expect(problems(answer.body).map((text) => text.split(' ')[0])).toEqual(
      expect.arrayContaining([
        'strategy.maintenanceWindows[0].durationMinutes',
        'strategy.maintenanceWindows[0].start',
        'strategy.maintenanceWindows[0].timeZone',
        'strategy.maxConcurrencyPerRegion',
        'strategy.startAt',
        'strategy.waves[0].clusters[0]',
        'strategy.waves[0].notBefore',
      ]),
    );
  });
});
