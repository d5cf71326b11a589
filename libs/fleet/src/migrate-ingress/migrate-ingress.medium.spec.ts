import { InvalidRequest } from '@podspan/errors';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { currentApiVersions } from '../start/current-api-versions.js';
import { buildWorker, workAndDie } from '../testing/dying-worker.js';
import { ExistingClusters, kubenet } from '../testing/existing-clusters.js';
import { FleetBench } from '../testing/fleet-bench.js';
import { until } from '../testing/until.js';
import { MigrateIngressTasks } from './migrate-ingress-tasks.js';

const agw =
  '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-legacy/providers/Microsoft.Network/applicationGateways/agw';

const agicOn = {
  addonProfiles: {
    ingressApplicationGateway: { enabled: true, config: { applicationGatewayId: agw } },
    azurepolicy: { enabled: true, config: { version: 'v2' } },
  },
  oidcIssuerProfile: { enabled: true },
  securityProfile: { workloadIdentity: { enabled: true } },
};
const overlay = { networkPlugin: 'azure', networkPluginMode: 'overlay', podCidr: '192.168.0.0/20' };

describe(MigrateIngressTasks.name, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  let legacy: ExistingClusters;
  beforeAll(async () => {
    bench = await FleetBench.open();
    legacy = new ExistingClusters(bench);
    expect((await legacy.applicationGateway('agw', '10.77.240.0/24')).id).toBe(agw);
    buildWorker();
  });
  afterEach(async () => {
    await bench.quiet();
    bench.gateways.applies = 'NO_ROUTES';
    bench.gateways.refuseWith = undefined;
  });
  afterAll(() => bench.destroy());

  let serial = 0;
  const cluster = (more: Parameters<ExistingClusters['make']>[1] = {}) =>
    legacy.make(`agic-${++serial}`, { network: overlay, properties: agicOn, ...more });
  const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
  const post = (body: object, query = '') => bench.api().post(`/v1/rollouts${query}`, body);
  const start = async (refs: readonly string[], more: object = {}) => {
    const name = `ingress-${++serial}`;
    const body = { name, action: 'MIGRATE_INGRESS', confirmIrreversible: true, clusters: refs.map((ref) => ({ ref })), ...more };
    const answer = await post({ ingress: { pool: 'gateways', ttlSeconds: 0 }, strategy: { maxFailures: refs.length }, ...body });
    expect(answer.status, answer.text).toBe(202);
    return name;
  };
  const approve = (name: string, body: object = {}) => bench.api().post(`/v1/rollouts/${name}/approve`, body);
  const reject = (name: string, body: object = {}) => bench.api().post(`/v1/rollouts/${name}/reject`, body);
  const item = async (name: string, index = 0) => (await bench.items(name))[index];
  const standsAt = (name: string, gate: string) =>
    bench.when(name, `stands at ${gate}`, ({ waiting }) => waiting?.kind === 'ITEM_APPROVAL' && waiting.facts['gate'] === gate);
  const hasAgic = async (ref: string): Promise<boolean> =>
    (await legacy.read(nameOf(ref))).properties.addonProfiles.ingressApplicationGateway.enabled === true;
  const writes = (ref: string) => bench.azure.journal({ accepted: 'update', idPattern: `${ref}$` });
  const problems = (body: { errors: { path: string; code: string; rule?: string }[] }) =>
    body.errors.map(({ path, code, rule }) => [path, code, rule ?? ''].join(' ').trim());

  it('plans: the gateway, the add-on, the approvals, what cannot be undone (MAP-34)', async () => {
    const ref = await cluster();
    const { body } = await post({ name: 'dry', action: 'MIGRATE_INGRESS', clusters: [{ ref }] }, '?dryRun=true').expect(200);
    expect(body).toMatchObject({
      action: 'MIGRATE_INGRESS',
      clusters: [
        {
          changes: [{ member: 'ingress', from: 'AGIC (add-on)', to: `AGC '${nameOf(ref)}-agc'` }],
          resources: [
            { step: 'gateway', change: 'CREATE' },
            { step: 'cluster', resourceId: ref, change: 'UPDATE' },
          ],
        },
      ],
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: 'confirmation_required', rule: 'MAP-34' }),
        expect.objectContaining({ code: 'waits_for_approval' }),
      ]),
    });
    expect(problems((await post({ name: 'unsure', action: 'MIGRATE_INGRESS', clusters: [{ ref }] }).expect(422)).body)).toEqual([
      'confirmIrreversible confirmation_required MAP-34',
    ]);
  });

  it('makes AGC beside AGIC, waits for both approvals, then switches the add-on off and nothing else', async () => {
    const ref = await cluster();
    const name = await start([ref]);
    await bench.work();
    const atDns = await standsAt(name, 'SWITCH_DNS');
    expect(atDns).toMatchObject({ lifecycle: 'WAITING', waitingFor: expect.stringContaining('1 of wave') });
    expect(await item(name)).toMatchObject({
      state: 'RUNNING',
      waitingFor: expect.stringMatching(new RegExp(`approval of SWITCH_DNS: .*switch DNS.*|${nameOf(ref)}`)),
    });
    expect((await item(name))?.waitingFor).toContain(`${nameOf(ref)}.fz01.alb.azure.com`);
    expect(await hasAgic(ref)).toBe(true);
    expect(writes(ref)).toHaveLength(0);

    await approve(name, { comment: 'DNS is switched' }).expect(200);
    await standsAt(name, 'DISABLE_AGIC');
    expect(await hasAgic(ref)).toBe(true);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
    const { properties, tags } = await legacy.read(nameOf(ref));
    expect(properties.addonProfiles).toMatchObject({
      ingressApplicationGateway: { enabled: false },
      azurepolicy: { enabled: true, config: { version: 'v2' } },
    });
    expect(properties.storageProfile).toEqual({ diskCSIDriver: { enabled: true } });
    expect(tags).toMatchObject({ team: 'legacy' });
    expect(writes(ref)).toHaveLength(1);
    expect(
      (
        await bench
          .api()
          .get(`/v1/clusters/${nameOf(ref)}`)
          .expect(200)
      ).body,
    ).toMatchObject({
      state: 'READY',
      ingress: { kind: 'AGC', name: `${nameOf(ref)}-agc` },
    });
    const events = (await bench.api().get(`/v1/rollouts/${name}/events`).expect(200)).body.items as {
      type: string;
      data: { gate: string };
    }[];
    expect(events.filter(({ type }) => type === 'gate.approved').map(({ data }) => data.gate)).toEqual(['SWITCH_DNS', 'DISABLE_AGIC']);
  });

  it('takes approvals per cluster, twice is once, and of clusters that it has', async () => {
    const refs = [await cluster(), await cluster()];
    const name = await start(refs);
    await bench.work();
    await bench.when(name, 'has both at the gate', ({ waiting }) => waiting?.facts['held'] === 2);
    const [first = '', second = ''] = refs.map(nameOf);
    await approve(name, { gate: 'SWITCH_DNS', clusters: ['nobody'] }).expect(404);
    await approve(name, { gate: 'SWITCH_DNS', clusters: [first] }).expect(200);
    await approve(name, { gate: 'SWITCH_DNS', clusters: [first] }).expect(200);
    const told = (await bench.api().get(`/v1/rollouts/${name}/events`).expect(200)).body.items as { type: string; cluster: string }[];
    expect(told.filter(({ type }) => type === 'gate.approved').map((event) => event.cluster)).toEqual([first]);
    await standsAtStep(name, first, 'approve-disable');
    expect((await bench.items(name)).find((each) => each.cluster === second)).toMatchObject({ step: 'switch-dns' });
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED', counts: { succeeded: 2 } });
  });

  async function standsAtStep(name: string, of: string, step: string): Promise<void> {
    await until(
      `${of} stands at ${step}`,
      async () => (await bench.items(name)).some((each) => each.cluster === of && each.step === step) || undefined,
    );
  }

  it('leaves AGIC alone when a person says no, and asks again after a retry', async () => {
    const ref = await cluster();
    const name = await start([ref]);
    await bench.work();
    await standsAt(name, 'SWITCH_DNS');
    await reject(name, { comment: 'the shop answers 500' }).expect(200);
    await bench.done(name);
    expect(await item(name)).toMatchObject({
      state: 'FAILED',
      lastError: { code: 'gate_rejected', message: expect.stringContaining('the shop answers 500') },
    });
    expect(await hasAgic(ref)).toBe(true);
    await bench.api().post(`/v1/rollouts/${name}/retry`).expect(200);
    await standsAt(name, 'SWITCH_DNS');
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('waits out the time to live and the draining after the switch, whoever approves in advance (AGC-53)', async () => {
    const ref = await cluster();
    // 300 s of draining and a day of TTL: longer than this test at any speed.
    const name = await start([ref], { ingress: { pool: 'gateways', ttlSeconds: 604_800 } });
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    await bench.work();
    await standsAtStep(name, nameOf(ref), 'drain');
    await until('it says how long', async () => /until every client/.test((await item(name))?.waitingFor ?? '') || undefined);
    expect(await hasAgic(ref)).toBe(true);
    await bench.api().post(`/v1/rollouts/${name}/cancel`, { mode: 'ABORT' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'CANCELED' });
    expect(await hasAgic(ref)).toBe(true);
  });

  it('applies manifests where it may, and waits for what the controller refuses', async () => {
    const ref = await cluster();
    bench.gateways.applies = 'REFUSED';
    const name = await start([ref]);
    await bench.work();
    await until('it says what is refused', async () => /BackendNotFound/.test((await item(name))?.waitingFor ?? '') || undefined);
    bench.gateways.applies = 'READY';
    await standsAt(name, 'SWITCH_DNS');
    expect((await item(name))?.waitingFor).not.toContain('apply the objects');
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('removes AGIC gateways that Podspan made, and leaves a Helm release to people', async () => {
    const ref = await cluster({ properties: { ...agicOn, addonProfiles: {} } });
    bench.gateways.agic.set(nameOf(ref), ['old']);
    const name = await start([ref], { ingress: { agic: 'HELM', ttlSeconds: 0 } });
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    await bench.work();
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(bench.gateways.agic.has(nameOf(ref))).toBe(false);
    expect(writes(ref)).toHaveLength(0);
  });

  it.each([
    ['gives the range back when Azure shows the subnet no more', true],
    ['keeps the range while the subnet is there', false],
  ])('%s', async (_, deleted) => {
    const number = 200 + serial;
    const { id, subnetId } = await legacy.applicationGateway(`agic-${number}`, `10.77.${number}.0/24`);
    const config = { applicationGatewayId: id };
    const ref = await cluster({ properties: { ...agicOn, addonProfiles: { ingressApplicationGateway: { enabled: true, config } } } });
    bench.ipam.ranges.held.set(subnetId, {
      id: `held-${number}`,
      cidr: `10.77.${number}.0/24`,
      network: 'spoke-77',
      owner: { kind: 'CLUSTER', id: subnetId },
      labels: {},
    } as never);
    const name = await start([ref]);
    await bench.work();
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await standsAt(name, 'DISABLE_AGIC');
    await legacy.remove(id, currentApiVersions.subnet);
    if (deleted) await legacy.remove(subnetId, currentApiVersions.subnet);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect([...bench.ipam.ranges.held.values()].some((held) => held.id === `held-${number}`)).toBe(!deleted);
  });

  it('names every precondition that fails, of every cluster (MAP-35, AGC-25, AGC-30, AGIC-01)', async () => {
    const old = await cluster({ network: kubenet, properties: { addonProfiles: {} } });
    const fine = await cluster();
    const other = await cluster();
    const body = {
      name: 'bad',
      action: 'MIGRATE_INGRESS',
      confirmIrreversible: true,
      ingress: { name: 'one-for-all' },
      clusters: [{ ref: old }, { ref: fine }, { ref: other, ingress: { agic: 'HELM' } }],
    };
    expect(problems((await post(body).expect(422)).body).toSorted()).toEqual(
      [
        'clusters[0].ingress.agic agic_not_enabled AGIC-01',
        'clusters[0].networkMode agc_unsupported_cni MAP-35',
        'clusters[0].workloadIdentity workload_identity_missing AGC-30',
        'clusters[1].ingress.name duplicate_name',
        'clusters[2].ingress.name duplicate_name',
      ].toSorted(),
    );
    const wrong = { name: 'bad', action: 'ENABLE_CILIUM', confirmIrreversible: true, ingress: {}, clusters: [{ ref: fine, ingress: {} }] };
    expect(problems((await post(wrong).expect(422)).body).filter((text) => text.includes('ingress'))).toEqual([
      'ingress unexpected_field',
      'clusters[0].ingress unexpected_field',
    ]);
  });

  it('asks the ingress service about clusters that Podspan knows, before anything is written', async () => {
    const ref = await cluster();
    const name = await start([ref]);
    await bench.api().post(`/v1/rollouts/${name}/cancel`).expect(200);
    await bench.work();
    await bench.done(name);
    bench.gateways.refuseWith = new InvalidRequest([{ path: 'pool', code: 'unknown_pool', message: 'there is no pool' }]);
    const again = await post({ name: 'again', action: 'MIGRATE_INGRESS', confirmIrreversible: true, clusters: [{ ref }] }).expect(422);
    expect(problems(again.body)).toEqual(['clusters[0].ingress.pool unknown_pool']);
  });

  it('refuses a point in rollouts that have none', async () => {
    const ref = await cluster();
    const name = `cilium-${++serial}`;
    await post({ name, action: 'ENABLE_CILIUM', confirmIrreversible: true, clusters: [{ ref }] }).expect(202);
    expect(problems((await approve(name, { gate: 'SWITCH_DNS' }).expect(422)).body)).toEqual(['gate unexpected_field']);
    await bench.api().post(`/v1/rollouts/${name}/cancel`).expect(200);
  });

  it('is one write however often a worker dies over it', async () => {
    const ref = await cluster();
    const name = await start([ref]);
    await approve(name, { gate: 'SWITCH_DNS' }).expect(200);
    await approve(name, { gate: 'DISABLE_AGIC' }).expect(200);
    expect(await workAndDie(bench, 1)).toBe('SIGKILL');
    await bench.work();
    expect(await bench.done(name)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(writes(ref)).toHaveLength(1);
  });
});
