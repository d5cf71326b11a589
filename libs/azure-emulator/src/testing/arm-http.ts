import type { JsonObject } from '../json.js';
import type { Emulator } from '../start-emulator.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

export type Send = (method: string, path: string, body?: JsonObject, headers?: Record<string, string>) => Promise<Answer>;

/** Plain HTTP, for what the SDK hides. The api-version is added when the path has none. */
export function armHttp({ url }: Pick<Emulator, 'url'>, token = 'token-a'): Send {
  return async (method, path, body, headers = {}) => {
    const target = path.startsWith('http') ? path : `${url}${path}`;
    const response = await fetch(
      target.includes('api-version=') ? target : `${target}${target.includes('?') ? '&' : '?'}api-version=2026-01-01`,
      {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      },
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

export const codeOf = ({ body }: Answer): unknown => (body['error'] as JsonObject | undefined)?.['code'] ?? body['code'];

/** Long enough for every operation to end. */
export const anHour = 3600;

/** Small arrangements on an emulator with a manual clock: each leaves everything finished. */
export function armScene(emulator: Emulator, send: Send, subscription = 'sub-1') {
  const group = (name: string): string => `/subscriptions/${subscription}/resourceGroups/${name}`;
  const put = async (path: string, body: JsonObject): Promise<Answer> => {
    const answer = await send('PUT', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    emulator.clock.advance(anHour);
    return answer;
  };
  const network = `${group('rg')}/providers/Microsoft.Network/virtualNetworks/spoke`;
  return {
    group,
    put,
    network,
    subnet: (name: string): string => `${network}/subnets/${name}`,
    cluster: (name: string): string => `${group('rg')}/providers/Microsoft.ContainerService/managedClusters/${name}`,
    controller: (name: string): string => `${group('rg')}/providers/Microsoft.ServiceNetworking/trafficControllers/${name}`,
    identity: (name: string): string => `${group('rg')}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    /** A group, a network 10.240.0.0/16 and a subnet for nodes, 10.240.0.0/24. */
    async ground(): Promise<void> {
      await put(group('rg'), { location: 'westeurope' });
      await put(network, { location: 'westeurope', properties: { addressSpace: { addressPrefixes: ['10.240.0.0/16'] } } });
      await put(`${network}/subnets/nodes`, { properties: { addressPrefix: '10.240.0.0/24' } });
    },
  };
}

export interface ClusterWish {
  readonly count?: number;
  readonly subnetId?: string;
  readonly network?: JsonObject;
  readonly properties?: JsonObject;
  readonly pool?: JsonObject;
}

/** A body AKS takes: overlay, one system pool. */
export function clusterBody({ count = 3, subnetId, network = {}, properties = {}, pool = {} }: ClusterWish = {}): JsonObject {
  return {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: 'demo',
      agentPoolProfiles: [
        {
          name: 'system',
          mode: 'System',
          count,
          vmSize: 'Standard_D4s_v5',
          upgradeSettings: { maxSurge: '1' },
          ...(subnetId === undefined ? {} : { vnetSubnetID: subnetId }),
          ...pool,
        },
      ],
      networkProfile: {
        networkPlugin: 'azure',
        networkPluginMode: 'overlay',
        podCidr: '192.168.0.0/16',
        serviceCidr: '172.16.0.0/16',
        dnsServiceIP: '172.16.0.10',
        ...network,
      },
      ...properties,
    },
  };
}
