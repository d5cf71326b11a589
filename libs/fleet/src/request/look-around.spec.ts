import { type Arm, ArmFailure, type ArmResource } from '@podspan/azure';
import { describe, expect, it } from 'vitest';
import { aCluster } from '../domain/builders.js';
import { lookAround } from './look-around.js';
import type { Ipam } from '../ports/ipam.js';
import { readRequest } from './read-request.js';

const subscriptionId = '11111111-1111-4111-8111-111111111111';
const vnet = `/subscriptions/${subscriptionId}/resourceGroups/rg-spoke/providers/Microsoft.Network/virtualNetworks/spoke`;
const resource = (id: string, raw: object): ArmResource => ({ id, name: '', type: '', raw });
const network = resource(vnet, {
  properties: {
    subnets: [
      {
        name: 'snet-one-nodes',
        properties: { addressPrefixes: ['10.1.9.0/24'], delegations: [{ properties: { serviceName: 'Microsoft.Web/serverFarms' } }] },
      },
    ],
  },
});
const cluster = resource(`/subscriptions/${subscriptionId}/resourceGroups/RG/providers/Microsoft.ContainerService/managedClusters/Old`, {
  location: 'West Europe',
  properties: { networkProfile: { networkPlugin: 'kubenet' } },
});

const request = readRequest({
  name: 'r',
  action: 'CREATE',
  clusters: [aCluster({ name: 'one', network: 'spoke', subscriptionId })],
  pools: { nodeSubnet: 'n', podCidr: 'p' },
});
const ipam = { networks: () => Promise.resolve(new Map([['spoke', { name: 'spoke', prefixes: ['10.1.0.0/16'] }]])) } as unknown as Ipam;

function arm(listVirtualNetworks: Arm['listVirtualNetworks']): Arm {
  return { listVirtualNetworks, listClusters: () => Promise.resolve([cluster]) } as unknown as Arm;
}

describe('a look at Azure before a plan', () => {
  it('finds subnets of networks and clusters of everybody', async () => {
    const { problems, clusters } = await lookAround(
      arm(() => Promise.resolve([network])),
      ipam,
      request,
      {},
    );
    expect(problems).toMatchObject([{ path: 'clusters[0].nodePools[0]', code: 'node_subnet_delegated' }]);
    expect(clusters).toEqual([{ id: cluster.id.toLowerCase(), subscriptionId, region: 'westeurope', networkPlugin: 'kubenet' }]);
  });

  it('refuses nothing where Azure does not answer: every step looks again', async () => {
    const failure = new ArmFailure({
      httpStatus: 503,
      code: 'ServerTimeout',
      message: 'x',
      target: null,
      details: [],
      requestIds: {},
      retryAfterSeconds: null,
      class: 'TRANSIENT',
      mustAct: 'NOBODY',
    } as never);
    expect(
      await lookAround(
        arm(() => Promise.reject(failure)),
        ipam,
        request,
        {},
      ),
    ).toEqual({ problems: [], clusters: [] });
  });

  it('does not hide a fault of our own', async () => {
    await expect(
      lookAround(
        arm(() => Promise.reject(new TypeError('ours'))),
        ipam,
        request,
        {},
      ),
    ).rejects.toThrow('ours');
  });
});
