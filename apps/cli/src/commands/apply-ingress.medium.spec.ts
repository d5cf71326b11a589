import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../program.js';
import { answer, contractServer, problem, TOKEN, type ContractServer } from '../testing/contract-server.js';
import { testIo } from '../testing/test-io.js';

describe('podspan ingress apply', () => {
  let server: ContractServer;
  beforeAll(async () => {
    server = await contractServer();
  });
  beforeEach(() => server.calls.splice(0));
  afterAll(() => server.close());

  async function apply(options: string) {
    const io = testIo();
    const code = await run(['--server', server.url, '--token', TOKEN, ...`ingress apply shop ${options}`.trim().split(' ')], io);
    return { code, out: io.out(), err: io.err() };
  }

  const object = (over: object = {}) => ({
    kind: 'HTTPRoute',
    namespace: 'shop',
    name: 'web',
    action: 'CREATED',
    state: 'READY',
    reasons: [],
    ...over,
  });
  const view = (state: string, objects: readonly object[]) => ({ gateway: 'shop', cluster: 'west-01', state, objects });

  it('shows what was done, and ends with 0', async () => {
    server.on('POST /v1/ingress-gateways/shop/apply', answer(200, view('READY', [object()])));
    const { code, out } = await apply('--prune --force --wait 10');
    expect([code, out]).toEqual([0, expect.stringMatching(/HTTPRoute +shop +web +CREATED +READY\nshop on west-01: READY\n$/)]);
    expect(server.calls[0]?.body).toEqual({ prune: true, force: true, waitSeconds: 10 });
  });

  it('rehearses', async () => {
    server.on('POST /v1/ingress-gateways/shop/apply?dryRun', answer(200, view('PLANNED', [object({ state: 'NONE' })])));
    expect((await apply('--dry-run')).code).toBe(0);
    expect(server.calls[0]?.query.get('dryRun')).toBe('true');
  });

  it('asks again while it may wait, and keeps what the first request did', async () => {
    const answers = [view('WAITING', [object({ state: 'WAITING' })]), view('READY', [object({ action: 'UNCHANGED' })])];
    server.on('POST /v1/ingress-gateways/shop/apply', (call, response) => answer(200, answers.shift())(call, response));
    const { code, out } = await apply('--wait 100');
    expect([code, server.calls.length]).toEqual([0, 2]);
    expect(server.calls[0]?.body).toMatchObject({ waitSeconds: 45 });
    expect(out).toContain('CREATED');
  });

  it('ends with 6 and says why when the controller refuses', async () => {
    const reasons = [{ reason: 'BackendNotFound', message: 'no Service', explanation: 'answered 500', rule: 'AGC-56' }];
    server.on('POST /v1/ingress-gateways/shop/apply', answer(200, view('REFUSED', [object({ state: 'REFUSED', reasons })])));
    const { code, out } = await apply('--wait 0');
    expect(code).toBe(6);
    expect(out).toContain('HTTPRoute/shop/web: BackendNotFound: no Service. answered 500 (AGC-56)');
  });

  it('ends with 5 when others manage the fields, and 2 for a wait that is none', async () => {
    server.on('POST /v1/ingress-gateways/shop/apply', problem(409, 'field_conflict', 'others manage it'));
    expect((await apply('')).code).toBe(5);
    expect((await apply('--wait soon')).code).toBe(2);
  });
});
