import { mostOverlapping } from '@podspan/azure-emulator';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DispatchRollout } from './dispatch-rollout.js';
import { aRollout, clusterType, FleetBench, subscriptions } from '../testing/fleet-bench.js';
import { buildWorker, workAndDie } from '../testing/dying-worker.js';
import { until } from '../testing/until.js';

/** Many processes' worth of work on a machine that may be busy with other tests. */
describe(DispatchRollout.name, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    buildWorker();
    bench = await FleetBench.open();
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  const start = async (body: { name: string }) => {
    await bench.api().post('/v1/rollouts', body).expect(202);
    return body.name;
  };
  const failing = (names: readonly string[]) =>
    names.forEach((name) =>
      bench.azure.faults.add({
        match: { method: 'PUT', type: clusterType, idPattern: `${name}$` },
        do: { lroOutcome: 'Failed', lroError: { code: 'QuotaExceeded', message: 'no cores left' } },
      }),
    );
  const overlapping = (prefix: string, subscription?: string) =>
    mostOverlapping(bench.created(prefix).filter((entry) => subscription === undefined || entry.subscription === subscription));
  const prefixOf = (body: { clusters: readonly { name: string }[] }) => body.clusters[0]!.name.replace(/0$/, '');

  it('never has more under way than the limits of rollout and subscription allow, with three workers at once', async () => {
    const body = aRollout(
      12,
      { strategy: { maxConcurrency: 5, maxConcurrencyPerSubscription: 3, maxFailures: '100%', failureMode: 'FAST' } },
      (index) => ({ subscriptionId: subscriptions[index % 3 === 0 ? 1 : 0] }),
    );
    const name = await start(body);
    await Promise.all([bench.work(), bench.work(), bench.work()]);
    expect(await bench.done(name, 100_000)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 12 } });
    expect(overlapping(prefixOf(body))).toBeLessThanOrEqual(5);
    expect(overlapping(prefixOf(body), subscriptions[0])).toBeLessThanOrEqual(3);
    expect(bench.created(prefixOf(body))).toHaveLength(12);
  });

  it('writes to one network one at a time, however many clusters go into it', async () => {
    const body = aRollout(4, { strategy: { maxConcurrency: 4, maxFailures: 4 } }, () => ({ network: 'spoke-251' }));
    await bench.work();
    await bench.done(await start(body), 100_000);
    expect(mostOverlapping(bench.azure.journal({ accepted: true, method: 'PUT', idPattern: 'virtualNetworks/spoke-251' }))).toBe(1);
    const { body: item } = await bench.api().get(`/v1/rollouts/${body.name}/items/${body.clusters[0]!.name}`).expect(200);
    // Nobody asked for an ingress: nothing was done about it.
    expect(item.steps.at(-1)).toMatchObject({ name: 'ingress', state: 'SKIPPED' });
  });

  it('looks once before and once after the write of a cluster, and at no role assignment at all', async () => {
    const body = aRollout(2);
    await bench.work();
    await bench.done(await start(body), 100_000);
    const names = body.clusters.map(({ name }) => name).join('|');
    const reads = bench.azure.journal({ method: 'GET', type: clusterType, idPattern: `/managedClusters/(${names})$` });
    expect(reads.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 404, 404]);
    expect(bench.azure.journal({ method: 'GET', type: 'Microsoft.Authorization/roleAssignments' })).toEqual([]);
  });

  it('runs waves in order and soaks between them', async () => {
    const body = aRollout(3);
    const names = body.clusters.map(({ name }) => name);
    const name = await start({
      ...body,
      strategy: { maxConcurrency: 3, maxFailures: 3, waves: [{ name: 'canary', clusters: [names[0]], soakSeconds: 1 }] },
    } as never);
    await bench.work();
    const soaking = await bench.when(name, 'soaks', ({ lifecycle }) => lifecycle === 'WAITING');
    expect(soaking).toMatchObject({
      waitingFor: expect.stringMatching(/^soak before wave 'rest' until /),
      waves: [
        { name: 'canary', state: 'DONE' },
        { name: 'rest', state: 'PENDING' },
      ],
    });
    const done = await bench.done(name);
    const settled = Date.parse(done.waves[0]!.settledAt!);
    expect(Date.parse(done.waves[1]!.openedAt!) - settled).toBeGreaterThanOrEqual(1_000);
  });

  it('in STRICT fails at most one more than the budget, and holds the rest (F28)', async () => {
    const body = aRollout(8, { strategy: { maxConcurrency: 8, maxFailures: 1, failureMode: 'STRICT' } });
    failing(body.clusters.map(({ name }) => name));
    const name = await start(body);
    await Promise.all([bench.work(), bench.work()]);
    expect(await bench.done(name, 100_000)).toMatchObject({ outcome: 'FAILED', counts: { failed: 2, pending: 6, total: 8 } });
    const failed = (await bench.items(name)).filter(({ state }) => state === 'FAILED');
    expect(failed[0]).toMatchObject({
      lastError: { code: 'QuotaExceeded', message: expect.stringContaining('no cores') },
      mustAct: expect.stringMatching(/USER|OPERATOR/),
    });
    expect(bench.ipam.held).toEqual(expect.arrayContaining(body.clusters.map(({ name: cluster }) => cluster)));
  });

  it('retries the failed items alone with the same plan, then goes on with the others when somebody resumes', async () => {
    const body = aRollout(4, { strategy: { maxConcurrency: 1, maxFailures: 0 } });
    failing([body.clusters[0]!.name]);
    const name = await start(body);
    await bench.work();
    const failed = await bench.done(name);
    expect(failed).toMatchObject({ outcome: 'FAILED', counts: { failed: 1, pending: 3 } });
    const { body: before } = await bench.api().get(`/v1/clusters/${body.clusters[0]!.name}`).expect(200);
    bench.azure.faults.clear();
    await bench.api().post(`/v1/rollouts/${name}/retry`).expect(200);
    expect(await bench.when(name, 'is retried', ({ lifecycle, counts }) => lifecycle === 'DONE' && counts.succeeded === 1)).toMatchObject({
      outcome: 'FAILED',
      counts: { pending: 3, failed: 0 },
    });
    expect((await bench.items(name))[0]).toMatchObject({ state: 'SUCCEEDED', attempt: 2 });
    expect((await bench.api().get(`/v1/clusters/${body.clusters[0]!.name}`).expect(200)).body.addresses).toEqual(before.addresses);
    expect((await bench.api().post(`/v1/rollouts/${name}/retry`).expect(409)).body.code).toBe('nothing_to_retry');
    await bench.api().post(`/v1/rollouts/${name}/resume`).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 4 } });
  });

  it('waits for an approval, which is given once, and ends when it is refused', async () => {
    const gated = (body: ReturnType<typeof aRollout>) => ({
      ...body,
      strategy: {
        maxConcurrency: 2,
        maxFailures: 2,
        waves: [
          { name: 'one', clusters: [body.clusters[0]!.name] },
          { name: 'two', approval: true },
        ],
      },
    });
    const [yes, no] = [gated(aRollout(2)), gated(aRollout(2))];
    await Promise.all([start(yes), start(no)]);
    await bench.work();
    await Promise.all([yes, no].map(({ name }) => bench.when(name, 'waits', ({ lifecycle }) => lifecycle === 'WAITING')));
    expect(await bench.rollout(yes.name)).toMatchObject({ waitingFor: "approval of wave 'two'" });
    const first = await bench.api().post(`/v1/rollouts/${yes.name}/approve`, { comment: 'fine' }).expect(200);
    const again = await bench.api().post(`/v1/rollouts/${yes.name}/approve`, { wave: 'two' }).expect(200);
    expect(again.body.waves[1].approvedAt).toBe(first.body.waves[1].approvedAt);
    await bench.api().post(`/v1/rollouts/${no.name}/reject`, { comment: 'no' }).expect(200);
    expect(await bench.done(yes.name)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await bench.done(no.name)).toMatchObject({ outcome: 'CANCELED', counts: { succeeded: 1, skipped: 1 } });
    await until('addresses are given back', () => !bench.ipam.held.includes(no.clusters[1]!.name));
  });

  it('pauses admissions only; the ETag guards against deciding on old knowledge', async () => {
    const body = aRollout(3, { strategy: { maxConcurrency: 1, maxFailures: 3 } });
    const name = await start(body);
    await bench.work();
    await bench.when(name, 'runs', ({ counts }) => counts.running === 1);
    await bench.api().post(`/v1/rollouts/${name}/pause`, {}, { 'if-match': '"0"' }).expect(412);
    const paused = await bench.api().post(`/v1/rollouts/${name}/pause`).expect(200);
    // The answer does not wait for the dispatch to say why nothing goes on.
    expect(paused.body).toMatchObject({ waitingFor: expect.stringMatching(/^paused by operator/), waiting: { kind: 'RESUME' } });
    expect((await bench.api().post(`/v1/rollouts/${name}/pause`).expect(200)).headers['etag']).toBe(paused.headers['etag']);
    const quiet = await bench.when(
      name,
      'is quiet',
      ({ lifecycle, waitingFor }) => lifecycle === 'PAUSED' && waitingFor === 'paused by operator: waiting for resume',
    );
    expect(quiet).toMatchObject({ lifecycle: 'PAUSED', counts: { running: 0, succeeded: 1, pending: 2 } });
    await bench.api().post(`/v1/rollouts/${name}/resume`).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await bench.api().post(`/v1/rollouts/${name}/pause`).expect(409)).body.code).toBe('rollout_done');
  });

  it('cancels before the first write with no call to Azure and no address kept (F24, F25)', async () => {
    const body = aRollout(3);
    const name = await start(body);
    await bench.api().post(`/v1/rollouts/${name}/cancel`).expect(200);
    await bench.work();
    expect(await bench.done(name)).toMatchObject({ outcome: 'CANCELED', counts: { skipped: 3 } });
    await until('addresses are given back', () => !body.clusters.some((cluster) => bench.ipam.held.includes(cluster.name)));
    expect(bench.azure.journal({ idPattern: body.clusters[0]!.resourceGroup })).toEqual([]);
    await bench.api().get(`/v1/clusters/${body.clusters[0]!.name}`).expect(404);
    await bench
      .api()
      .post('/v1/rollouts', { ...aRollout(1), clusters: body.clusters })
      .expect(202);
  });

  it.each(['FINISH', 'ABORT'] as const)('cancels with clusters in flight: %s (F26)', async (mode) => {
    const body = aRollout(3, { strategy: { maxConcurrency: 1, maxFailures: 3, onCancel: mode } });
    const name = await start(body);
    await bench.work();
    await until('a cluster is being made', () => bench.created(prefixOf(body)).length === 1, 100_000);
    await bench.api().post(`/v1/rollouts/${name}/cancel`).expect(200);
    const done = await bench.done(name);
    expect(done).toMatchObject({ outcome: 'CANCELED', counts: mode === 'FINISH' ? { succeeded: 1, skipped: 2 } : { skipped: 2 } });
    expect(bench.created(prefixOf(body))).toHaveLength(1);
    expect(bench.ipam.held.includes(body.clusters[0]!.name)).toBe(true);
    await until('addresses are given back', () => !bench.ipam.held.includes(body.clusters[2]!.name));
  });

  it('creates each cluster once though the worker dies in the middle and another takes over (F1 to F3)', async () => {
    const body = aRollout(4, { strategy: { maxConcurrency: 4, maxFailures: 4 } });
    const name = await start(body);
    expect(await workAndDie(bench, 9)).toBe('SIGKILL');
    expect(await workAndDie(bench, 9)).toBe('SIGKILL');
    await bench.work();
    expect(await bench.done(name, 100_000)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 4 } });
    const writes = bench.azure.journal({ accepted: 'create', idPattern: prefixOf(body) }).map(({ path }) => path.toLowerCase());
    expect(writes.toSorted()).toEqual([...new Set(writes)].toSorted());
    const { rows } = await sql<{
      gaps: string;
    }>`select count(*) as gaps from (select sequence - row_number() over (order by sequence) as gap from event e join rollout r on r.id = e.rollout_id where r.name = ${name}) g where gap <> 0`.execute(
      bench.fresh.db,
    );
    expect(Number(rows[0]?.gaps)).toBe(0);
  });

  it('shows steps, operations and where Azure said no', async () => {
    const body = aRollout(1, { strategy: { maxFailures: 1 } });
    bench.azure.faults.add({
      match: { method: 'PUT', type: clusterType, idPattern: body.clusters[0]!.name },
      do: { status: 400, code: 'ServiceCidrOverlapExistingSubnetsCidr', message: 'overlap' },
    });
    const name = await start(body);
    await bench.work();
    await bench.done(name);
    const { body: item } = await bench.api().get(`/v1/rollouts/${name}/items/${body.clusters[0]!.name}`).expect(200);
    expect(item).toMatchObject({
      state: 'FAILED',
      step: 'cluster',
      lastError: { code: 'ServiceCidrOverlapExistingSubnetsCidr' },
      mustAct: 'USER',
    });
    expect(item.steps.map(({ name: step, state }: { name: string; state: string }) => `${step} ${state}`)).toEqual(
      expect.arrayContaining(['node-subnet-0 SUCCEEDED', 'gateway-subnet SKIPPED', 'role-node-subnet-0 SUCCEEDED', 'cluster FAILED']),
    );
    expect(item.steps.find(({ name: step }: { name: string }) => step === 'identity').operations).toMatchObject([
      { method: 'PUT', clientRequestId: expect.any(String) },
    ]);
  });
});
