import { randomUUID } from 'node:crypto';
import { type Arm, connectArm, staticCredential } from '@podspan/azure';
import { currentApiVersions } from '../start/current-api-versions.js';
import type { FleetBench } from './fleet-bench.js';
import { until } from './until.js';

const subscription = '33333333-3333-4333-8333-333333333333';
const group = `/subscriptions/${subscription}/resourceGroups/rg-legacy`;
const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/spoke-77`;

export interface LegacyWish {
  readonly network?: Readonly<Record<string, unknown>>;
  readonly identity?: Readonly<Record<string, unknown>>;
  readonly pool?: Readonly<Record<string, unknown>>;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export const kubenet = { networkPlugin: 'kubenet', podCidr: '10.244.0.0/16' };
export const nodeSubnet = { networkPlugin: 'azure' };

/** Clusters in the emulator that Podspan did not make. */
export class ExistingClusters {
  readonly #arm: Arm;
  #grounded = false;

  constructor(bench: FleetBench) {
    this.#arm = connectArm({ endpoint: bench.azure.url, credential: staticCredential('somebody-else') });
  }

  id(name: string): string {
    return `${group}/providers/Microsoft.ContainerService/managedClusters/${name}`;
  }

  /** Makes a cluster as it was made years ago and waits until it is there. Returns its ARM id. */
  async make(name: string, { network = nodeSubnet, identity, pool = {}, properties = {} }: LegacyWish = {}): Promise<string> {
    await this.#ground();
    const userAssigned = {
      type: 'UserAssigned',
      userAssignedIdentities: { [`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/legacy`]: {} },
    };
    await this.put(this.id(name), currentApiVersions.managedCluster, {
      location: 'westeurope',
      tags: { team: 'legacy' },
      identity: identity ?? userAssigned,
      properties: {
        dnsPrefix: name,
        kubernetesVersion: '1.34.2',
        agentPoolProfiles: [
          {
            name: 'system',
            mode: 'System',
            count: 2,
            maxPods: 30,
            vmSize: 'Standard_D4s_v5',
            vnetSubnetID: `${vnet}/subnets/nodes`,
            upgradeSettings: { maxSurge: '1' },
            ...pool,
          },
        ],
        networkProfile: { serviceCidr: '172.20.0.0/16', dnsServiceIP: '172.20.0.10', networkPolicy: 'none', ...network },
        // Something that this release of Podspan knows nothing of must survive every change.
        storageProfile: { diskCSIDriver: { enabled: true } },
        ...properties,
      },
    });
    return this.id(name);
  }

  async read(name: string): Promise<Wire> {
    const resource = await this.#arm.get(this.id(name), currentApiVersions.managedCluster);
    return resource?.raw as Wire;
  }

  async get(id: string): Promise<Wire | undefined> {
    const type = /userAssignedIdentities/.test(id)
      ? currentApiVersions.identity
      : /Microsoft.Network/.test(id)
        ? currentApiVersions.subnet
        : currentApiVersions.managedCluster;
    return (await this.#arm.get(id, type))?.raw as Wire | undefined;
  }

  async put(id: string, apiVersion: string, body: object): Promise<void> {
    await this.#arm.begin({ method: 'PUT', resourceId: id, apiVersion, body, clientRequestId: randomUUID() });
    await until(`${id} is there`, async () => {
      const resource = await this.#arm.get(id, apiVersion);
      return ['Succeeded', undefined].includes(resource?.provisioningState);
    });
  }

  /** An Application Gateway in a subnet of its own, as AGIC's add-on wants one. @returns both ids */
  async applicationGateway(name: string, cidr: string): Promise<{ readonly id: string; readonly subnetId: string }> {
    await this.#ground();
    const subnetId = `${vnet}/subnets/${name}`;
    await this.put(subnetId, currentApiVersions.subnet, { properties: { addressPrefix: cidr } });
    const id = `${group}/providers/Microsoft.Network/applicationGateways/${name}`;
    const part = (properties: object = {}) => [{ name: 'one', properties }];
    await this.put(id, currentApiVersions.subnet, {
      location: 'westeurope',
      properties: {
        sku: { name: 'Standard_v2', tier: 'Standard_v2', capacity: 2 },
        gatewayIPConfigurations: part({ subnet: { id: subnetId } }),
        frontendIPConfigurations: part(),
        frontendPorts: part({ port: 80 }),
        backendAddressPools: part(),
        backendHttpSettingsCollection: part({ port: 80 }),
        httpListeners: part({ protocol: 'Http' }),
        requestRoutingRules: part({ priority: 100 }),
      },
    });
    return { id, subnetId };
  }

  async remove(id: string, apiVersion: string): Promise<void> {
    await this.#arm.begin({ method: 'DELETE', resourceId: id, apiVersion, clientRequestId: randomUUID() });
    await until(`${id} is gone`, async () => (await this.#arm.get(id, apiVersion)) === undefined || undefined);
  }

  async #ground(): Promise<void> {
    if (this.#grounded) return;
    this.#grounded = true;
    const { resourceGroup, virtualNetwork, subnet, identity } = currentApiVersions;
    await this.put(group, resourceGroup, { location: 'westeurope' });
    await this.put(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/legacy`, identity, { location: 'westeurope' });
    await this.put(vnet, virtualNetwork, { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.77.0.0/16'] } } });
    await this.put(`${vnet}/subnets/nodes`, subnet, { properties: { addressPrefix: '10.77.0.0/18' } });
    await this.put(`${vnet}/subnets/pods`, subnet, { properties: { addressPrefix: '10.77.64.0/18' } });
  }

  readonly podSubnetId = `${vnet}/subnets/pods`;
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- wire JSON as the specs read it */
type Wire = Record<string, any>;
