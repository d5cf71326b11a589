import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type Send } from './testing/arm-http.js';

describe('application gateways and their add-on', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: 'manual', throttling: false });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
    await scene.put(scene.subnet('gateways'), { properties: { addressPrefix: '10.240.4.0/28' } });
    await scene.put(address('pip'), {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static' },
    });
  });
  afterEach(() => emulator.close());

  const provider = (): string => `${scene.group('rg')}/providers/Microsoft.Network`;
  const address = (name: string): string => `${provider()}/publicIPAddresses/${name}`;
  const gateway = (name: string): string => `${provider()}/applicationGateways/${name}`;
  const part = (name: string, properties: JsonObject): JsonObject[] => [{ name, properties }];
  const body = (over: { subnet?: string; ip?: string; priority?: number | null } = {}): JsonObject => {
    const { subnet = 'gateways', ip = 'pip', priority = 100 } = over;
    return bodyOf(subnet, ip, priority);
  };
  const bodyOf = (subnet: string, ip: string, priority: number | null): JsonObject => ({
    location: 'westeurope',
    properties: {
      sku: { name: 'Standard_v2', tier: 'Standard_v2' },
      autoscaleConfiguration: { minCapacity: 2, maxCapacity: 10 },
      gatewayIPConfigurations: part('subnet', { subnet: { id: scene.subnet(subnet) } }),
      frontendIPConfigurations: part('public', { publicIPAddress: { id: address(ip) } }),
      frontendPorts: part('http', { port: 80 }),
      backendAddressPools: part('empty', {}),
      backendHttpSettingsCollection: part('http', { port: 80 }),
      httpListeners: part('http', { protocol: 'Http' }),
      requestRoutingRules: part('http', priority === null ? {} : { priority }),
    },
  });

  it('holds its instances in the subnet and its address until it is deleted', async () => {
    await scene.put(gateway('one'), body());
    expect((await send('GET', gateway('one'))).body).toMatchObject({ properties: { operationalState: 'Running' } });
    expect(codeOf(await send('PUT', gateway('two'), body()))).toBe('PublicIPAddressInUse');
    expect(codeOf(await send('DELETE', address('pip')))).toBe('PublicIPAddressCannotBeDeleted');
    expect(codeOf(await send('DELETE', scene.subnet('gateways')))).toBe('InUseSubnetCannotBeDeleted');
    await send('DELETE', gateway('one'));
    emulator.clock.advance(anHour);
    expect((await send('DELETE', address('pip'))).status).toBeLessThan(300);
    expect((await send('DELETE', scene.subnet('gateways'))).status).toBeLessThan(300);
  });

  it('is refused without priorities, with a Basic address, and in a subnet of another service', async () => {
    expect(codeOf(await send('PUT', gateway('one'), body({ priority: null })))).toBe('ApplicationGatewayRequestRoutingRulePriorityInvalid');
    await scene.put(address('basic'), { location: 'westeurope', sku: { name: 'Basic' }, properties: {} });
    expect(codeOf(await send('PUT', gateway('one'), body({ ip: 'basic' })))).toBe('ApplicationGatewayV2SkuMustUseStandardPublicIP');
    expect(codeOf(await send('PUT', gateway('one'), body({ ip: 'none' })))).toBe('InvalidResourceReference');
    const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.ServiceNetworking/trafficControllers' } }];
    await scene.put(scene.subnet('agc'), { properties: { addressPrefix: '10.240.5.0/24', delegations } });
    expect(codeOf(await send('PUT', gateway('one'), body({ subnet: 'agc' })))).toBe('ApplicationGatewaySubnetCannotBeUsedByOtherResources');
  });

  it('is what the add-on of a cluster drives, as an identity that comes and goes with it', async () => {
    await scene.put(gateway('one'), body());
    const wanted = (enabled: boolean, id = gateway('one')): JsonObject =>
      clusterBody({
        subnetId: scene.subnet('nodes'),
        properties: { addonProfiles: { ingressApplicationGateway: { enabled, config: { applicationGatewayId: id } } } },
      });
    expect(codeOf(await send('PUT', scene.cluster('c'), wanted(true, gateway('none')), {}))).toBe(
      'IngressAppGwAddonConfigInvalidApplicationGatewayId',
    );
    await scene.put(scene.cluster('c'), wanted(true));
    const on = await send('GET', scene.cluster('c'));
    expect(on.body).toMatchObject({
      properties: {
        addonProfiles: {
          ingressApplicationGateway: {
            enabled: true,
            identity: {
              resourceId: expect.stringMatching(/\/ingressapplicationgateway-c$/),
              clientId: expect.any(String),
              objectId: expect.any(String),
            },
          },
        },
      },
    });
    await scene.put(scene.cluster('c'), wanted(false));
    expect((await send('GET', scene.cluster('c'))).body).not.toHaveProperty('properties.addonProfiles.ingressApplicationGateway.identity');
  });
});
