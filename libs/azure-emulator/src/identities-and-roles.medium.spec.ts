import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, textAt } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { armHttp, armScene, codeOf, type Send } from './testing/arm-http.js';

const guid = (digit: number): string => `00000000-0000-4000-8000-${String(digit).padStart(12, '0')}`;
const reader = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7';
const contributor = '/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7';

describe('identities and roles', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  let principalId: string;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false, replicationLagSeconds: 30 });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    const created = await send('PUT', scene.identity('id-one'), { location: 'westeurope' });
    principalId = textAt(created.body, 'properties', 'principalId') ?? '';
  });
  afterEach(() => emulator.close());

  const assign = (name: string, scope: string, role = reader, who = principalId) =>
    send('PUT', `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
      properties: { roleDefinitionId: role, principalId: who, principalType: 'ServicePrincipal' },
    });

  it('keeps the ids of an identity over updates and gives a recreated one new ids', async () => {
    const again = await send('PUT', scene.identity('id-one'), { location: 'westeurope', tags: { a: '1' } });
    expect([again.status, at(again.body, 'properties', 'principalId')]).toEqual([200, principalId]);
    expect((await send('DELETE', scene.identity('id-one'))).status).toBe(200);
    const reborn = await send('PUT', scene.identity('id-one'), { location: 'westeurope' });
    expect(at(reborn.body, 'properties', 'principalId')).not.toBe(principalId);
  });

  it('does not know a new identity until the directory has replicated it', async () => {
    const early = await assign(guid(1), scene.network);
    expect([early.status, codeOf(early)]).toEqual([400, 'PrincipalNotFound']);
    emulator.clock.advance(30);
    expect((await assign(guid(1), scene.network)).status).toBe(201);
    expect(codeOf(await assign(guid(2), scene.network, reader, guid(9)))).toBe('PrincipalNotFound');
  });

  it('takes the same assignment twice by the same name and refuses it by another', async () => {
    emulator.clock.advance(30);
    expect((await assign(guid(1), scene.network)).status).toBe(201);
    expect((await assign(guid(1), scene.network)).status).toBe(200);
    const twin = await assign(guid(2), scene.network);
    expect([twin.status, codeOf(twin)]).toEqual([409, 'RoleAssignmentExists']);
    expect((await assign(guid(2), scene.network, contributor)).status).toBe(201);
    expect(codeOf(await assign(guid(1), scene.network, contributor))).toBe('RoleAssignmentUpdateNotPermitted');
    expect((await assign(guid(3), scene.subnet('nodes'))).status).toBe(201);
  });

  it('lists assignments at a scope, above and below it, and by principal', async () => {
    emulator.clock.advance(30);
    await assign(guid(1), scene.group('rg'));
    await assign(guid(2), scene.subnet('nodes'), contributor);
    const list = async (scope: string, filter = ''): Promise<string[]> => {
      const { body } = await send(
        'GET',
        `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=${encodeURIComponent(filter)}`,
      );
      return (body['value'] as { name: string }[]).map(({ name }) => name);
    };
    expect(await list(scene.group('rg'))).toEqual([guid(1), guid(2)]);
    expect(await list(scene.group('rg'), 'atScope()')).toEqual([guid(1)]);
    expect(await list(scene.subnet('nodes'), 'atScope()')).toEqual([guid(1), guid(2)]);
    expect(await list(scene.group('rg'), `principalId eq '${guid(7)}'`)).toEqual([]);
  });

  const credential = (name: string, subject: string) =>
    send('PUT', `${scene.identity('id-one')}/federatedIdentityCredentials/${name}`, {
      properties: { issuer: 'https://issuer', subject: `system:serviceaccount:ns:${subject}`, audiences: ['api://AzureADTokenExchange'] },
    });

  it('writes federated credentials one after the other, never two at once on one identity', async () => {
    const together = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => credential(`credential-${name}`, name)));
    expect(together.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
    expect(together.map(codeOf)).toContain('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity');
    expect((await credential('third', 'z')).status).toBe(201);
    expect((await credential('third', 'z')).status).toBe(200);
  });

  it('refuses one issuer and subject under two names, and more than twenty credentials', async () => {
    expect((await credential('first', 'a')).status).toBe(201);
    expect(codeOf(await credential('other', 'a'))).toBe('Conflict');
    for (let number = 1; number < 20; number += 1) await credential(`more-${number}`, `m${number}`);
    expect((await credential('too-many', 'z')).status).toBe(400);
  });
});
