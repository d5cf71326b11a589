import { testTokens } from '@podspan/platform/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aRollout, FleetBench } from '../testing/fleet-bench.js';
import { StartRollout } from './start-rollout.js';

describe(StartRollout.name, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  beforeAll(async () => {
    bench = await FleetBench.open();
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  const start = (body: object, headers: Record<string, string> = {}) => bench.api().post('/v1/rollouts', body, headers);
  const problems = (body: { errors: { path: string; code: string }[] }) => body.errors.map(({ path, code }) => `${path} ${code}`);
  const count = async (table: string): Promise<number> =>
    Number((await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(bench.fresh.db)).rows[0]?.n);

  it('takes on a rollout with frozen addresses, and carries it to the end', async () => {
    const body = aRollout(2, {}, () => ({ ingress: { kind: 'AGC' } }));
    const answer = await start(body).expect(202);
    expect(answer.body).toMatchObject({
      name: body.name,
      lifecycle: 'PENDING',
      outcome: null,
      counts: { total: 2, pending: 2 },
      waitingFor: 'the first dispatch',
      waves: [{ name: 'all' }],
    });
    expect(answer.headers).toMatchObject({ etag: '"1"', location: `/v1/rollouts/${body.name}` });
    await bench.work();
    const done = await bench.done(body.name);
    expect(done).toMatchObject({ outcome: 'SUCCEEDED', counts: { total: 2, succeeded: 2 }, waitingFor: null, eta: null });
    expect(bench.created(body.clusters[0]!.name)).toHaveLength(1);
    const { body: cluster } = await bench.api().get(`/v1/clusters/${body.clusters[0]!.name}`).expect(200);
    expect(cluster).toMatchObject({
      state: 'READY',
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      oidcIssuerUrl: expect.stringMatching(/^https:/),
      addresses: { podCidr: '192.168.0.0/20', gatewaySubnet: { subnetId: expect.stringContaining('/subnets/') } },
    });
    expect(bench.gateways.asked.map(({ cluster: name }) => name)).toEqual(expect.arrayContaining(body.clusters.map(({ name }) => name)));
  });

  it('asks ipam in the name of the caller, with a key of its own', async () => {
    await start(aRollout(1)).expect(202);
    const asked = bench.ipam.requests.filter(({ path }) => path === 'POST /v1/address-plans').at(-1);
    expect(asked).toMatchObject({ authorization: `Bearer ${testTokens.operator}`, key: expect.stringMatching(/^rollout-[0-9a-f-]{36}$/) });
  });

  it('is once when it comes twice, with a key or without', async () => {
    const body = aRollout(1);
    const first = await start(body, { 'idempotency-key': 'twice' }).expect(202);
    const again = await start(body, { 'idempotency-key': 'twice' }).expect(202);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect((await start(body).expect(200)).body.id).toBe(first.body.id);
    expect((await start({ ...body, clusters: aRollout(1).clusters }).expect(409)).body).toMatchObject({
      code: 'name_taken',
      rollout: first.body.id,
    });
  });

  it('is one rollout and one address plan when ten come at the same time', async () => {
    const body = aRollout(2);
    const plans = bench.ipam.plans.size;
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(body)));
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([...Array.from({ length: 9 }, () => 200), 202]);
    expect(bench.ipam.plans.size).toBe(plans + 1);
  });

  it('reports every problem at once: shapes, names, waves, strategy, and what ipam says, at the right places', async () => {
    const good = aRollout(4, { strategy: { maxFailures: 9, maxConcurrency: 0 } });
    const [a, b, c, d] = good.clusters;
    const broken = {
      ...good,
      clusters: [
        { ...a, nodePools: 'many' },
        { ...b, color: 'red' },
        { ...c, name: d!.name },
        { ...d, kubernetesVersion: '1.12' },
      ],
    };
    bench.ipam.refuseWith = {
      status: 422,
      body: {
        code: 'pod_cidr_too_small',
        detail: 'x',
        errors: [{ path: 'clusters[1].nodePools[0]', code: 'pod_cidr_too_small', message: 'x', rule: 'OV-23' }],
      },
    };
    const { body } = await start(broken).expect(422);
    expect(body.code).toBe('invalid_request');
    expect(problems(body)).toEqual(
      expect.arrayContaining([
        'clusters[0].nodePools invalid_type',
        'clusters[1].color unknown_field',
        'clusters[3].name duplicate_name',
        'clusters[3].kubernetesVersion kubernetes_version_unsupported',
        'clusters[1].nodePools[0] pod_cidr_too_small',
      ]),
    );
    bench.ipam.refuseWith = undefined;
    expect(
      problems(
        (
          await start({
            ...good,
            strategy: { ...(good as { strategy?: object }).strategy, waves: [{ name: 'x', clusters: ['nobody'] }] },
          }).expect(422)
        ).body,
      ),
    ).toEqual(
      expect.arrayContaining([
        'strategy.maxFailures budget_exceeds_count',
        'strategy.maxConcurrency too_small',
        'strategy.waves[0].clusters[0] unknown_cluster',
      ]),
    );
  });

  it('refuses an ingress with a member nobody knows, or a deployment nobody makes, and writes nothing', async () => {
    const body = aRollout(2, {}, (index) => ({
      ingress: index === 0 ? { kind: 'AGC', frontendd: 2 } : { kind: 'AGIC', deployment: 'MANAGED' },
    }));
    const plans = bench.ipam.plans.size;
    for (const query of ['', '?dryRun=true']) {
      expect(problems((await bench.api().post(`/v1/rollouts${query}`, body).expect(422)).body)).toEqual([
        'clusters[0].ingress.frontendd unknown_field',
        'clusters[1].ingress.deployment unsupported_deployment',
      ]);
    }
    expect(bench.ipam.plans.size).toBe(plans);
  });

  it('refuses a topology that is not a dry run, and clusters that exist', async () => {
    const body = aRollout(1);
    expect((await start({ ...body, topology: {} }).expect(422)).body).toMatchObject({ code: 'dry_run_only' });
    await start(body).expect(202);
    expect((await start({ ...aRollout(1), clusters: body.clusters }).expect(422)).body).toMatchObject({
      code: 'name_taken',
      errors: [{ path: 'clusters[0].name', conflictsWith: `rollout ${body.name}` }],
    });
  });

  it('passes on that a pool is exhausted, and keeps nothing', async () => {
    const before = { rollouts: await count('rollout'), plans: bench.ipam.plans.size };
    bench.ipam.refuseWith = {
      status: 409,
      body: {
        code: 'pool_exhausted',
        detail: 'no room',
        status: 409,
        largestFreePrefixLength: 28,
        errors: [{ path: 'pools.nodeSubnet', code: 'pool_exhausted', message: 'no room' }],
      },
    };
    expect((await start(aRollout(1)).expect(409)).body).toMatchObject({
      code: 'pool_exhausted',
      largestFreePrefixLength: 28,
      errors: [{ path: 'pools.nodeSubnet' }],
    });
    expect({ rollouts: await count('rollout'), plans: bench.ipam.plans.size }).toEqual(before);
    expect(await count('plan_intent')).toBe(0);
  });

  it('gives the addresses back when its own transaction fails after ipam answered', async () => {
    const body = aRollout(1);
    await sql`create function provisioning.refuse() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`.execute(
      bench.fresh.db,
    );
    await sql`create trigger refuse before insert on item for each row execute function provisioning.refuse()`.execute(bench.fresh.db);
    await start(body).expect(500);
    await sql`drop trigger refuse on item`.execute(bench.fresh.db);
    expect(bench.ipam.held).not.toContain(body.clusters[0]!.name);
    expect(await count('plan_intent')).toBe(0);
  });

  it('gives back what a process left behind that died between the plan and the commit', async () => {
    const body = aRollout(1);
    const plan = 'rollout-of-a-dead-process';
    await sql`insert into plan_intent (plan, rollout_name, created_at) values (${plan}, 'gone', now() - interval '6 minutes')`.execute(
      bench.fresh.db,
    );
    bench.ipam.plans.set(plan, { name: plan, clusters: new Map([[body.clusters[0]!.name, {} as never]]) });
    expect(await bench.parts().releases.sweep()).toBe(1);
    expect(bench.ipam.plans.has(plan)).toBe(false);
    expect(await bench.parts().releases.sweep()).toBe(0);
  });

  it('answers a dry run with the whole plan and keeps nothing', async () => {
    const body = aRollout(3, {
      strategy: { maxConcurrency: 2, maxFailures: 1, failureMode: 'FAST', waves: [{ name: 'first', clusters: [], selector: undefined }] },
    });
    const dry = {
      ...body,
      strategy: { maxConcurrency: 2, failureMode: 'FAST', waves: [{ name: 'first', clusters: [body.clusters[1]!.name], soakSeconds: 60 }] },
    };
    const before = { rollouts: await count('rollout'), plans: bench.ipam.plans.size, puts: bench.azure.journal({ method: 'PUT' }).length };
    const { body: plan } = await bench.api().post('/v1/rollouts?dryRun=true', dry).expect(200);
    expect(plan).toMatchObject({
      name: body.name,
      waves: [
        { name: 'first', clusters: [body.clusters[1]!.name], soakSeconds: 60, maxConcurrency: 1 },
        { name: 'rest', maxConcurrency: 2 },
      ],
      resources: { update: 0, none: 0, blocked: 0 },
      eta: { basis: 'ASSUMED' },
      // Whatever links there are: a rollout makes VNets and no peerings.
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'networks_without_peerings' })]),
    });
    expect(plan.clusters[0]).toMatchObject({
      wave: 'rest',
      addresses: { podCidr: '192.168.0.0/20' },
      resources: expect.arrayContaining([expect.objectContaining({ step: 'cluster', change: 'CREATE' })]),
    });
    expect(plan.armCalls.map(({ bucket }: { bucket: string }) => bucket)).toEqual(
      expect.arrayContaining(['ARM_WRITES', 'ARM_READS', 'AKS_STATUS_READS']),
    );
    expect({ rollouts: await count('rollout'), plans: bench.ipam.plans.size, puts: bench.azure.journal({ method: 'PUT' }).length }).toEqual(
      before,
    );
  });
});
