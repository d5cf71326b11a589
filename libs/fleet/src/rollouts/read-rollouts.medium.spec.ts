import { testTokens } from '@podspan/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReadRollouts } from './read-rollouts.js';
import { aRollout, FleetBench } from '../testing/fleet-bench.js';

interface Streamed {
  readonly sequence: number;
  readonly type: string;
}

describe(ReadRollouts.name, { timeout: 120_000 }, () => {
  let bench: FleetBench;
  let body: ReturnType<typeof aRollout>;
  beforeAll(async () => {
    bench = await FleetBench.open();
    body = aRollout(3, { strategy: { maxConcurrency: 2, maxFailures: 3 } }, (index) => (index === 0 ? { ingress: { kind: 'AGC' } } : {}));
  });
  afterAll(() => bench.destroy());

  /** Reads a stream until it ends, or until so many events came and the reader leaves. */
  async function stream(after: number | undefined, leaveAfter = Infinity): Promise<{ events: Streamed[]; ended: boolean }> {
    const gone = new AbortController();
    const headers = {
      authorization: `Bearer ${testTokens.viewer}`,
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': String(after) }),
    };
    const response = await fetch(`${bench.url}/v1/rollouts/${body.name}/events`, { headers, signal: gone.signal });
    expect(response.headers.get('content-type')).toMatch('text/event-stream');
    const events: Streamed[] = [];
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data) events.push(JSON.parse(data) as Streamed);
      }
      if (events.length >= leaveAfter) {
        gone.abort();
        return { events: events.slice(0, leaveAfter), ended: false };
      }
    }
    return { events, ended: true };
  }

  it('streams every event once and in order, goes on where a reader left, and ends with the rollout', async () => {
    await bench.api().post('/v1/rollouts', body).expect(202);
    const all = stream(undefined);
    const first = stream(undefined, 5);
    await bench.work();
    const before = await first;
    const after = await stream(before.events.at(-1)!.sequence);
    const whole = await all;
    expect(whole.ended && after.ended).toBe(true);
    expect(whole.events.map(({ sequence }) => sequence)).toEqual(whole.events.map((_, index) => index + 1));
    expect([...before.events, ...after.events]).toEqual(whole.events);
    expect(whole.events[0]!.type).toBe('rollout.created');
    expect(whole.events.at(-1)!.type).toBe('rollout.done');
    expect(new Set(whole.events.map(({ type }) => type))).toEqual(
      new Set([
        'rollout.created',
        'rollout.lifecycle',
        'wave.opened',
        'item.started',
        'item.step',
        'item.succeeded',
        'wave.settled',
        'rollout.done',
      ]),
    );
  });

  it('lists the same events as JSON, page by page', async () => {
    const { body: first } = await bench.api(testTokens.viewer).get(`/v1/rollouts/${body.name}/events?limit=4`).expect(200);
    const { body: second } = await bench.api().get(`/v1/rollouts/${body.name}/events?limit=4&cursor=${first.nextCursor}`).expect(200);
    expect([...first.items, ...second.items].map(({ sequence }: Streamed) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await bench.api().get(`/v1/rollouts/${body.name}/events?after=2&limit=1`).expect(200)).body.items[0].sequence).toBe(3);
    await bench.api().get(`/v1/rollouts/nobody/events`).expect(404);
    expect((await bench.api().get(`/v1/rollouts/${body.name}/events`).set('last-event-id', 'x').expect(422)).body.code).toBe(
      'invalid_value',
    );
  });

  it('lists rollouts, items and clusters in pages and by filter', async () => {
    const { body: page } = await bench.api().get(`/v1/rollouts/${body.name}/items?limit=2`).expect(200);
    expect(page.items.map(({ cluster }: { cluster: string }) => cluster)).toEqual(body.clusters.slice(0, 2).map(({ name }) => name));
    expect((await bench.api().get(`/v1/rollouts/${body.name}/items?cursor=${page.nextCursor}`).expect(200)).body).toMatchObject({
      items: [{ cluster: body.clusters[2]!.name }],
      nextCursor: null,
    });
    expect((await bench.api().get('/v1/rollouts?lifecycle=DONE').expect(200)).body.items).toMatchObject([{ name: body.name }]);
    expect((await bench.api().get('/v1/clusters?state=READY&limit=1').expect(200)).body).toMatchObject({
      items: [{ name: body.clusters[0]!.name }],
      nextCursor: expect.any(String),
    });
    await bench.api().get('/v1/rollouts?limit=1001').expect(422);
    const { id } = (await bench.api().get(`/v1/rollouts/${body.name}`).expect(200)).body;
    expect((await bench.api().get(`/v1/rollouts/${id}`).expect(200)).headers['etag']).toMatch(/^"\d+"$/);
  });

  it('says the same over GraphQL', async () => {
    const query = `query ($name: String!, $cluster: String!) {
      rollout(name: $name) { name lifecycle outcome counts { total succeeded } waves { name state } items(first: 1) { nodes { cluster state } pageInfo { hasNextPage } } item(cluster: $cluster) { steps { name state operations { method } } } }
      cluster(name: $cluster) { name state addresses { podCidr gatewaySubnet { cidr } } rollouts { name } addressPlanName }
      none: rollout(name: "nobody") { name }
    }`;
    const { body: answer } = await bench.api(testTokens.viewer).graphql(query, { name: body.name, cluster: body.clusters[0]!.name });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toMatchObject({
      rollout: {
        lifecycle: 'DONE',
        outcome: 'SUCCEEDED',
        counts: { total: 3, succeeded: 3 },
        items: { nodes: [{ state: 'SUCCEEDED' }], pageInfo: { hasNextPage: true } },
      },
      cluster: { state: 'READY', addresses: { podCidr: '192.168.0.0/20' }, rollouts: [{ name: body.name }] },
      none: null,
    });
  });

  it('starts and steers rollouts over GraphQL, with expected failures as types', async () => {
    const input = aRollout(1);
    const start =
      'mutation ($input: StartRolloutInput!) { startRollout(input: $input) { __typename ... on Rollout { name lifecycle } ... on ConflictProblem { code } ... on RuleViolations { code errors { path code } } } }';
    expect((await bench.api().graphql(start, { input })).body.data.startRollout).toMatchObject({ __typename: 'Rollout', name: input.name });
    expect((await bench.api().graphql(start, { input: { ...input, clusters: aRollout(1).clusters } })).body.data.startRollout).toEqual({
      __typename: 'ConflictProblem',
      code: 'name_taken',
    });
    expect((await bench.api().graphql(start, { input: { ...aRollout(1), action: 'UPGRADE' } })).body.data.startRollout).toMatchObject({
      __typename: 'RuleViolations',
      errors: [
        { path: 'upgrade', code: 'required' },
        { path: 'clusters[0]', code: 'cluster_not_found' },
      ],
    });
    const steer =
      'mutation ($rollout: String!) { cancelRollout(rollout: $rollout, mode: ABORT) { __typename ... on Rollout { name } ... on NotFoundProblem { code } } }';
    expect((await bench.api().graphql(steer, { rollout: input.name })).body.data.cancelRollout).toMatchObject({ __typename: 'Rollout' });
    expect((await bench.api().graphql(steer, { rollout: 'nobody' })).body.data.cancelRollout).toEqual({
      __typename: 'NotFoundProblem',
      code: 'not_found',
    });
    expect((await bench.api(testTokens.viewer).graphql(start, { input })).body.errors[0].extensions.code).toBe('forbidden');
    const plan =
      'mutation ($input: StartRolloutInput!) { planRollout(input: $input) { __typename ... on RolloutPlan { waves { name maxConcurrency } resources { create } clusters { resources { step change } } } } }';
    expect((await bench.api().graphql(plan, { input: aRollout(1) })).body.data.planRollout).toMatchObject({
      __typename: 'RolloutPlan',
      waves: [{ name: 'all', maxConcurrency: 1 }],
    });
  });

  it('tells the events to a subscriber from a sequence on, and ends', async () => {
    const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const told: Streamed[] = [];
    const send = (message: object) => socket.send(JSON.stringify(message));
    await new Promise<void>((complete, fail) => {
      socket.addEventListener('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${testTokens.viewer}` } }));
      socket.addEventListener('error', () => fail(new Error('the connection broke')));
      socket.addEventListener('message', ({ data: text }) => {
        const message = JSON.parse(String(text)) as { type: string; payload?: { data?: { rolloutEvents: Streamed }; errors?: unknown } };
        if (message.type === 'connection_ack')
          send({
            id: '1',
            type: 'subscribe',
            payload: { query: `subscription { rolloutEvents(rollout: "${body.name}", afterSequence: 3) { sequence type } }` },
          });
        if (message.type === 'next' && message.payload?.data) told.push(message.payload.data.rolloutEvents);
        if (message.type === 'error') fail(new Error(String(text)));
        if (message.type === 'complete') complete();
      });
    });
    socket.close();
    expect(told[0]?.sequence).toBe(4);
    expect(told.at(-1)?.type).toBe('rollout.done');
  });

  it('tells a subscriber of a rollout that is not there what REST would', async () => {
    const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const send = (message: object) => socket.send(JSON.stringify(message));
    const told = await new Promise<unknown>((resolve, fail) => {
      socket.addEventListener('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${testTokens.viewer}` } }));
      socket.addEventListener('error', () => fail(new Error('the connection broke')));
      socket.addEventListener('message', ({ data: text }) => {
        const message = JSON.parse(String(text)) as { type: string; payload?: unknown };
        if (message.type === 'connection_ack')
          send({ id: '1', type: 'subscribe', payload: { query: 'subscription { rolloutEvents(rollout: "none") { sequence } }' } });
        if (message.type === 'next' || message.type === 'error') resolve(message.payload);
      });
    });
    socket.close();
    expect(told).toMatchObject({ errors: [{ message: "rollout 'none' does not exist", extensions: { code: 'not_found', key: 'none' } }] });
  });

  it('documents every route, the body of a rollout with all its members', async () => {
    const { body: document } = await bench.api().get('/openapi.json').expect(200);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/rollouts',
        '/v1/rollouts/{rollout}/items/{item}',
        '/v1/rollouts/{rollout}/events',
        '/v1/rollouts/{rollout}/cancel',
        '/v1/clusters/{cluster}',
      ]),
    );
    expect(JSON.stringify(document.paths['/v1/rollouts'].post.requestBody)).toContain('RolloutBody');
    expect(Object.keys(document.components.schemas.RolloutBody.properties)).toEqual(
      expect.arrayContaining(['name', 'clusters', 'strategy', 'pools']),
    );
  });
});
