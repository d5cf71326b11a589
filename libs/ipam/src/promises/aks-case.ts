import type { Answer, IpamCaller } from '../testing/ipam-callers.js';
import { textOf } from './text-of.js';

/** A rule of the platform, asked of an address plan that keeps nothing, or for growth of an allocation that grows. */
export async function aksAnswer(
  caller: IpamCaller,
  name: string,
  asked: Readonly<Record<string, unknown>>,
  wanted: readonly string[] = [],
): Promise<Answer> {
  if (asked['from'] !== undefined) return grown(caller, name, textOf(asked['from']), textOf(asked['to']));
  const answer = await caller.call('createAddressPlan', { dryRun: true, body: planBody(name, asked) });
  const podCidr: string | undefined = answer.ok ? answer.body.clusters[0].podCidr : undefined;
  // The rule asked for, beside others the same range may break.
  const code = answer.errors.map((problem) => problem.code).find((found) => wanted.includes(found));
  return {
    ...answer,
    code: code ?? answer.code,
    body: podCidr === undefined ? answer.body : { ...answer.body, podPrefixLength: Number(podCidr.split('/')[1]) },
  };
}

async function grown(caller: IpamCaller, name: string, from: string, to: string): Promise<Answer> {
  const pool = { name, addressSpace: name, cidrs: ['10.0.0.0/8'], reuse: 'REUSABLE' };
  await caller.call('applyTopology', { body: { addressSpaces: [{ name }], pools: [pool] } });
  const owner = { kind: 'CLUSTER', id: name };
  const held = await caller.call('allocate', { pool: name, body: { cidr: from, owner, purpose: 'POD_CIDR' } });
  if (!held.ok) return held;
  return caller.call('expand', { id: held.body.id, body: { cidr: to } });
}

function planBody(name: string, { podCidr, vnet, serviceCidr, nodes }: Readonly<Record<string, unknown>>): object {
  const network = textOf(vnet ?? '100.64.0.0/16');
  const space = { addressSpace: name };
  return {
    topology: {
      addressSpaces: [{ name }],
      networks: [{ name: `${name}-vnet`, ...space, kind: 'VIRTUAL_NETWORK', prefixes: [network] }],
      pools: [
        { name: `${name}-nodes`, ...space, cidrs: [network], reuse: 'EXCLUSIVE', network: `${name}-vnet` },
        { name: `${name}-pods`, ...space, cidrs: ['10.32.0.0/11'], reuse: 'REUSABLE' },
      ],
    },
    clusters: [
      {
        name,
        subscriptionId: '00000000-0000-0000-0000-000000000001',
        resourceGroup: 'rg',
        region: 'westeurope',
        network: `${name}-vnet`,
        nodePools: nodePools(Number(nodes ?? 3)),
        podCidrScope: 'REUSABLE',
        dataplane: 'CILIUM',
        ...(podCidr === undefined ? {} : { podCidr }),
        serviceCidr: serviceCidr ?? '172.20.0.0/16',
        dnsServiceIp: serviceCidr === undefined ? '172.20.0.10' : '10.0.128.10',
      },
    ],
    pools: { nodeSubnet: `${name}-nodes`, podCidr: `${name}-pods` },
  };
}

/** So many nodes at the peak of an upgrade of one node at a time, at most 1,000 in a pool. */
function nodePools(nodes: number): readonly object[] {
  const pools = Math.ceil(nodes / 1000);
  return Array.from({ length: pools }, (_, index) => ({
    name: `pool${index}`,
    mode: index === 0 ? 'SYSTEM' : 'USER',
    vmSize: 'Standard_D4s_v5',
    count: Math.floor(nodes / pools) - 1,
    maxSurge: 1,
  }));
}
