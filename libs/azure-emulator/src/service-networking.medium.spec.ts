import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type Send } from './testing/arm-http.js';

const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }];

describe('Application Gateway for Containers', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    await scene.put(scene.subnet('agc'), { properties: { addressPrefix: '10.240.9.0/24', delegations } });
    await scene.put(scene.controller('agc-1'), { location: 'westeurope' });
  });
  afterEach(() => emulator.close());

  const associate = (subnet: string, controller = 'agc-1') =>
    send('PUT', `${scene.controller(controller)}/associations/as`, {
      location: 'westeurope',
      properties: { associationType: 'subnets', subnet: { id: scene.subnet(subnet) } },
    });
  const frontend = (name: string) =>
    send('PUT', `${scene.controller('agc-1')}/frontends/${name}`, { location: 'westeurope', properties: {} });

  it('takes five to six virtual minutes and is Provisioning meanwhile', async () => {
    const created = await send('PUT', scene.controller('agc-2'), { location: 'westeurope' });
    expect(at(created.body, 'properties', 'provisioningState')).toBe('Provisioning');
    emulator.clock.advance(299);
    expect(at((await send('GET', scene.controller('agc-2'))).body, 'properties', 'provisioningState')).toBe('Provisioning');
    emulator.clock.advance(61);
    expect(at((await send('GET', scene.controller('agc-2'))).body, 'properties', 'provisioningState')).toBe('Succeeded');
  });

  it('takes children only when it is ready itself', async () => {
    await send('PUT', scene.controller('agc-2'), { location: 'westeurope' });
    expect(codeOf(await associate('agc', 'agc-2'))).toBe('RetryableError');
  });

  it('gives a frontend its name on the internet when it is provisioned, and lists its children', async () => {
    await frontend('fe');
    expect(at((await send('GET', `${scene.controller('agc-1')}/frontends/fe`)).body, 'properties', 'fqdn')).toBeUndefined();
    emulator.clock.advance(anHour);
    expect(at((await send('GET', `${scene.controller('agc-1')}/frontends/fe`)).body, 'properties', 'fqdn')).toMatch(
      /^[0-9a-f]{16}\.fz\d\d\.alb\.azure\.com$/,
    );
    expect((await associate('agc')).status).toBe(201);
    emulator.clock.advance(anHour);
    expect((await send('GET', scene.controller('agc-1'))).body).toMatchObject({
      properties: {
        frontends: [{ id: `${scene.controller('agc-1')}/frontends/fe` }],
        associations: [{ id: `${scene.controller('agc-1')}/associations/as` }],
      },
    });
  });

  it('has at most five frontends (AGC-12) and one association (AGC-11)', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) expect((await frontend(name)).status).toBe(201);
    expect((await frontend('f')).status).toBe(400);
    await associate('agc');
    const second = await send('PUT', `${scene.controller('agc-1')}/associations/other`, {
      location: 'westeurope',
      properties: { associationType: 'subnets', subnet: { id: scene.subnet('agc') } },
    });
    expect([second.status, second.headers.get('x-emulated')]).toEqual([400, 'code']);
  });

  it.each([
    ['that is not delegated (AGC-20)', 'nodes', 'AppGwForContainersAssociationSubnetNotDelegatedToTrafficController'],
    ['smaller than a /24 (AGC-21)', 'small', 'AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet'],
    ['that does not exist', 'none', 'InvalidResourceReference'],
  ])('refuses a subnet %s', async (_, subnet, code) => {
    await scene.put(scene.subnet('small'), { properties: { addressPrefix: '10.240.12.0/25', delegations } });
    const answer = await associate(subnet);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('on overlay shares its subnet with nobody (AGC-22) and wants exactly a /24 (AGC-21)', async () => {
    await scene.put(scene.cluster('one'), clusterBody({ subnetId: scene.subnet('nodes') }));
    await scene.put(scene.controller('agc-2'), { location: 'westeurope' });
    await scene.put(scene.subnet('wide'), { properties: { addressPrefix: '10.240.16.0/22', delegations } });
    await associate('agc');
    emulator.clock.advance(anHour);
    expect(codeOf(await associate('agc', 'agc-2'))).toBe('AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet');
    const wide = await associate('wide', 'agc-2');
    expect(wide.status).toBe(201);
    emulator.clock.advance(anHour);
    expect((await send('GET', wide.headers.get('azure-asyncoperation') ?? '')).body).toMatchObject({
      status: 'Failed',
      error: { message: 'extensionIPRange prefix length too short (/22). Must be 24 or higher.' },
    });
  });

  it('keeps its subnet in use, and is not deleted before its children', async () => {
    await associate('agc');
    emulator.clock.advance(anHour);
    expect(codeOf(await send('DELETE', scene.subnet('agc')))).toBe('InUseSubnetCannotBeDeleted');
    expect((await send('GET', scene.subnet('agc'))).body).toMatchObject({
      properties: { serviceAssociationLinks: [{ properties: { linkedResourceType: 'Microsoft.ServiceNetworking/trafficControllers' } }] },
    });
    expect(codeOf(await send('DELETE', scene.controller('agc-1')))).toBe('CannotDeleteResource');
    await send('DELETE', `${scene.controller('agc-1')}/associations/as`);
    emulator.clock.advance(anHour);
    expect((await send('DELETE', scene.controller('agc-1'))).status).toBe(202);
    expect((await send('DELETE', scene.subnet('agc'))).status).toBe(202);
  });
});
