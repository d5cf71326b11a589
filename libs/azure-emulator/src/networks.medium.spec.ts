import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type Send } from './testing/arm-http.js';

describe('virtual networks', () => {
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

  const networkOf = (name: string): string => `${scene.group('rg')}/providers/Microsoft.Network/virtualNetworks/${name}`;
  const space = (...addressPrefixes: string[]): JsonObject => ({
    location: 'westeurope',
    properties: { addressSpace: { addressPrefixes } },
  });

  it.each([
    ['no CIDR', '10.1/16', 'InvalidCIDRNotation'],
    ['host bits', '10.1.0.1/16', 'InvalidCIDRNotation'],
    ['multicast', '224.0.0.0/8', 'InvalidParameter'],
  ])('refuses an address space with %s', async (_, prefix, code) => {
    const answer = await send('PUT', networkOf('other'), space(prefix));
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it.each([
    ['outside the network', '10.1.0.0/24', 'NetcfgSubnetRangeOutsideVnet'],
    ['over a sibling', '10.240.0.128/25', 'NetcfgSubnetRangesOverlap'],
    ['with host bits', '10.240.1.1/24', 'NetcfgInvalidSubnet'],
    ['smaller than a /29 (SN-02)', '10.240.1.0/30', 'NetcfgInvalidSubnet'],
  ])('refuses a subnet %s', async (_, addressPrefix, code) => {
    const answer = await send('PUT', scene.subnet('next'), { properties: { addressPrefix } });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('is one lock: a sibling is told to wait with 429, the same resource with 409', async () => {
    expect((await send('PUT', scene.subnet('a'), { properties: { addressPrefix: '10.240.1.0/24' } })).status).toBe(201);
    const sibling = await send('PUT', scene.subnet('b'), { properties: { addressPrefix: '10.240.2.0/24' } });
    expect(sibling.status).toBe(429);
    expect(sibling.body).toMatchObject({ error: { code: 'RetryableError', details: [{ code: 'ReferencedResourceNotProvisioned' }] } });
    const same = await send('PUT', scene.subnet('a'), { properties: { addressPrefix: '10.240.1.0/24' } });
    expect([same.status, codeOf(same)]).toEqual([409, 'AnotherOperationInProgress']);
    emulator.clock.advance(60);
    expect((await send('PUT', scene.subnet('b'), { properties: { addressPrefix: '10.240.2.0/24' } })).status).toBe(201);
  });

  it('lets two networks be written at once', async () => {
    await scene.put(networkOf('other'), space('10.1.0.0/16'));
    expect((await send('PUT', scene.subnet('a'), { properties: { addressPrefix: '10.240.1.0/24' } })).status).toBe(201);
    expect((await send('PUT', `${networkOf('other')}/subnets/a`, { properties: { addressPrefix: '10.1.1.0/24' } })).status).toBe(201);
  });

  it('keeps its subnets when a PUT names none, and deletes those a PUT leaves out', async () => {
    await scene.put(scene.network, space('10.240.0.0/16', '10.250.0.0/16'));
    expect((await send('GET', scene.subnet('nodes'))).status).toBe(200);
    await scene.put(scene.network, {
      location: 'westeurope',
      properties: {
        addressSpace: { addressPrefixes: ['10.240.0.0/16'] },
        subnets: [{ name: 'new', properties: { addressPrefix: '10.240.9.0/24' } }],
      },
    });
    expect((await send('GET', scene.subnet('nodes'))).status).toBe(404);
    expect((await send('GET', scene.subnet('new'))).body).toMatchObject({ properties: { provisioningState: 'Succeeded' } });
  });

  it('keeps a subnet that is in use, its prefix and its addresses', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ count: 4, subnetId: scene.subnet('nodes') }));
    expect(codeOf(await send('DELETE', scene.subnet('nodes')))).toBe('InUseSubnetCannotBeDeleted');
    expect(codeOf(await send('DELETE', scene.network))).toBe('InUseSubnetCannotBeDeleted');
    expect(codeOf(await send('PUT', scene.subnet('nodes'), { properties: { addressPrefix: '10.240.0.0/25' } }))).toBe(
      'InUsePrefixCannotBeDeleted',
    );
    const usages = await send('GET', `${scene.network}/usages`);
    expect(usages.body['value']).toMatchObject([{ currentValue: 4, limit: 251 }]);
    const deleted = await send('DELETE', scene.cluster('one'));
    expect(deleted.status).toBe(202);
    emulator.clock.advance(anHour);
    expect((await send('DELETE', scene.subnet('nodes'))).status).toBe(202);
  });

  const peer = (from: string, to: string) =>
    send('PUT', `${networkOf(from)}/virtualNetworkPeerings/to-${to}`, { properties: { remoteVirtualNetwork: { id: networkOf(to) } } });
  const stateOf = async (from: string, to: string): Promise<unknown> => {
    const { body } = await send('GET', `${networkOf(from)}/virtualNetworkPeerings/to-${to}`);
    const { peeringState, peeringSyncLevel } = body['properties'] as JsonObject;
    return [peeringState, peeringSyncLevel];
  };

  it('is peered when both sides have said so', async () => {
    await scene.put(networkOf('hub'), space('10.200.0.0/24'));
    expect((await peer('spoke', 'hub')).status).toBe(201);
    emulator.clock.advance(60);
    expect(await stateOf('spoke', 'hub')).toEqual(['Initiated', 'FullyInSync']);
    await peer('hub', 'spoke');
    emulator.clock.advance(60);
    expect(await stateOf('spoke', 'hub')).toEqual(['Connected', 'FullyInSync']);
    expect(await stateOf('hub', 'spoke')).toEqual(['Connected', 'FullyInSync']);
    await scene.put(networkOf('hub'), space('10.200.0.0/24', '10.201.0.0/24'));
    expect(await stateOf('spoke', 'hub')).toEqual(['Connected', 'RemoteNotInSync']);
    await send('DELETE', `${networkOf('hub')}/virtualNetworkPeerings/to-spoke`);
    emulator.clock.advance(60);
    expect((await stateOf('spoke', 'hub')) as string[]).toContain('Disconnected');
  });

  it('is not peered with one that uses its addresses, or those of another peer', async () => {
    await scene.put(networkOf('twin'), space('10.240.128.0/17'));
    await scene.put(networkOf('hub'), space('10.200.0.0/24'));
    await scene.put(networkOf('hub2'), space('10.200.0.0/25'));
    expect(codeOf(await peer('spoke', 'twin'))).toBe('VnetAddressSpacesOverlap');
    await peer('spoke', 'hub');
    emulator.clock.advance(60);
    expect(codeOf(await peer('spoke', 'hub2'))).toBe('VnetAddressSpaceOverlapsWithAlreadyPeeredVnet');
    expect(codeOf(await peer('spoke', 'none'))).toBe('InvalidResourceReference');
  });
});
