import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type Answer, type Send } from './testing/arm-http.js';

describe('faults on demand', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
  });
  afterEach(() => emulator.close());

  const put = (): Promise<Answer> => send('PUT', scene.cluster('one'), clusterBody());
  const onPut = { method: 'PUT', type: 'Microsoft.ContainerService/managedClusters' };
  const creates = () => emulator.journal({ accepted: 'create', idPattern: '/managedClusters/' });

  it('cut the connection before the request had its effect', async () => {
    emulator.faults.add({ match: onPut, times: 1, do: { drop: 'before' } });
    await expect(put()).rejects.toThrow();
    expect((await send('GET', scene.cluster('one'))).status).toBe(404);
    expect((await put()).status).toBe(201);
  });

  it('lose the answer after the request was accepted (F4): a second PUT meets its own operation', async () => {
    emulator.faults.add({ match: onPut, times: 1, do: { drop: 'after' } });
    await expect(put()).rejects.toThrow();
    const again = await put();
    expect([again.status, again.body['code']]).toEqual([409, 'OperationNotAllowed']);
    expect(creates()).toMatchObject([{ status: 0, faults: ['fault-1'] }]);
  });

  it('answer 504 though the provider accepted (F5)', async () => {
    emulator.faults.add({ match: onPut, times: 1, do: { status: 504, accept: true } });
    const answer = await put();
    expect([answer.status, codeOf(answer)]).toEqual([504, 'GatewayTimeout']);
    expect((await send('GET', scene.cluster('one'))).status).toBe(200);
    expect(creates()).toHaveLength(1);
  });

  it.each([
    [30, '30'],
    [0, '0'],
    [-5, '-5'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['soon', 'soon'],
    [undefined, null],
  ])('throttle with Retry-After %s (F14-F16)', async (retryAfter, header) => {
    emulator.faults.add({ match: onPut, do: { throttle: retryAfter === undefined ? {} : { retryAfter } } });
    const answer = await put();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, header]);
    expect(creates()).toHaveLength(0);
  });

  it.each([[404], [410], [500]])(
    'break the status URL with %d after some good answers; the operation goes on (F20, F21)',
    async (status) => {
      emulator.faults.add({ match: onPut, times: 1, do: { statusUrl: { after: 2, status } } });
      const url = (await put()).headers.get('azure-asyncoperation') ?? '';
      const polls = [await send('GET', url), await send('GET', url), await send('GET', url)];
      expect(polls.map((poll) => poll.status)).toEqual([200, 200, status]);
      emulator.clock.advance(anHour);
      expect((await send('GET', url)).status).toBe(status);
      expect(at((await send('GET', scene.cluster('one'))).body, 'properties', 'provisioningState')).toBe('Succeeded');
    },
  );

  it('let the status URL recover', async () => {
    emulator.faults.add({ match: onPut, do: { statusUrl: { after: 0, status: 500, times: 2 } } });
    const url = (await put()).headers.get('azure-asyncoperation') ?? '';
    const polls = [await send('GET', url), await send('GET', url), await send('GET', url)];
    expect(polls.map((poll) => poll.status)).toEqual([500, 500, 200]);
  });

  it('end an operation Canceled, or say Succeeded of a resource that failed (F19, F22)', async () => {
    emulator.faults.add({ match: onPut, times: 1, do: { lroOutcome: 'Canceled' } });
    const first = await put();
    emulator.clock.advance(anHour);
    expect((await send('GET', first.headers.get('azure-asyncoperation') ?? '')).body).toMatchObject({
      status: 'Canceled',
      error: { code: 'OperationCanceled' },
    });
    emulator.faults.add({ match: onPut, times: 1, do: { lroOutcome: 'Failed', lroStatusSays: 'Succeeded' } });
    const second = await put();
    emulator.clock.advance(anHour);
    expect((await send('GET', second.headers.get('azure-asyncoperation') ?? '')).body['status']).toBe('Succeeded');
    expect(at((await send('GET', scene.cluster('one'))).body, 'properties', 'provisioningState')).toBe('Failed');
  });

  it('shift the clock of an answer (F23)', async () => {
    emulator.faults.add({ match: { method: 'GET' }, do: { clockOffsetSeconds: 300 } });
    const { headers } = await send('GET', scene.network);
    expect(Date.parse(headers.get('date') ?? '')).toBeGreaterThan(Date.now() + 290_000);
  });

  it('pass some requests before they strike, and only those they match', async () => {
    emulator.faults.add({
      match: { method: 'GET', subscription: 'SUB-1' },
      skip: 1,
      times: 1,
      do: { status: 503, headers: { 'x-why': 'test' } },
    });
    expect((await send('GET', '/subscriptions/sub-2/resourceGroups')).status).toBe(200);
    const answers = [await send('GET', scene.network), await send('GET', scene.network), await send('GET', scene.network)];
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(answers[1]?.headers.get('x-why')).toBe('test');
  });

  it('are made, listed and taken back over HTTP', async () => {
    const made = await send('POST', '/_emulator/faults', { match: { method: 'GET' }, times: 5, do: { status: 500 } });
    expect([made.status, made.body['id']]).toEqual([201, 'fault-1']);
    expect((await send('GET', scene.network)).status).toBe(500);
    expect((await send('GET', '/_emulator/faults')).body['items']).toMatchObject([{ id: 'fault-1', struck: 1 }]);
    expect((await send('DELETE', '/_emulator/faults/fault-1')).status).toBe(204);
    expect((await send('GET', scene.network)).status).toBe(200);
    const bad = await send('POST', '/_emulator/faults', { match: { idPattern: '(' }, do: { stauts: 500 } });
    expect(bad.status).toBe(400);
    expect(bad.body['problems']).toHaveLength(2);
  });
});
