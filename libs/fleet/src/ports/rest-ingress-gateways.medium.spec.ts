import { ServiceRest } from '@podspan/client';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RestIngressGateways } from './rest-ingress-gateways.js';

describe(RestIngressGateways.name, () => {
  let server: Server;
  let gateways: RestIngressGateways;
  let answers: { status: number; body: object; headers?: Record<string, string> }[] = [];
  let asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['idempotency-key'] ?? ''}`.trim());
      const { status, body, headers } = answers.shift() ?? { status: 404, body: { code: 'not_found' } };
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    gateways = new RestIngressGateways(
      new ServiceRest({
        service: 'ingress',
        userAgent: 'podspan-test',
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        serviceAuthorization: 'Bearer x',
      }),
    );
  });
  beforeEach(() => {
    asked = [];
    answers = [];
  });
  afterAll(() => void server.close());

  const ensure = (attempt: number) => gateways.ensure({ name: 'g', cluster: 'c', spec: { kind: 'AGC' }, attempt: `run-${attempt}` });
  const failed = { status: 200, body: { cluster: 'c', status: 'FAILED', failure: { code: 'quota', message: 'm' } } };

  it('makes the gateway where there is none, and looks at it where there is one', async () => {
    answers = [
      { status: 404, body: { code: 'not_found' } },
      { status: 202, body: { cluster: 'c', status: 'CREATING' } },
      { status: 200, body: { cluster: 'c', status: 'READY', frontends: [{ name: 'f', fqdn: 'f.alb.azure.com' }] } },
    ];
    expect(await ensure(1)).toMatchObject({ status: 'CREATING' });
    expect(await ensure(1)).toEqual({ status: 'READY', frontends: ['f.alb.azure.com'] });
    expect(asked).toEqual(['GET /v1/ingress-gateways/g', 'POST /v1/ingress-gateways', 'GET /v1/ingress-gateways/g']);
  });

  it('does not take the gateway of another cluster for its own', async () => {
    answers = [{ status: 200, body: { cluster: 'other', status: 'READY' } }];
    await expect(ensure(1)).rejects.toMatchObject({ kind: 'conflict', code: 'name_taken' });
  });

  it('asks the dry run of each gateway of the clusters what would go, of all pages', async () => {
    const resource = { step: 'association', title: 'association', resourceId: '/association', change: 'DELETE' };
    const removal = { resources: [resource], addressesGivenBack: ['10.0.0.0/24'], routes: [] };
    answers = [
      { status: 200, body: { items: [{ name: 'a', cluster: 'one' }], nextCursor: 'more' } },
      {
        status: 200,
        body: { items: ['b', 'c', 'd'].map((name) => ({ name, cluster: name === 'b' ? 'other' : 'two' })), nextCursor: null },
      },
      ...['a', 'c'].map((name) => ({ status: 200, body: { name, removal } })),
      { status: 409, body: { code: 'operation_in_progress', status: 409 } },
    ];
    const found = await gateways.foreseeRemoval(['one', 'two', 'three'], {});
    expect(found.map(({ cluster, gateway }) => [cluster, gateway])).toEqual([
      ['one', 'a'],
      ['two', 'c'],
      ['two', 'd'],
    ]);
    expect(found.reduce((sum, { resources }) => sum + resources.length, 0)).toBe(2);
    expect(asked.slice(2).toSorted()).toEqual(['a', 'c', 'd'].map((name) => `DELETE /v1/ingress-gateways/${name}?dryRun=true`));
  });

  it('says that it failed at the first attempt', async () => {
    answers = [failed];
    expect(await ensure(1)).toMatchObject({ status: 'FAILED', failure: { code: 'quota' } });
  });

  it('retries a failed gateway once for each further attempt of its item', async () => {
    answers = [
      failed,
      { status: 202, body: { cluster: 'c', status: 'CREATING' } },
      failed,
      { status: 202, body: { cluster: 'c', status: 'CREATING' }, headers: { 'idempotency-replayed': 'true' } },
    ];
    expect(await ensure(2)).toMatchObject({ status: 'CREATING' });
    expect(await ensure(2)).toMatchObject({ status: 'FAILED', failure: { code: 'quota' } });
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual([
      'POST /v1/ingress-gateways/g/retry retry-run-2',
      'POST /v1/ingress-gateways/g/retry retry-run-2',
    ]);
  });

  it('lets a cluster go whose gateway only waits for what the cluster’s own controller has made', async () => {
    const deleting = (name: string, deployment: string): object => ({ name, status: 'DELETING', deployment });
    const step = (name: string, state: string): { status: number; body: object } => ({ status: 200, body: { steps: [{ name, state }] } });
    answers = [{ status: 200, body: { items: [deleting('made', 'BYO'), deleting('held', 'MANAGED')] } }, step('load-balancer', 'WAITING')];
    expect(await gateways.removeAll('c')).toEqual(['made']);
    answers = [{ status: 200, body: { items: [deleting('going', 'MANAGED')] } }, step('subnet', 'RUNNING')];
    expect(await gateways.removeAll('c')).toEqual(['going']);
  });

  describe('manifests', () => {
    const routes = { status: 200, body: { items: [{ name: 'web' }] } };

    it('are applied without waiting, and what is refused is told once', async () => {
      const object = { kind: 'HTTPRoute', name: 'web', reasons: [{ reason: 'BackendNotFound' }, { reason: 'BackendNotFound' }] };
      answers = [routes, { status: 200, body: { state: 'REFUSED', objects: [object] } }];
      expect(await gateways.apply('g')).toEqual({ state: 'REFUSED', reasons: ['HTTPRoute/web: BackendNotFound'] });
      expect(asked).toEqual(['GET /v1/ingress-gateways/g/routes', 'POST /v1/ingress-gateways/g/apply']);
    });

    it('are left alone without routes, and where applying is off', async () => {
      answers = [{ status: 200, body: { items: [] } }];
      expect(await gateways.apply('g')).toEqual({ state: 'NO_ROUTES', reasons: [] });
      answers = [routes, { status: 403, body: { code: 'apply_disabled', detail: 'off' } }];
      expect(await gateways.apply('g')).toEqual({ state: 'OFF', reasons: [] });
      answers = [routes, { status: 403, body: { code: 'forbidden', detail: 'no' } }];
      await expect(gateways.apply('g')).rejects.toMatchObject({ kind: 'forbidden' });
    });
  });

  it('rehearses a gateway without keeping it', async () => {
    answers = [{ status: 422, body: { code: 'unknown_pool', errors: [{ path: 'pool', code: 'unknown_pool', message: 'm' }] } }];
    const request = { name: 'g', cluster: 'c', spec: { kind: 'AGC' as const } };
    await expect(gateways.rehearse(request, {})).rejects.toMatchObject({ kind: 'invalid', problems: [{ path: 'pool' }] });
    expect(asked).toEqual(['POST /v1/ingress-gateways?dryRun=true']);
  });

  it('retires gateways of AGIC and no others', async () => {
    const items = [
      { name: 'old', status: 'READY', kind: 'AGIC' },
      { name: 'new', status: 'READY', kind: 'AGC' },
    ];
    answers = [
      { status: 200, body: { items } },
      { status: 202, body: {} },
    ];
    expect(await gateways.retireAgic('c')).toEqual(['old']);
    expect(asked.at(-1)).toBe('DELETE /v1/ingress-gateways/old');
  });
});
