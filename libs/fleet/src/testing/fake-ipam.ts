import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterAddresses } from '../domain/addresses.js';
import type { ClusterSpec } from '../domain/cluster-spec.js';
import { FakePodRanges } from './fake-pod-ranges.js';

interface Plan {
  readonly name: string;
  readonly clusters: Map<string, ClusterAddresses>;
}

/**
 * An ipam that keeps the contract of address plans in memory: all or nothing, the same key the same plan, release of a plan or of
 * some of its clusters. Networks `spoke-<n>` own 10.<n>.0.0/16.
 */
export class FakeIpam {
  readonly plans = new Map<string, Plan>();
  readonly ranges = new FakePodRanges();
  readonly requests: { readonly path: string; readonly authorization: string | undefined; readonly key: string | undefined }[] = [];
  /** The next plans are answered by this instead. */
  refuseWith: { readonly status: number; readonly body: unknown } | undefined;
  #server: Server | undefined;
  /** Clusters that each network has had. */
  readonly #inNetwork = new Map<string, number>();
  readonly #byKey = new Map<string, unknown>();

  static async start(): Promise<FakeIpam> {
    const ipam = new FakeIpam();
    ipam.#server = createServer((request, response) => void ipam.#answer(request, response));
    await new Promise<void>((done) => ipam.#server?.listen(0, '127.0.0.1', done));
    return ipam;
  }

  get url(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  /** Names of all clusters that hold addresses. */
  get held(): string[] {
    return [...this.plans.values()].flatMap(({ clusters }) => [...clusters.keys()]);
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#server?.closeAllConnections();
      this.#server?.close(() => done());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://ipam');
    const body = await bodyOf(request);
    const key = request.headers['idempotency-key'] as string | undefined;
    this.requests.push({ path: `${request.method} ${url.pathname}${url.search}`, authorization: request.headers.authorization, key });
    const { status, answer } = this.#route(request.method ?? 'GET', url, body, key);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #route(method: string, url: URL, body: Record<string, unknown>, key: string | undefined): { status: number; answer: unknown } {
    const [, , collection, name = '', verb] = url.pathname.split('/').map(decodeURIComponent);
    if (collection === 'networks') return networksNamed(url.searchParams.get('names') ?? '');
    const range = this.ranges.route(method, url, body);
    if (range) return range;
    if (method === 'GET') return this.plans.has(name) ? { status: 200, answer: this.#view(name) } : notFound;
    if (verb === 'release') return this.#release(name, body['clusters'] as string[] | undefined, url.searchParams.get('dryRun') === 'true');
    if (this.refuseWith) return { status: this.refuseWith.status, answer: this.refuseWith.body };
    const made = this.#make(body as unknown as { name: string; clusters: ClusterSpec[] });
    if (url.searchParams.get('dryRun') === 'true') return { status: 200, answer: { ...made, id: null } };
    const first = key === undefined ? undefined : this.#byKey.get(key);
    if (first) return { status: 201, answer: first };
    this.plans.set(made.name, { name: made.name, clusters: new Map(made.clusters.map((entry) => [entry.name, entry])) });
    for (const entry of made.clusters) this.ranges.hold(entry.name, entry.podCidr);
    if (key !== undefined) this.#byKey.set(key, made);
    return { status: 201, answer: made };
  }

  #make({ name, clusters }: { name: string; clusters: ClusterSpec[] }): { id: string; name: string; clusters: ClusterAddresses[] } {
    return { id: name, name, clusters: clusters.map((cluster) => this.#addresses(cluster)) };
  }

  #addresses(cluster: ClusterSpec): ClusterAddresses {
    const octet = Number(cluster.network.split('-').at(-1));
    const serial = this.#inNetwork.get(cluster.network) ?? 0;
    this.#inNetwork.set(cluster.network, serial + 1);
    const block = (offset: number): string => `10.${octet}.${Math.floor((serial * 32 + offset) / 256)}.${(serial * 32 + offset) % 256}/27`;
    return {
      name: cluster.name,
      nodeSubnets: cluster.nodePools.map(({ name }) => ({ nodePool: name, cidr: block(0) })),
      podCidr: '192.168.0.0/20',
      podCidrGrowth: '192.168.0.0/19',
      serviceCidr: '172.16.0.0/16',
      dnsServiceIp: '172.16.0.10',
      ...(cluster.dualStack === true ? { podCidrV6: 'fd12:3456:789a::/64', serviceCidrV6: 'fd12:3456:789a:1::/108' } : {}),
      ...(cluster.ingress?.kind === 'AGC' ? { gatewaySubnet: `10.${octet}.${200 + (serial % 50)}.0/24` } : {}),
      peakNodes: 4,
      warnings: [],
    };
  }

  #release(name: string, clusters: string[] | undefined, dry: boolean): { status: number; answer: unknown } {
    const plan = this.plans.get(name);
    if (!plan) return notFound;
    const names = clusters ?? [...plan.clusters.keys()];
    if (dry) return { status: 200, answer: { released: names.flatMap((cluster) => blocksOf(plan.clusters.get(cluster))) } };
    for (const cluster of names) {
      plan.clusters.delete(cluster);
      this.ranges.held.delete(cluster);
    }
    if (plan.clusters.size === 0) this.plans.delete(name);
    return { status: 200, answer: {} };
  }

  #view(name: string): unknown {
    const plan = this.plans.get(name);
    return { id: name, name, clusters: [...(plan?.clusters.values() ?? [])] };
  }
}

function blocksOf(addresses: ClusterAddresses | undefined): readonly { cluster: string; purpose: string; cidr: string }[] {
  if (!addresses) return [];
  const { name: cluster, nodeSubnets, podCidr, gatewaySubnet } = addresses;
  return [
    ...nodeSubnets.map(({ nodePool, cidr }) => ({ cluster, purpose: `NODE_SUBNET:${nodePool}`, cidr })),
    { cluster, purpose: 'POD_CIDR', cidr: podCidr },
    ...(gatewaySubnet ? [{ cluster, purpose: 'GATEWAY_SUBNET', cidr: gatewaySubnet }] : []),
  ];
}

const notFound = { status: 404, answer: { code: 'not_found', detail: 'there is no such thing', status: 404 } };

function networksNamed(names: string): { status: number; answer: unknown } {
  const items = names.split(',').flatMap((name) => {
    const octet = /^(?:spoke|dual)-(\d+)$/.exec(name)?.[1];
    return octet === undefined
      ? []
      : [
          {
            id: name,
            name,
            prefixes: [`10.${octet}.0.0/16`, ...(name.startsWith('dual') ? [`fd00:${octet}::/48`] : [])],
            region: null,
            subscriptionId: null,
            resourceId: null,
          },
        ];
  });
  return { status: 200, answer: { items, nextCursor: null } };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
