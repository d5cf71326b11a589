import type { ArmStep, Json, Program } from '../contracts.js';

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-test`;

export interface Wanted {
  readonly name: string;
}

export function clusterId(name: string): string {
  return `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}

export function subnetId(name: string): string {
  return `${group}/providers/Microsoft.Network/virtualNetworks/vnet-test/subnets/${name}`;
}

export function clusterStep(fields: Partial<ArmStep<Wanted>> = {}): ArmStep<Wanted> {
  return {
    kind: 'arm',
    name: 'cluster',
    title: 'cluster',
    effect: ({ input }) => ({ method: 'PUT', resourceId: clusterId(input.name), apiVersion: '2026-06-01', body: { location: 'westeurope', properties: { dnsPrefix: input.name } } }),
    ...fields,
  };
}

export function subnetStep(): ArmStep<Wanted> {
  const body: Json = { properties: { addressPrefix: '10.1.0.0/24' } };
  return {
    kind: 'arm',
    name: 'subnet',
    title: 'node subnet',
    lockKey: () => `${group}/providers/Microsoft.Network/virtualNetworks/vnet-test`,
    effect: ({ input }) => ({ method: 'PUT', resourceId: subnetId(input.name), apiVersion: '2026-01-01', body }),
  };
}

/** A subnet, whose lock all runs share, then a cluster. */
export const createProgram: Program<Wanted> = { name: 'create', version: 1, steps: [subnetStep(), clusterStep()] };
export const clusterProgram: Program<Wanted> = { name: 'cluster', version: 1, steps: [clusterStep()] };
