import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Arm } from './arm.js';
import { connectArm } from './connect-arm.js';
import { staticCredential } from './credentials.js';
import { aCluster, CLUSTER, create, factsOf, ScriptedArm, tokenOf } from './testing/scripted-arm.js';

let scripted: ScriptedArm;
let arm: Arm;

beforeEach(async () => {
  scripted = await ScriptedArm.start();
  arm = scripted.connect();
});

afterEach(() => scripted.stop());

describe('a read', () => {
  it('of what is not there is undefined, of what cannot be read a failure', async () => {
    scripted.turns = [
      { status: 404, body: { error: { code: 'ResourceNotFound', message: 'no' } } },
      { status: 404, body: { error: { code: 'SubscriptionNotFound', message: 'no' } } },
      { status: 500, text: '' },
      { status: 200, text: '{"id": tru' },
    ];
    expect(await arm.get(CLUSTER, '2026-06-01')).toBeUndefined();
    expect(await factsOf(arm.get(CLUSTER, '2026-06-01'))).toMatchObject({ code: 'SubscriptionNotFound', class: 'FATAL' });
    expect(await factsOf(arm.get(CLUSTER, '2026-06-01'))).toMatchObject({ code: 'InternalServerError', class: 'TRANSIENT' });
    expect(await factsOf(arm.get(CLUSTER, '2026-06-01'))).toMatchObject({ code: 'UnreadableAnswer', class: 'TRANSIENT' });
  });

  it('without good credentials is for the operator', async () => {
    scripted.turns = [{ status: 401, body: { error: { code: 'InvalidAuthenticationToken', message: 'expired' } } }];
    expect(await factsOf(arm.get(CLUSTER, '2026-06-01'))).toMatchObject({ httpStatus: 401, class: 'QUOTA', mustAct: 'OPERATOR' });
  });

  it('of all clusters follows the pages and drops nothing', async () => {
    const page = '/subscriptions/s1/providers/Microsoft.ContainerService/managedClusters?api-version=2026-06-01&$skiptoken=2';
    scripted.turns = [
      { status: 200, body: { value: [aCluster('Succeeded', { unmodelled: 1 })], nextLink: scripted.origin + page } },
      { status: 200, body: { value: [aCluster('Updating')] } },
    ];
    const clusters = await arm.listClusters('s1');
    expect(clusters.map((item) => item.provisioningState)).toEqual(['Succeeded', 'Updating']);
    expect(clusters[0]?.raw).toMatchObject({ properties: { unmodelled: 1 } });
    expect(scripted.seen[1]?.url).toContain('skiptoken');
  });

  it('of the versions of a region is without holes', async () => {
    scripted.turns = [
      {
        status: 200,
        body: {
          values: [
            {
              version: '1.34',
              isDefault: true,
              capabilities: { supportPlan: ['KubernetesOfficial'] },
              patchVersions: { '1.34.1': {}, '1.34.2': {} },
            },
            { version: '1.35', isPreview: true },
          ],
        },
      },
    ];
    expect(await arm.kubernetesVersions('s1', 'westeurope')).toEqual([
      { version: '1.34', isDefault: true, isPreview: false, supportPlans: ['KubernetesOfficial'], patchVersions: ['1.34.1', '1.34.2'] },
      { version: '1.35', isDefault: false, isPreview: true, supportPlans: [], patchVersions: [] },
    ]);
  });
});

describe('every answer', () => {
  it('is told to the listener, with what is left and what is to be waited for', async () => {
    scripted.turns = [
      scripted.accepted({ 'x-ms-ratelimit-remaining-subscription-writes': '17' }),
      { status: 429, headers: { 'retry-after': '30' }, body: { code: 'Throttled', message: 'limit' } },
    ];
    await factsOf(arm.poll(await tokenOf(arm.begin(create))));
    expect(scripted.told).toMatchObject([
      {
        subscriptionId: 's1',
        region: 'westeurope',
        provider: 'microsoft.containerservice',
        verb: 'WRITE',
        remaining: { 'subscription-writes': 17 },
        status: 201,
      },
      { region: 'westeurope', verb: 'READ', status: 429, code: 'Throttled', retryAfterSeconds: 30 },
    ]);
  });

  it('counts as it was given, also when the listener breaks', async () => {
    scripted.turns = [scripted.accepted()];
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const broken = connectArm({
      endpoint: scripted.origin,
      credential: staticCredential('t'),
      onResponse: () => {
        throw new Error('listener broke');
      },
    });
    expect(await broken.begin(create)).toMatchObject({ state: 'RUNNING' });
    expect(await warned).toMatchObject({ message: 'listener broke' });
  });
});

describe('an endpoint', () => {
  const credential = staticCredential('t');

  it.each(['http://example.org', 'http://10.0.0.1:8080', 'http://127.0.0.1.example.org', 'ftp://127.0.0.1', 'nonsense'])(
    '%s is refused before the token could be seen',
    (endpoint) => {
      expect(() => connectArm({ endpoint, credential })).toThrow(/the Azure endpoint/);
    },
  );

  it.each([
    'http://127.0.0.1:4010',
    'http://localhost:4010',
    'http://[::1]:4010',
    'https://management.azure.com',
    'https://management.chinacloudapi.cn',
  ])('%s is accepted', (endpoint) => {
    expect(() => connectArm({ endpoint, credential })).not.toThrow();
  });
});
