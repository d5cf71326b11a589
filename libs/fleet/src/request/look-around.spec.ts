import { type Arm, ArmFailure, type ArmResource, type CoreQuotas } from '@podspan/azure';
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

const quotas: CoreQuotas = { families: new Map(), sizes: new Map() };
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

function arm(listVirtualNetworks: Arm['listVirtualNetworks'], coreQuotas: Arm['coreQuotas'] = () => Promise.resolve(quotas)): Arm {
  return {
    listVirtualNetworks,
    listClusters: () => Promise.resolve([cluster]),
    coreQuotas,
    kubernetesVersions: () => Promise.resolve([{ version: '1.34', patchVersions: ['1.34.2', '1.34.3'] }]),
  } as unknown as Arm;
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
    expect(
      await lookAround(
        arm(() => Promise.reject(failure)),
        ipam,
        request,
        {},
      ),
    ).toEqual({ problems: [], clusters: [], cores: new Map(), versions: new Map() });
  });

  it('reads the quota of cores of each region once, and does without where it may not', async () => {
    const asked: string[] = [];
    const of = async (coreQuotas: Arm['coreQuotas']) =>
      lookAround(
        arm(() => Promise.resolve([network]), coreQuotas),
        ipam,
        request,
        {},
      );
    const told = await of((subscription, region) => {
      asked.push(`${subscription} ${region}`);
      return Promise.resolve(quotas);
    });
    expect(asked).toEqual([`${subscriptionId} westeurope`]);
    expect([...told.cores.keys()]).toEqual([`${subscriptionId}/westeurope`]);
    expect([...told.versions]).toEqual([[`${subscriptionId}/westeurope`, ['1.34.2', '1.34.3']]]);
    const untold = await of(() => Promise.reject(failure));
    expect(untold.cores.size).toBe(0);
    expect(untold.problems).toHaveLength(1);
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
