import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator, type Emulator } from './start-emulator.js';
import { armHttp, armScene, clusterBody, codeOf, type Answer, type Send } from './testing/arm-http.js';

describe('throttling in virtual time', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual' });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    emulator.clock.advance(3600);
  });
  afterEach(() => emulator.close());

  const times = async (count: number, call: () => Promise<Answer>): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (let index = 0; index < count; index += 1) answers.push(await call());
    return answers;
  };

  it('gives a principal 250 reads and 25 a second more, and tells what is left', async () => {
    const answers = await times(251, () => send('GET', scene.network));
    expect(answers[0]?.headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('249');
    expect(answers[0]?.headers.get('x-ms-ratelimit-remaining-subscription-global-reads')).toBe('3749');
    expect([answers[250]?.status, codeOf(answers[250]!)]).toEqual([429, 'SubscriptionRequestsThrottled']);
    expect((await armHttp(emulator, 'token-b')('GET', scene.network)).status).toBe(200);
    expect((await send('GET', '/subscriptions/sub-2/resourceGroups')).status).toBe(200);
    emulator.clock.advance(1);
    const later = await times(26, () => send('GET', scene.network));
    expect(later.filter(({ status }) => status === 200)).toHaveLength(25);
  });

  it('lets a cluster be put twenty times, then once a minute (QUO-20)', async () => {
    const answers = await times(21, () => send('PUT', scene.cluster('one'), clusterBody()));
    expect(answers[0]?.headers.get('x-ms-ratelimit-remaining-resource')).toBe('Microsoft.ContainerService/PutManagedClusterHandler.PUT;19');
    expect(answers[20]?.body).toMatchObject({
      code: 'Throttled',
      message: expect.stringContaining('PutManagedClusterHandler.PUT request limit has been exceeded'),
    });
    expect((await send('PUT', scene.cluster('two'), clusterBody())).status).toBe(201);
    emulator.clock.advance(60);
    expect((await send('PUT', scene.cluster('one'), clusterBody())).status).not.toBe(429);
  });

  it('lets the operations of a subscription and region be polled 200 times, then twice a second', async () => {
    const created = await send('PUT', scene.cluster('one'), clusterBody());
    const url = created.headers.get('azure-asyncoperation') ?? '';
    const answers = await times(201, () => send('GET', url));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(answers[200]?.body['message']).toContain('GetOperationStatusHandler.GET');
    emulator.clock.advance(1);
    expect((await times(3, () => send('GET', url))).map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  it('tells the wait in real time: seconds at normal speed, milliseconds when time runs fast', async () => {
    const waitAt = async (speed: number): Promise<Headers> => {
      await times(20, () => send('PUT', scene.cluster(`at-${speed}`), clusterBody()));
      await send('POST', '/_emulator/clock', { mode: 'running', speed });
      const { headers } = await send('PUT', scene.cluster(`at-${speed}`), clusterBody());
      await send('POST', '/_emulator/clock', { mode: 'manual' });
      return headers;
    };
    const normal = Number((await waitAt(1)).get('retry-after'));
    expect(normal).toBeGreaterThan(50);
    expect(normal).toBeLessThanOrEqual(60);
    const quick = await waitAt(100);
    expect(quick.get('retry-after')).toBeNull();
    expect(Number(quick.get('retry-after-ms'))).toBeLessThanOrEqual(600);
  });

  it('can be switched off', async () => {
    await emulator.close();
    emulator = await startEmulator({ throttling: false });
    const answers = await times(260, () => armHttp(emulator)('GET', '/subscriptions/sub-1/resourceGroups'));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});
