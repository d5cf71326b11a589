/** The services behind the gateway; also the names of their subgraphs. */
export const SERVICES = ['ipam', 'provisioning', 'ingress'] as const;
export type ServiceName = (typeof SERVICES)[number];

const SERVICES_WITH_QUEUES: readonly ServiceName[] = ['provisioning', 'ingress'];

/** Which service owns a collection: the first segment after /v1. */
const OWNERS: Readonly<Record<string, ServiceName>> = {
  'address-spaces': 'ipam',
  networks: 'ipam',
  links: 'ipam',
  topology: 'ipam',
  topologies: 'ipam',
  meshes: 'ipam',
  pools: 'ipam',
  allocations: 'ipam',
  'address-plans': 'ipam',
  reuse: 'ipam',
  conflicts: 'ipam',
  search: 'ipam',
  imports: 'ipam',
  ipam: 'ipam',
  'discovered-ranges': 'ipam',
  discoveries: 'ipam',
  drift: 'ipam',
  'audit-events': 'ipam',
  webhooks: 'ipam',
  exports: 'ipam',
  rollouts: 'provisioning',
  clusters: 'provisioning',
  migrations: 'provisioning',
  'ingress-gateways': 'ingress',
  'ingress-gateway-plans': 'ingress',
  'ingress-translations': 'ingress',
  'ingress-cutovers': 'ingress',
};

/** The service that answers for a path, or undefined when no service does. Paths that try to climb belong to none. */
export function ownerOf(path: string): ServiceName | undefined {
  const segments = segmentsOf(path);
  if (segments === undefined || segments.includes('..') || segments.includes('.')) return undefined;
  if (segments[0] === 'admin' && segments[1] === 'queues') return SERVICES_WITH_QUEUES.find((name) => name === segments[2]);
  if (segments[0] !== 'v1') return undefined;
  const collection = segments[1] ?? '';
  return Object.hasOwn(OWNERS, collection) ? OWNERS[collection] : undefined;
}

function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return decodeURIComponent(path).split(/[/\\]/).slice(1);
  } catch {
    return undefined;
  }
}
