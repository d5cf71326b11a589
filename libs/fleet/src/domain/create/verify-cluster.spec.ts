import { describe, expect, it } from 'vitest';
import { networkProfile } from './bodies.js';
import { anInput } from './builders.js';
import { verifyCluster } from './verify-cluster.js';

const input = anInput();
const cluster = (change: Record<string, unknown> = {}, pool: Record<string, unknown> = {}) => ({
  properties: {
    provisioningState: 'Succeeded',
    agentPoolProfiles: [{ name: 'system', provisioningState: 'Succeeded', ...pool }],
    networkProfile: networkProfile(input),
    oidcIssuerProfile: { enabled: true, issuerURL: 'https://issuer/1/' },
    ...change,
  },
});

describe(verifyCluster.name, () => {
  it('accepts a cluster that is as planned and tells its issuer', () => {
    expect(verifyCluster(input, cluster())).toEqual({ state: 'AS_PLANNED', oidcIssuerUrl: 'https://issuer/1/' });
  });

  it('does not believe a Succeeded cluster with a Failed pool', () => {
    expect(verifyCluster(input, cluster({}, { provisioningState: 'Failed' }))).toMatchObject({
      state: 'WRONG',
      code: 'provisioning_failed',
      details: ['pool system is Failed'],
    });
  });

  it('waits while a pool is still being made', () => {
    expect(verifyCluster(input, cluster({}, { provisioningState: 'Creating' }))).toEqual({
      state: 'NOT_YET',
      reason: 'pool system is Creating',
    });
  });

  it('names every difference between the network and the plan', () => {
    const other = { ...networkProfile(input), podCidr: '10.244.0.0/16', networkPluginMode: undefined };
    expect(verifyCluster(input, cluster({ networkProfile: other }))).toMatchObject({
      state: 'WRONG',
      code: 'not_as_planned',
      details: [
        'networkProfile.networkPluginMode is undefined, planned "overlay"',
        'networkProfile.podCidr is "10.244.0.0/16", planned "192.168.0.0/20"',
      ],
    });
  });
});
