import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Arm } from './arm.js';
import { resourceToken } from './operation-token.js';
import { aCluster, CLUSTER, CONTROLLER, create, factsOf, ScriptedArm, STATUS, tokenOf } from './testing/scripted-arm.js';

let scripted: ScriptedArm;
let arm: Arm;

beforeEach(async () => {
  scripted = await ScriptedArm.start();
  arm = scripted.connect();
});

afterEach(() => scripted.stop());

describe('a poll', () => {
  it('asks once and keeps the token while the operation runs', async () => {
    scripted.turns = [scripted.accepted(), { status: 200, headers: { 'retry-after': '12' }, body: { status: 'InProgress' } }];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({ state: 'RUNNING', token, retryAfterSeconds: 12 });
    expect(scripted.seen).toHaveLength(2);
    expect(scripted.seen[1]?.url).toBe(STATUS);
  });

  it('reads the resource back at the end', async () => {
    scripted.turns = [
      scripted.accepted(),
      { status: 200, body: { status: 'Succeeded' } },
      { status: 200, body: aCluster('Succeeded', { fqdn: 'x', unmodelled: true }) },
    ];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({
      state: 'SUCCEEDED',
      resource: { provisioningState: 'Succeeded', raw: { properties: { unmodelled: true } } },
    });
  });

  it('goes on by another client, at another port, from the same token', async () => {
    scripted.turns = [scripted.accepted()];
    const token = await tokenOf(arm.begin(create));
    expect(token).toContain('https://management.azure.com');
    expect(token).not.toContain('127.0.0.1');
    expect(token).not.toContain('t0ken');
    scripted.turns = [
      { status: 200, body: { status: 'Succeeded' } },
      { status: 200, body: aCluster('Succeeded') },
    ];
    expect(await scripted.connect().poll(token)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('of a failed operation keeps its code and its nested details (F17)', async () => {
    const details = [{ code: 'Inner', message: 'subnet nodes has 0 addresses left' }];
    scripted.turns = [
      scripted.accepted(),
      { status: 200, body: { status: 'Failed', error: { code: 'SubnetIsFull', message: 'full', details } } },
    ];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'SubnetIsFull', message: 'full', details, class: 'FATAL', httpStatus: 200 },
    });
  });

  it('of a failed operation without a reason asks the resource', async () => {
    const why = { status: { provisioningError: { code: 'PodDrainFailure', message: 'pdb' } } };
    scripted.turns = [scripted.accepted(), { status: 200, body: { status: 'Failed' } }, { status: 200, body: aCluster('Failed', why) }];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'PodDrainFailure' },
      resource: { provisioningState: 'Failed' },
    });
  });

  it('of an operation somebody canceled says so (F19)', async () => {
    scripted.turns = [
      scripted.accepted(),
      { status: 200, body: { status: 'Canceled', error: { code: 'OperationCanceled', message: 'by portal' } } },
    ];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({ state: 'CANCELED', failure: { message: 'by portal' } });
  });

  it.each([
    [404, 'ADOPT'],
    [410, 'ADOPT'],
    [403, 'ADOPT'],
    [500, 'TRANSIENT'],
    [503, 'TRANSIENT'],
    [429, 'TRANSIENT'],
  ] as const)('whose status URL answers %s is %s, and the token stays good (F20, F21)', async (status, expected) => {
    scripted.turns = [scripted.accepted(), { status, body: { error: { code: 'Whatever', message: 'm' } } }];
    const token = await tokenOf(arm.begin(create));
    expect(await factsOf(arm.poll(token))).toMatchObject({ httpStatus: status, class: expected });
    scripted.turns = [
      { status: 200, body: { status: 'Succeeded' } },
      { status: 200, body: aCluster('Succeeded') },
    ];
    expect(await arm.poll(token)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('whose answer is lost leaves the token good', async () => {
    scripted.turns = [scripted.accepted(), 'reset', { status: 200, body: { status: 'InProgress' } }];
    const token = await tokenOf(arm.begin(create));
    expect(await factsOf(arm.poll(token))).toMatchObject({ code: 'ConnectionLost', class: 'TRANSIENT' });
    expect(await arm.poll(token)).toMatchObject({ state: 'RUNNING' });
  });

  it('trusts the resource, not the status: Succeeded over a failed resource has failed (F22)', async () => {
    scripted.turns = [scripted.accepted(), { status: 200, body: { status: 'Succeeded' } }, { status: 200, body: aCluster('Failed') }];
    const token = await tokenOf(arm.begin(create));
    expect(await arm.poll(token)).toMatchObject({ state: 'FAILED', failure: { code: 'ProvisioningFailed', class: 'QUOTA' } });
  });

  it('goes on with the resource itself when that is not ready although the status is (F22)', async () => {
    scripted.turns = [scripted.accepted(), { status: 200, body: { status: 'Succeeded' } }, { status: 200, body: aCluster('Updating') }];
    const outcome = await arm.poll(await tokenOf(arm.begin(create)));
    scripted.turns = [{ status: 200, body: aCluster('Succeeded') }];
    expect(await arm.poll(await tokenOf(Promise.resolve(outcome)))).toMatchObject({ state: 'SUCCEEDED' });
    expect(scripted.seen.at(-1)).toMatchObject({ method: 'GET', url: `${CLUSTER}?api-version=2026-06-01` });
  });

  it('tolerates a resource that is not readable yet although the status says Succeeded (F22)', async () => {
    scripted.turns = [
      scripted.accepted(),
      { status: 200, body: { status: 'Succeeded' } },
      { status: 404, body: { error: { code: 'ResourceNotFound', message: 'not yet' } } },
    ];
    expect(await factsOf(arm.poll(await tokenOf(arm.begin(create))))).toMatchObject({ httpStatus: 404, class: 'TRANSIENT' });
  });

  it('of an adopted resource reads that resource', async () => {
    scripted.turns = [
      { status: 200, body: aCluster('Creating') },
      { status: 200, body: aCluster('Succeeded') },
    ];
    const token = resourceToken(CLUSTER, '2026-06-01');
    expect(await arm.poll(token)).toMatchObject({ state: 'RUNNING', resource: { provisioningState: 'Creating' } });
    expect(await arm.poll(token)).toMatchObject({ state: 'SUCCEEDED' });
  });

  it('never takes the token to another host', async () => {
    scripted.turns = [{ status: 201, headers: { 'azure-asyncoperation': 'https://example.org/steal' }, body: aCluster('Creating') }];
    const token = await tokenOf(arm.begin(create));
    expect((await factsOf(arm.poll(token))).message).toContain('example.org');
    expect(scripted.seen).toHaveLength(1);
  });

  it('by id reads the resource back and keeps the details of a failure', async () => {
    const request = { ...create, resourceId: CONTROLLER, apiVersion: '2025-01-01' };
    scripted.turns = [{ status: 201, headers: { 'azure-asyncoperation': scripted.origin + STATUS }, body: { id: CONTROLLER } }];
    const token = await tokenOf(arm.begin(request));
    scripted.turns = [
      { status: 200, body: { status: 'Succeeded' } },
      { status: 200, body: { id: CONTROLLER, properties: { provisioningState: 'Succeeded', frontends: [] } } },
    ];
    expect(await scripted.connect().poll(token)).toMatchObject({
      state: 'SUCCEEDED',
      resource: { raw: { properties: { frontends: [] } } },
    });
    scripted.turns = [
      { status: 200, body: { status: 'Failed', error: { code: 'X', message: 'm', details: [{ code: 'Y', message: 'n' }] } } },
    ];
    expect(await arm.poll(token)).toMatchObject({ state: 'FAILED', failure: { details: [{ code: 'Y', message: 'n' }] } });
  });
});
