import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textAt } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { armHttp, armScene, clusterBody, codeOf, type Send } from './testing/arm-http.js';

describe('what ARM checks whatever the resource', () => {
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

  it('wants a bearer token', async () => {
    const answer = await fetch(`${emulator.url}${scene.group('rg')}?api-version=2025-04-01`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'AuthenticationFailed' } });
  });

  it.each([
    ['', 'MissingApiVersionParameter'],
    ['latest', 'InvalidApiVersionParameter'],
  ])('refuses the api-version "%s"', async (version, code) => {
    const answer = await send('GET', `${scene.group('rg')}?api-version=${version}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('finds a resource in any casing, behind doubled and trailing slashes, and keeps the casing it was created with', async () => {
    const shouted = scene.network.toUpperCase().replace('/SUBSCRIPTIONS', '//SUBSCRIPTIONS');
    const answer = await send('GET', `${shouted}/`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: scene.network, name: 'spoke', type: 'Microsoft.Network/virtualNetworks' });
  });

  it.each([
    ['a group', () => `${scene.group('nowhere')}/providers/Microsoft.Network/virtualNetworks/x`, 'ResourceGroupNotFound'],
    ['a parent', () => `${scene.group('rg')}/providers/Microsoft.Network/virtualNetworks/none/subnets/x`, 'ParentResourceNotFound'],
  ])('refuses a PUT into %s that is not there', async (_, path, code) => {
    const answer = await send('PUT', path(), { location: 'westeurope', properties: { addressPrefix: '10.0.0.0/24' } });
    expect([answer.status, codeOf(answer)]).toEqual([404, code]);
  });

  it('says which resource a GET did not find', async () => {
    const answer = await send('GET', scene.cluster('none'));
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: {
        code: 'ResourceNotFound',
        message: expect.stringContaining("'Microsoft.ContainerService/managedClusters/none' under resource group 'rg'"),
      },
    });
  });

  it('knows no resource types but its own', async () => {
    const answer = await send('PUT', `${scene.group('rg')}/providers/Microsoft.Nowhere/things/x`, {});
    expect([answer.status, codeOf(answer)]).toEqual([404, 'InvalidResourceType']);
  });

  it.each([
    ['If-None-Match: * on what exists', 'rg-net', { 'if-none-match': '*' }, 412],
    ['If-Match: * on what exists', 'rg-net', { 'if-match': '*' }, 200],
    ['If-Match: * on nothing', 'absent', { 'if-match': '*' }, 412],
    ['If-Match of another version', 'rg-net', { 'if-match': '"other"' }, 412],
    ['If-None-Match: * on nothing', 'absent', { 'if-none-match': '*' }, 201],
  ])('PUT with %s', async (_, name, headers, status) => {
    const path = `${scene.group('rg')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
    if (name === 'rg-net') await send('PUT', path, { location: 'westeurope' });
    const answer = await send('PUT', path, { location: 'westeurope' }, headers);
    expect(answer.status).toBe(status);
    if (status === 412) expect(codeOf(answer)).toBe('PreconditionFailed');
  });

  it('takes an update with the eTag it gave, once', async () => {
    const read = await send('GET', scene.network);
    const body = { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } } };
    const headers = { 'if-match': textAt(read.body, 'etag') ?? '' };
    expect((await send('PUT', scene.network, body, headers)).status).toBe(200);
    emulator.clock.advance(60);
    expect((await send('PUT', scene.network, body, headers)).status).toBe(412);
  });

  it.each([[{ 'if-match': 'x', 'if-none-match': '*' }], [{ 'if-none-match': 'x' }]])('AKS does not take %o', async (headers) => {
    const answer = await send('PUT', scene.cluster('one'), clusterBody(), headers);
    expect([answer.status, answer.body['code']]).toEqual([400, 'BadRequest']);
  });

  it('deletes what is not there without a word, whatever the condition', async () => {
    expect((await send('DELETE', scene.cluster('none'), undefined, { 'if-match': 'x' })).status).toBe(204);
  });

  it('refuses to move a resource', async () => {
    const answer = await send('PUT', scene.network, {
      location: 'eastus',
      properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } },
    });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'InvalidResourceLocation']);
  });

  it('ignores the provisioningState it gave and refuses another', async () => {
    const body = (provisioningState: string) => ({
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] }, provisioningState },
    });
    expect((await send('PUT', scene.network, body('Failed'))).status).toBe(400);
    expect((await send('PUT', scene.network, body('Succeeded'))).status).toBe(200);
  });

  it('replaces with PUT what an earlier PUT said, and all tags with PATCH', async () => {
    const path = scene.identity('tagged');
    await send('PUT', path, { location: 'westeurope', tags: { a: '1', b: '2' } });
    expect((await send('PATCH', path, { tags: { c: '3' } })).body['tags']).toEqual({ c: '3' });
    expect((await send('PUT', path, { location: 'westeurope' })).body['tags']).toBeUndefined();
    expect((await send('PATCH', scene.identity('none'), { tags: {} })).status).toBe(404);
  });

  it('lists a group, a subscription and a page at a time', async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: 'manual', throttling: false, pageSize: 2 });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.put(scene.group('rg'), { location: 'westeurope' });
    await scene.put(scene.group('other'), { location: 'westeurope' });
    for (const name of ['one', 'two', 'three']) await scene.put(scene.identity(name), { location: 'westeurope' });
    const collection = '/providers/Microsoft.ManagedIdentity/userAssignedIdentities';
    const first = await send('GET', `/subscriptions/sub-1${collection}`);
    const second = await send('GET', textAt(first.body, 'nextLink') ?? '');
    const names = [first, second].flatMap(({ body }) => (body['value'] as { name: string }[]).map(({ name }) => name));
    expect(names.toSorted()).toEqual(['one', 'three', 'two']);
    expect(second.body['nextLink']).toBeUndefined();
    expect((await send('GET', `${scene.group('other')}${collection}`)).body['value']).toEqual([]);
  });

  it('answers HEAD of a group with 204 or 404', async () => {
    expect((await send('HEAD', scene.group('rg'))).status).toBe(204);
    expect((await send('HEAD', scene.group('none'))).status).toBe(404);
  });

  it('deletes a group with everything in it', async () => {
    const answer = await send('DELETE', scene.group('rg'));
    expect(answer.status).toBe(202);
    expect(codeOf(await send('PUT', scene.identity('late'), { location: 'westeurope' }))).toBe('ResourceGroupBeingDeleted');
    expect((await send('GET', String(answer.headers.get('location')))).status).toBe(202);
    emulator.clock.advance(600);
    expect((await send('GET', String(answer.headers.get('location')))).status).toBe(204);
    expect(codeOf(await send('GET', scene.network))).toBe('ResourceGroupNotFound');
  });

  it('echoes request ids', async () => {
    const { headers } = await send('GET', scene.network, undefined, { 'x-ms-client-request-id': 'mine' });
    expect(headers.get('x-ms-client-request-id')).toBe('mine');
    expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-ms-correlation-request-id')).toBeTruthy();
  });

  it('in strict mode refuses members that no schema has', async () => {
    await emulator.close();
    emulator = await startEmulator({ clock: 'manual', strictWire: true });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    const answer = await send('PUT', scene.cluster('one'), {
      ...clusterBody({ properties: { podCidr: '10.0.0.0/8' }, pool: { cout: 1 } }),
      identiy: {},
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: {
        code: 'InvalidRequestContent',
        details: [{ target: 'identiy' }, { target: 'properties.podCidr' }, { target: 'properties.agentPoolProfiles[0].cout' }],
      },
    });
    expect((await send('PUT', scene.cluster('one'), clusterBody())).status).toBe(201);
  });

  it('knows only the subscriptions it was given', async () => {
    const closed = await startEmulator({ subscriptions: ['a'] });
    expect(codeOf(await armHttp(closed)('GET', '/subscriptions/b/resourceGroups/rg'))).toBe('SubscriptionNotFound');
    expect((await armHttp(closed)('GET', '/subscriptions/A/resourceGroups')).status).toBe(200);
    await closed.close();
  });
});
