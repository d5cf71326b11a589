import { afterEach, describe, expect, it } from 'vitest';
import { at, textAt, type JsonObject } from './json.js';
import type { EmulatorOptions } from './options.js';
import { startEmulator, type Emulator } from './start-emulator.js';
import { anHour, armHttp, armScene, clusterBody, codeOf, type Answer, type Send } from './testing/arm-http.js';

const preview = '2026-08-02-preview';
const addOn: JsonObject = { ingressProfile: { applicationLoadBalancer: { enabled: true }, gatewayAPI: { installation: 'Standard' } } };

describe('the ALB Controller add-on, preview features and WAF policies', () => {
  let emulator: Emulator;
  let send: Send;
  let scene: ReturnType<typeof armScene>;
  const start = async (options: EmulatorOptions = {}): Promise<void> => {
    emulator = await startEmulator({ clock: 'manual', throttling: false, ...options });
    send = armHttp(emulator);
    scene = armScene(emulator, send);
    await scene.ground();
  };
  afterEach(() => emulator.close());

  const put = (properties: JsonObject, apiVersion: string): Promise<Answer> =>
    send('PUT', `${scene.cluster('one')}?api-version=${apiVersion}`, clusterBody({ subnetId: scene.subnet('nodes'), properties }));
  const feature = (): string =>
    `${scene.cluster('one').split('/resourceGroups/')[0] ?? ''}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/ApplicationLoadBalancerPreview?api-version=2021-07-01`;

  it('is taken by a preview api-version, gets an identity in the group of the nodes, and loses it when it is switched off', async () => {
    await start();
    expect(codeOf(await put(addOn, '2026-06-01'))).toBe('InvalidParameter');
    expect((await put(addOn, preview)).status).toBe(201);
    emulator.clock.advance(anHour);
    const identity = at(
      (await send('GET', scene.cluster('one'))).body,
      'properties',
      'ingressProfile',
      'applicationLoadBalancer',
      'identity',
    );
    expect(identity).toMatchObject({ resourceId: expect.stringMatching(/\/applicationloadbalancer-one$/), objectId: expect.any(String) });
    const id = textAt(identity, 'resourceId') ?? '';
    expect((await send('GET', id)).status).toBe(200);
    await put({ ingressProfile: { applicationLoadBalancer: { enabled: false } } }, preview);
    emulator.clock.advance(anHour);
    expect((await send('GET', id)).status).toBe(404);
  });

  it('is refused to a subscription that is not registered for it', async () => {
    await start({ unregisteredFeatures: ['ApplicationLoadBalancerPreview'] });
    expect(at((await send('GET', feature())).body, 'properties', 'state')).toBe('NotRegistered');
    expect(codeOf(await put(addOn, preview))).toBe('BadRequest');
  });

  it('knows the WAF policies that were made, and makes those that are read only when it is told to', async () => {
    await start();
    const policy = (): string =>
      `${scene.cluster('one').split('/resourceGroups/')[0] ?? ''}/resourceGroups/rg-sec/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/w`;
    expect((await send('GET', policy())).status).toBe(404);
    await emulator.close();
    await start({ assumeWafPolicies: true });
    expect((await send('GET', policy())).body).toMatchObject({ name: 'w', properties: { policySettings: { state: 'Enabled' } } });
    expect((await send('GET', policy())).body).not.toHaveProperty('location');
  });
});
