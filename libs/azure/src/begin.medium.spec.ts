import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Arm } from './arm.js';
import { connectArm } from './connect-arm.js';
import { staticCredential } from './credentials.js';
import { aCluster, CLUSTER, CONTROLLER, create, factsOf, REQUEST_ID, ScriptedArm, STATUS, tokenOf } from './testing/scripted-arm.js';

let scripted: ScriptedArm;
let arm: Arm;

beforeEach(async () => {
  scripted = await ScriptedArm.start();
  arm = scripted.connect();
});

afterEach(() => scripted.stop());

describe('a write', () => {
  it('puts the body of the caller on the wire whole, with conditions, api-version, request id and token', async () => {
    scripted.turns = [scripted.accepted({ 'retry-after': '7' })];
    const outcome = await arm.begin({ ...create, apiVersion: '2026-02-01' });
    expect(outcome).toMatchObject({
      state: 'RUNNING',
      httpStatus: 201,
      retryAfterSeconds: 7,
      resource: { etag: 'e1', provisioningState: 'Creating' },
    });
    expect(JSON.parse(scripted.seen[0]?.body ?? '')).toEqual(create.body);
    expect(scripted.seen[0]?.url).toBe(`${CLUSTER}?api-version=2026-02-01`);
    expect(scripted.seen[0]?.headers).toMatchObject({
      'if-none-match': '*',
      'x-ms-client-request-id': REQUEST_ID,
      authorization: 'Bearer t0ken',
    });
  });

  it('by id does the same for a type without a client of its own', async () => {
    scripted.turns = [
      {
        status: 201,
        headers: { 'azure-asyncoperation': scripted.origin + STATUS },
        body: { id: CONTROLLER, properties: { provisioningState: 'Provisioning' } },
      },
    ];
    const request = { ...create, resourceId: CONTROLLER, apiVersion: '2025-01-01' };
    expect(await arm.begin(request)).toMatchObject({ state: 'RUNNING', resource: { provisioningState: 'Provisioning' } });
    expect(JSON.parse(scripted.seen[0]?.body ?? '')).toEqual(create.body);
    expect(scripted.seen[0]?.url).toBe(`${CONTROLLER}?api-version=2025-01-01`);
  });

  it('answered with a finished resource is done without a poll', async () => {
    scripted.turns = [{ status: 200, body: aCluster('Succeeded', { unmodelled: [1] }) }];
    const outcome = await arm.begin(create);
    expect(outcome).toMatchObject({ state: 'SUCCEEDED', resource: { id: CLUSTER, raw: { properties: { unmodelled: [1] } } } });
    expect(scripted.seen).toHaveLength(1);
  });

  it('answered with a failed resource has failed, for the reason the resource gives', async () => {
    scripted.turns = [
      { status: 200, body: aCluster('Failed', { status: { provisioningError: { code: 'SubnetIsFull', message: 'full' } } }) },
    ];
    expect(await arm.begin(create)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'SubnetIsFull', class: 'FATAL' },
      resource: { id: CLUSTER },
    });
  });

  it('with both conditions is refused here, since Azure answers 400', async () => {
    expect(await factsOf(arm.begin({ ...create, ifMatch: 'e1' }))).toMatchObject({ code: 'BadRequest', class: 'FATAL' });
    expect(scripted.seen).toHaveLength(0);
  });

  it('is sent once, whatever the answer: the queue owns retries', async () => {
    scripted.turns = [{ status: 503, headers: { 'retry-after': '1' }, text: 'try later' }];
    expect(await factsOf(arm.begin(create))).toMatchObject({
      httpStatus: 503,
      code: 'ServiceUnavailable',
      class: 'TRANSIENT',
      retryAfterSeconds: 1,
    });
    expect(scripted.seen).toHaveLength(1);
  });
});

describe('a write that Azure refuses', () => {
  it('keeps the nested details and the request ids, which the SDK drops', async () => {
    const details = [{ code: 'PodCidrOverlap', message: 'inner', target: 'podCidr' }];
    scripted.turns = [
      {
        status: 400,
        headers: { 'x-ms-request-id': 'r1', 'x-ms-correlation-request-id': 'c1', 'x-ms-routing-request-id': 'WE:1' },
        body: { error: { code: 'InvalidParameter', message: 'outer', target: 'networkProfile', details } },
      },
    ];
    expect(await factsOf(arm.begin(create))).toEqual({
      httpStatus: 400,
      code: 'InvalidParameter',
      message: 'outer',
      target: 'networkProfile',
      details,
      class: 'FATAL',
      mustAct: 'USER',
      requestIds: {
        'x-ms-request-id': 'r1',
        'x-ms-correlation-request-id': 'c1',
        'x-ms-routing-request-id': 'WE:1',
        'x-ms-client-request-id': REQUEST_ID,
      },
    });
  });

  it('in the flat form of AKS because an operation is running leads to reading the cluster', async () => {
    scripted.turns = [
      {
        status: 409,
        body: {
          code: 'OperationNotAllowed',
          details: null,
          message: 'another operation (Creating) is in progress',
          subcode: '',
          target: '',
        },
      },
    ];
    expect(await factsOf(arm.begin(create))).toMatchObject({
      httpStatus: 409,
      code: 'OperationNotAllowed',
      class: 'ADOPT',
      mustAct: 'NOBODY',
    });
  });

  it('with 412 leads to reading the cluster', async () => {
    scripted.turns = [{ status: 412, body: { code: 'PreconditionFailed', message: 'exists' } }];
    expect(await factsOf(arm.begin(create))).toMatchObject({ class: 'ADOPT' });
  });

  it('with a page of HTML still has a code and a message', async () => {
    scripted.turns = [{ status: 502, headers: { 'content-type': 'text/html' }, text: '<html>bad gateway</html>' }];
    expect(await factsOf(arm.begin(create))).toMatchObject({ code: 'BadGateway', message: '<html>bad gateway</html>', class: 'TRANSIENT' });
  });
});

describe('a write whose answer is lost', () => {
  it('because the connection was reset may have been accepted (F4)', async () => {
    scripted.turns = ['reset'];
    expect(await factsOf(arm.begin(create))).toMatchObject({ code: 'ConnectionLost', class: 'ADOPT' });
    expect(scripted.seen).toHaveLength(1);
  });

  it('because the front door gave up may have been accepted (F5)', async () => {
    scripted.turns = [{ status: 504, text: '' }];
    expect(await factsOf(arm.begin(create))).toMatchObject({ httpStatus: 504, class: 'ADOPT' });
  });

  it('because it took too long may have been accepted', async () => {
    scripted.turns = ['silence'];
    expect(await factsOf(scripted.connect({ httpTimeoutMs: 40 }).begin(create))).toMatchObject({ code: 'RequestTimeout', class: 'ADOPT' });
  });

  it('by id is no different', async () => {
    scripted.turns = ['reset'];
    expect(await factsOf(arm.begin({ ...create, resourceId: CONTROLLER }))).toMatchObject({ code: 'ConnectionLost', class: 'ADOPT' });
  });

  it('for want of anybody listening was never sent', async () => {
    const nobody = connectArm({ endpoint: 'http://127.0.0.1:1', credential: staticCredential('t') });
    expect(await factsOf(nobody.begin(create))).toMatchObject({ code: 'NotReachable', class: 'TRANSIENT' });
  });

  it('for want of a token was never sent, and the operator must act', async () => {
    const refusing = {
      getToken: () => Promise.reject(Object.assign(new Error('no identity here'), { name: 'CredentialUnavailableError' })),
    };
    const locked = connectArm({ endpoint: scripted.origin, credential: refusing });
    expect(await factsOf(locked.begin(create))).toMatchObject({ code: 'CredentialUnavailable', class: 'QUOTA', mustAct: 'OPERATOR' });
    expect(scripted.seen).toHaveLength(0);
  });
});

describe('a removal', () => {
  const remove = { method: 'DELETE' as const, resourceId: CLUSTER, apiVersion: '2026-06-01', clientRequestId: REQUEST_ID };

  it('of what is not there is done', async () => {
    scripted.turns = [{ status: 204 }, { status: 404, body: { error: { code: 'ResourceGroupNotFound', message: 'no group' } } }];
    expect(await arm.begin(remove)).toMatchObject({ state: 'SUCCEEDED', httpStatus: 204 });
    expect(await arm.begin(remove)).toMatchObject({ state: 'SUCCEEDED', httpStatus: 404 });
  });

  it('in a subscription that is not there is a mistake', async () => {
    scripted.turns = [{ status: 404, body: { error: { code: 'SubscriptionNotFound', message: 'no' } } }];
    expect(await factsOf(arm.begin(remove))).toMatchObject({ class: 'FATAL' });
  });

  it('is followed by its Location until that ends', async () => {
    scripted.turns = [{ status: 202, headers: { location: scripted.origin + STATUS } }, { status: 202 }, { status: 204 }];
    const token = await tokenOf(arm.begin(remove));
    expect(await arm.poll(token)).toMatchObject({ state: 'RUNNING' });
    expect(await arm.poll(token)).toMatchObject({ state: 'SUCCEEDED' });
  });
});

describe('an abort', () => {
  it('is done when nothing runs any more', async () => {
    scripted.turns = [{ status: 202, headers: { 'azure-asyncoperation': scripted.origin + STATUS, location: scripted.origin + STATUS } }];
    const token = await tokenOf(arm.abort(CLUSTER, '2026-06-01', REQUEST_ID));
    expect(scripted.seen[0]).toMatchObject({ method: 'POST', url: `${CLUSTER}/abort?api-version=2026-06-01` });
    scripted.turns = [{ status: 200, body: { status: 'Succeeded' } }, { status: 204 }, { status: 200, body: aCluster('Canceled') }];
    expect(await arm.poll(token)).toMatchObject({ state: 'SUCCEEDED', resource: { provisioningState: 'Canceled' } });
  });

  it('that comes too late says so (F26)', async () => {
    scripted.turns = [{ status: 409, body: { code: 'OperationNotAllowed', message: 'no operation to abort' } }];
    expect(await factsOf(arm.abort(CLUSTER, '2026-06-01', REQUEST_ID))).toMatchObject({ httpStatus: 409, class: 'ADOPT' });
  });

  it('of a type that has none is refused here', async () => {
    expect(await factsOf(arm.abort(CONTROLLER, '2025-01-01', REQUEST_ID))).toMatchObject({ code: 'AbortNotSupported' });
  });
});

describe('two calls at once', () => {
  it('keep their answers apart', async () => {
    scripted.turns = [scripted.accepted(), { status: 412, body: { code: 'PreconditionFailed', message: 'exists' } }];
    const outcomes = await Promise.allSettled([
      arm.begin(create),
      arm.begin({ ...create, clientRequestId: REQUEST_ID.replace(/1$/, '2') }),
    ]);
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ facts: expect.objectContaining({ code: 'PreconditionFailed' }) }),
    });
  });
});
