import type { ArmEffect, ArmStep, Json, Program, StepContext } from '../contracts.js';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const CLUSTERS = 'Microsoft.ContainerService/managedClusters';
export const SUBNETS = 'Microsoft.Network/virtualNetworks/subnets';
const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test`;
export const networkId = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-test`;

export interface Wanted {
  /** Of the cluster and of its subnet. */
  readonly name: string;
  /** Third octet of the subnet. */
  readonly octet: number;
}

export function clusterId(name: string): string {
  return `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

export function subnetId(name: string): string {
  return `${networkId}/subnets/${name}`;
}

function put(resourceId: string, apiVersion: string, body: Json, shared = false): ArmEffect {
  return { method: 'PUT', resourceId, apiVersion, body, shared };
}

export const groupEffect = put(group, '2025-04-01', { location: 'westeurope' }, true);

export const groupStep: ArmStep<Wanted> = {
  kind: 'arm',
  name: 'group',
  title: 'resource group',
  effect: () => groupEffect,
};

export const networkStep: ArmStep<Wanted> = {
  kind: 'arm',
  name: 'network',
  title: 'virtual network',
  lockKey: () => networkId,
  effect: () =>
    put(networkId, '2026-01-01', { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] } } }, true),
};

export const subnetStep: ArmStep<Wanted> = {
  kind: 'arm',
  name: 'subnet',
  title: 'node subnet',
  lockKey: () => networkId,
  effect: ({ input }) => put(subnetId(input.name), '2026-01-01', { properties: { addressPrefix: `10.1.${input.octet}.0/24` } }),
};

export const clusterStep: ArmStep<Wanted> = {
  kind: 'arm',
  name: 'cluster',
  title: 'cluster',
  effect: ({ input, outputs }) => put(clusterId(input.name), '2026-06-01', clusterBody(input, outputs['subnet'])),
};

export function clusterBody({ name }: Wanted, subnet: Json | undefined): Json {
  const vnetSubnetID = (subnet as { id?: string } | undefined)?.id;
  const pool = {
    name: 'system',
    mode: 'System',
    count: 1,
    vmSize: 'Standard_D4s_v5',
    ...(vnetSubnetID === undefined ? {} : { vnetSubnetID }),
  };
  return {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: name,
      agentPoolProfiles: [pool],
      networkProfile: {
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        podCidr: '192.168.0.0/16',
        serviceCidr: '172.20.0.0/16',
        dnsServiceIP: '172.20.0.10',
      },
    },
  };
}

/** Everything from the resource group to the cluster; the network is shared by all runs and has one writer at a time. */
export const createProgram: Program<Wanted> = { name: 'create', version: 1, steps: [groupStep, networkStep, subnetStep, clusterStep] };
/** The shortest run with a long operation at its end. */
export const clusterProgram: Program<Wanted> = { name: 'cluster', version: 1, steps: [groupStep, clusterStep] };

export const deleteProgram: Program<Wanted> = {
  name: 'delete',
  version: 1,
  steps: [
    {
      kind: 'arm',
      name: 'cluster',
      title: 'cluster',
      effect: ({ input }: StepContext<Wanted>) => ({ method: 'DELETE', resourceId: clusterId(input.name), apiVersion: '2026-06-01' }),
    },
  ],
};
