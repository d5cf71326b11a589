import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChangeClusterTasks } from './change-tasks.js';
import { buildWorker, workAndDie } from '../testing/dying-worker.js';
import { ExistingClusters, kubenet } from '../testing/existing-clusters.js';
import { aRollout, clusterType, FleetBench } from '../testing/fleet-bench.js';
import { until } from '../testing/until.js';

describe(ChangeClusterTasks.name, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  let legacy: ExistingClusters;
  beforeAll(async () => {
    bench = await FleetBench.open();
    legacy = new ExistingClusters(bench);
    buildWorker();
  });
  afterEach(() => bench.quiet());
  afterAll(() => bench.destroy());

  let serial = 0;
  const fresh = (): string => `change-${++serial}`;
  const post = (body: object, query = '') => bench.api().post(`/v1/rollouts${query}`, body);
  const plan = async (body: object) => (await post(body, '?dryRun=true').expect(200)).body;
  const problems = (body: { errors: { path: string; code: string; rule?: string }[] }) =>
    body.errors.map(({ path, code, rule }) => [path, code, rule ?? ''].join(' ').trim());
  /** Starts a rollout, carries it out and tells how it ended. */
  const carryOut = async (body: Record<string, unknown>) => {
    const name = fresh();
    await post({ name, confirmIrreversible: true, ...body }).expect(202);
    await bench.work();
    return bench.done(name);
  };
  const changes = (id: string) =>
    bench.azure.journal({ accepted: true, idPattern: `${id}$` }).filter(({ accepted }) => accepted !== 'create');
  const made = async (change: Parameters<typeof aRollout>[2] = () => ({})): Promise<string> => {
    const body = aRollout(1, {}, change);
    await post(body).expect(202);
    await bench.work();
    expect(await bench.done(body.name)).toMatchObject({ outcome: 'SUCCEEDED' });
    await bench.quiet();
    return body.clusters[0]!.name;
  };
  const cluster = async (name: string) => (await bench.api().get(`/v1/clusters/${name}`).expect(200)).body;

  describe('MIGRATE_TO_OVERLAY', () => {
    it('plans, asks for confirmation, moves a node-subnet cluster once, and loses nothing of it (MG-01, MG-34, QUO-34)', async () => {
      const ref = await legacy.make('flat-1');
      const body = { action: 'MIGRATE_TO_OVERLAY', clusters: [{ ref }], pools: { podCidr: 'pods' } };
      const foreseen = await plan({ name: 'dry', ...body });
      expect(foreseen).toMatchObject({
        action: 'MIGRATE_TO_OVERLAY',
        clusters: [
          {
            name: 'flat-1',
            changes: [
              { member: 'networkMode', from: 'NODE_SUBNET', to: 'OVERLAY' },
              { member: 'podCidr', from: null },
            ],
            resources: [{ step: 'cluster', resourceId: ref, change: 'UPDATE' }],
          },
        ],
        resources: { update: 1 },
        warnings: expect.arrayContaining([
          expect.objectContaining({ code: 'confirmation_required', rule: 'MG-34' }),
          expect.objectContaining({ rule: 'MG-30' }),
        ]),
      });
      expect(bench.ipam.ranges.held.has('flat-1')).toBe(false);
      expect(problems((await post({ name: fresh(), ...body }).expect(422)).body)).toEqual([
        'confirmIrreversible confirmation_required MG-34',
      ]);
      expect(bench.ipam.ranges.held.has('flat-1')).toBe(false);

      expect(await carryOut(body)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 1 } });
      const range = bench.ipam.ranges.held.get('flat-1')?.cidr;
      const { properties, tags } = await legacy.read('flat-1');
      expect(properties.networkProfile).toMatchObject({
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        podCidr: range,
        podCidrs: [range],
        serviceCidr: '172.20.0.0/16',
      });
      expect(properties.storageProfile).toEqual({ diskCSIDriver: { enabled: true } });
      expect(tags).toMatchObject({ team: 'legacy', 'podspan-run': expect.any(String) });
      expect(changes(ref)).toHaveLength(1);
      expect(await cluster('flat-1')).toMatchObject({
        state: 'READY',
        networkPluginMode: 'overlay',
        created: false,
        addresses: { podCidr: range },
      });
    });

    it('moves a kubenet cluster with the range it has, and one way only (MG-02, MG-06)', async () => {
      const ref = await legacy.make('kube-1', { network: kubenet });
      expect(await carryOut({ action: 'MIGRATE_TO_OVERLAY', clusters: [{ ref }] })).toMatchObject({ outcome: 'SUCCEEDED' });
      expect((await legacy.read('kube-1'))['properties'].networkProfile).toMatchObject({
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        podCidr: '10.244.0.0/16',
      });
      const again = await post({ name: fresh(), action: 'MIGRATE_TO_OVERLAY', clusters: [{ ref }], confirmIrreversible: true }).expect(422);
      expect(problems(again.body)).toEqual(['clusters[0].networkMode migration_irreversible MG-06']);
    });

    it('names every failed precondition of every cluster at once and takes nothing', async () => {
      const pods = await legacy.make('podsubnet', { pool: { podSubnetID: legacy.podSubnetId } });
      const old = await legacy.make('calico', { network: { ...kubenet, networkPolicy: 'calico' }, identity: { type: 'SystemAssigned' } });
      const flat = await legacy.make('flat-2');
      const body = {
        name: fresh(),
        action: 'MIGRATE_TO_OVERLAY',
        clusters: [{ ref: pods }, { ref: old }, { ref: flat, podCidr: '10.250.0.0/20' }, { ref: flat }, { ref: 'nobody' }],
        strategy: { onCancel: 'ABORT' },
      };
      const held = bench.ipam.ranges.held.size;
      expect(problems((await post(body).expect(422)).body).toSorted()).toEqual(
        [
          'clusters[0].networkMode migration_source_unsupported MG-03',
          'clusters[0].nodePools[0].podSubnetId migration_pod_subnet MG-12',
          'clusters[1].identity migration_requires_user_assigned_identity MG-15',
          'clusters[1].networkPolicy migration_network_policy_enabled MG-11',
          'clusters[2].podCidr pod_cidr_overlaps_connected_network OV-35',
          'clusters[3] duplicate_name',
          'clusters[4].ref unknown_cluster',
          'confirmIrreversible confirmation_required MG-34',
          'strategy.onCancel abort_not_allowed QUO-33',
        ].toSorted(),
      );
      const both = await post({
        name: fresh(),
        action: 'MIGRATE_TO_OVERLAY',
        confirmIrreversible: true,
        clusters: [{ ref: flat, dataplane: 'CILIUM' }],
      }).expect(422);
      expect(problems(both.body)).toEqual([
        'clusters[0].dataplane migration_combined_operation MG-31',
        'clusters[0].podCidr required MG-01',
      ]);
      expect(bench.ipam.ranges.held.size).toBe(held);
      expect(Number((await sql<{ n: string }>`select count(*) as n from plan_intent`.execute(bench.fresh.db)).rows[0]?.n)).toBe(0);
    });

    it('gives the range back when it is canceled before the cluster was touched (F24)', async () => {
      const ref = await legacy.make('flat-3');
      const name = fresh();
      await post({
        name,
        action: 'MIGRATE_TO_OVERLAY',
        clusters: [{ ref }],
        pools: { podCidr: 'pods' },
        confirmIrreversible: true,
        strategy: { waves: [{ name: 'one', approval: true }] },
      }).expect(202);
      expect(bench.ipam.ranges.held.has('flat-3')).toBe(true);
      await bench.work();
      await bench.when(name, 'waits', ({ lifecycle }) => lifecycle === 'WAITING');
      await bench.api().post(`/v1/rollouts/${name}/cancel`).expect(200);
      expect(await bench.done(name)).toMatchObject({ outcome: 'CANCELED', counts: { skipped: 1 } });
      await until('the range is given back', () => !bench.ipam.ranges.held.has('flat-3'));
      expect(changes(ref)).toEqual([]);
      expect(await cluster('flat-3')).toMatchObject({ state: 'READY', networkPluginMode: null });
    });
  });

  it('widens a pod range into the block held back for it, in Azure first and then in ipam (OV-100, OV-102)', async () => {
    const name = await made();
    const shrink = await post({
      name: fresh(),
      action: 'EXPAND_POD_CIDR',
      confirmIrreversible: true,
      clusters: [{ ref: name, podCidr: '192.168.0.0/21' }],
    }).expect(422);
    expect(problems(shrink.body)).toEqual(['clusters[0].podCidr pod_cidr_not_superset OV-100']);
    const beyond = await post({
      name: fresh(),
      action: 'EXPAND_POD_CIDR',
      confirmIrreversible: true,
      clusters: [{ ref: name, podCidr: '192.168.0.0/18' }],
    }).expect(422);
    expect(problems(beyond.body)).toEqual(['clusters[0].podCidr growth_block_missing OV-102']);
    expect(await carryOut({ action: 'EXPAND_POD_CIDR', selector: { names: name } })).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await cluster(name)).toMatchObject({ state: 'READY', addresses: { podCidr: '192.168.0.0/19', podCidrGrowth: null } });
    expect(bench.ipam.ranges.held.get(name)?.cidr).toBe('192.168.0.0/19');
    const again = await post({ name: fresh(), action: 'EXPAND_POD_CIDR', confirmIrreversible: true, clusters: [{ ref: name }] }).expect(
      422,
    );
    expect(problems(again.body)).toEqual(['clusters[0].podCidr growth_block_missing OV-102']);
  });

  it('enables the Cilium data plane on Azure CNI, and sends kubenet to overlay first (MG-40)', async () => {
    const name = await made();
    const kube = await legacy.make('kube-2', { network: kubenet });
    const mixed = await post({
      name: fresh(),
      action: 'ENABLE_CILIUM',
      confirmIrreversible: true,
      clusters: [{ ref: name }, { ref: kube }],
    }).expect(422);
    expect(problems(mixed.body)).toEqual(['clusters[1].networkMode cilium_requires_azure_cni MG-40']);
    expect(await carryOut({ action: 'ENABLE_CILIUM', clusters: [{ ref: name }] })).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await cluster(name)).toMatchObject({ dataplane: 'CILIUM' });
    // Where it is so already there is nothing to do, and that is no mistake.
    const foreseen = await plan({ name: 'dry', action: 'ENABLE_CILIUM', clusters: [{ ref: name }] });
    expect(foreseen.resources).toMatchObject({ update: 0, none: 1 });
  });

  it('upgrades a Kubernetes version a minor at a time, and node images by themselves', async () => {
    const name = await made(() => ({ kubernetesVersion: '1.34.2' }));
    const upgrade = (kubernetesVersion: string) => ({ action: 'UPGRADE', upgrade: { kubernetesVersion }, clusters: [{ ref: name }] });
    expect(problems((await post({ name: fresh(), confirmIrreversible: true, ...upgrade('1.36') }).expect(422)).body)).toEqual([
      'clusters[0].kubernetesVersion kubernetes_version_skips_minor',
    ]);
    expect(problems((await post({ name: fresh(), confirmIrreversible: true, ...upgrade('1.35.9') }).expect(422)).body)).toEqual([
      'clusters[0].kubernetesVersion kubernetes_version_not_offered',
    ]);
    expect(problems((await post({ name: fresh(), confirmIrreversible: true, ...upgrade('1.12') }).expect(422)).body)).toEqual([
      'clusters[0].kubernetesVersion kubernetes_version_unsupported',
    ]);
    expect(problems((await post({ name: fresh(), action: 'UPGRADE', clusters: [{ ref: name }] }).expect(422)).body)).toEqual([
      'upgrade required',
    ]);
    expect(await carryOut(upgrade('1.35'))).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await cluster(name)).toMatchObject({ kubernetesVersion: '1.35.2', state: 'READY' });

    await bench.quiet();
    bench.azure.publishNodeImage('AKSUbuntu-2204gen2containerd-202612.07.0');
    const images = { action: 'UPGRADE', upgrade: { nodeImage: true }, clusters: [{ ref: name }] };
    expect((await plan({ name: 'dry', ...images })).clusters[0].resources).toMatchObject([{ step: 'node-image-0', change: 'UPDATE' }]);
    expect(await carryOut({ ...images, confirmIrreversible: false })).toMatchObject({ outcome: 'SUCCEEDED' });
    expect((await plan({ name: 'dry', ...images })).clusters[0].resources).toMatchObject([{ step: 'node-image-0', change: 'NONE' }]);
    expect(bench.azure.journal({ accepted: 'action', idPattern: `${name}/agentPools/system` })).toHaveLength(1);
  });

  describe('DELETE', () => {
    it('takes away the cluster and what was made for it, and only then gives the addresses back', async () => {
      const name = await made(() => ({ ingress: { kind: 'AGC' } }));
      const { addresses, resourceId } = await cluster(name);
      const foreseen = await plan({ name: 'dry', action: 'DELETE', clusters: [{ ref: name }] });
      expect(foreseen.clusters[0].resources.map(({ step, change }: { step: string; change: string }) => [step, change])).toEqual([
        ['gateway', 'DELETE'],
        ['cluster', 'DELETE'],
        ['role-node-subnet-0', 'DELETE'],
        ['identity', 'DELETE'],
        ['gateway-subnet', 'DELETE'],
        ['node-subnet-0', 'DELETE'],
      ]);
      expect(foreseen.clusters[0].addressesGivenBack).toEqual([
        { purpose: 'NODE_SUBNET:system', cidr: addresses.nodeSubnets[0].cidr },
        { purpose: 'POD_CIDR', cidr: addresses.podCidr },
        { purpose: 'GATEWAY_SUBNET', cidr: addresses.gatewaySubnet.cidr },
      ]);
      expect(bench.ipam.held).toContain(name);
      expect(await carryOut({ action: 'DELETE', clusters: [{ ref: name }] })).toMatchObject({ outcome: 'SUCCEEDED' });
      for (const id of [resourceId, addresses.nodeSubnets[0].subnetId, addresses.gatewaySubnet.subnetId])
        expect(await legacy.get(id)).toBeUndefined();
      expect(bench.ipam.held).not.toContain(name);
      expect(bench.gateways.removed).toContain(name);
      await bench.api().get(`/v1/clusters/${name}`).expect(404);
    });

    it('shows and executes the cleanup of a create that failed in its middle, and frees its name', async () => {
      const body = aRollout(1, { strategy: { maxFailures: 1 } });
      const name = body.clusters[0]!.name;
      bench.azure.faults.add({
        match: { method: 'PUT', idPattern: `${name}$`, type: clusterType },
        do: { lroOutcome: 'Failed', lroError: { code: 'SubnetIsFull', message: 'no addresses' } },
        times: 1,
      });
      await post(body).expect(202);
      await bench.work();
      expect(await bench.done(body.name)).toMatchObject({ outcome: 'FAILED' });
      expect(await cluster(name)).toMatchObject({ state: 'FAILED' });
      await bench.quiet();
      expect((await plan({ name: 'dry', action: 'DELETE', clusters: [{ ref: name }] })).resources).toMatchObject({ delete: 4, blocked: 0 });
      expect(await carryOut({ action: 'DELETE', clusters: [{ ref: name }] })).toMatchObject({ outcome: 'SUCCEEDED' });
      expect(bench.ipam.held).not.toContain(name);
      // Its addresses are gone, so the old plan is no longer to be had.
      expect((await bench.api().post(`/v1/rollouts/${body.name}/retry`).expect(409)).body.code).toBe('nothing_to_retry');
      await bench.quiet();
      expect(await carryOut({ action: body.action, clusters: body.clusters, pools: body.pools })).toMatchObject({
        outcome: 'SUCCEEDED',
      });
    });

    it('leaves alone what somebody else made, and refuses what Podspan did not make', async () => {
      const ref = await legacy.make('theirs');
      const refused = await post({ name: fresh(), action: 'DELETE', confirmIrreversible: true, clusters: [{ ref }] }).expect(422);
      expect(problems(refused.body)).toEqual(['clusters[0] not_created_by_podspan']);
      const name = await made();
      const { resourceId } = await cluster(name);
      const { tags: _, ...theirs } = (await legacy.get(resourceId))!;
      await legacy.put(resourceId, '2026-06-01', {
        ...theirs,
        properties: { ...theirs['properties'], provisioningState: undefined },
        tags: { owner: 'them' },
      });
      const foreseen = await plan({ name: 'dry', action: 'DELETE', clusters: [{ ref: name }] });
      expect(foreseen.clusters[0].resources).toContainEqual(expect.objectContaining({ resourceId, change: 'BLOCKED' }));
    });

    it('is done once though the worker dies in the middle and another takes over (F1 to F3)', async () => {
      const names = [await made(), await made()];
      const rollout = fresh();
      await post({
        name: rollout,
        action: 'DELETE',
        confirmIrreversible: true,
        clusters: names.map((ref) => ({ ref })),
        strategy: { maxFailures: 2 },
      }).expect(202);
      expect(await workAndDie(bench, 2)).toBe('SIGKILL');
      expect(await workAndDie(bench, 3)).toBe('SIGKILL');
      await bench.work();
      expect(await bench.done(rollout)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 2 } });
      for (const name of names) {
        const deleted = bench.azure.journal({ accepted: 'delete', idPattern: name }).map(({ path }) => path.toLowerCase());
        expect(deleted.toSorted()).toEqual([...new Set(deleted)].toSorted());
        expect(bench.ipam.held).not.toContain(name);
      }
    });
  });

  it('has a cluster in one hand at a time, also when two ask in the same moment (QUO-31)', async () => {
    const name = await made();
    const body = (rollout: string) => ({ name: rollout, action: 'ENABLE_CILIUM', confirmIrreversible: true, clusters: [{ ref: name }] });
    const answers = await Promise.all([post(body(fresh())), post(body(fresh())), post(body(fresh()))]);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    for (const { status, body: answer } of answers.filter((entry) => entry.status !== 202)) {
      expect([409, 422]).toContain(status);
      expect(status === 409 ? answer.code : answer.errors[0].code).toBe('cluster_busy');
    }
    const twice = await post({ ...body('x'), name: answers.find(({ status }) => status === 202)!.body.name }).expect(200);
    expect(twice.body.counts.total).toBe(1);
    expect(problems((await post(body(fresh())).expect(422)).body)).toEqual(['clusters[0] cluster_busy QUO-31']);
  });

  it('waits out an operation of somebody else without using the budget (F29)', async () => {
    const name = await made();
    const { resourceId } = await cluster(name);
    const rollout = fresh();
    bench.azure.occupy(resourceId, 100);
    await post({ name: rollout, action: 'ENABLE_CILIUM', confirmIrreversible: true, clusters: [{ ref: name }] }).expect(202);
    await bench.work();
    await until('the item says what it waits for', async () => (await bench.items(rollout))[0]?.waitingFor);
    expect(await bench.done(rollout)).toMatchObject({ outcome: 'SUCCEEDED', counts: { failed: 0 } });
  });

  it('retries a change that failed with the same frozen plan', async () => {
    const name = await made();
    const { resourceId } = await cluster(name);
    bench.azure.faults.add({
      match: { method: 'PUT', idPattern: `${name}$`, type: clusterType },
      do: { lroOutcome: 'Failed', lroError: { code: 'PodDrainFailure', message: 'a budget forbids it' } },
      times: 1,
    });
    const rollout = fresh();
    await post({ name: rollout, action: 'ENABLE_CILIUM', confirmIrreversible: true, clusters: [{ ref: name }] }).expect(202);
    await bench.work();
    expect(await bench.done(rollout)).toMatchObject({ outcome: 'FAILED' });
    expect((await bench.items(rollout))[0]).toMatchObject({ state: 'FAILED', mustAct: 'USER', lastError: { code: 'PodDrainFailure' } });
    expect(await cluster(name)).toMatchObject({ state: 'FAILED' });
    await bench.api().post(`/v1/rollouts/${rollout}/retry`).expect(200);
    expect(await bench.done(rollout)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(changes(resourceId)).toHaveLength(2);
    expect(await cluster(name)).toMatchObject({ state: 'READY', dataplane: 'CILIUM' });
  });
});
