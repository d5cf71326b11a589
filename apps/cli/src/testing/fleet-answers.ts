/** Answers of the server to the small fleet of the tests. */
export const COUNTS = { total: 2, pending: 0, running: 0, succeeded: 2, failed: 0, canceled: 0, skipped: 0 };

export const ROLLOUT = {
  id: '019a',
  name: 'first',
  action: 'CREATE',
  lifecycle: 'RUNNING',
  outcome: null,
  waitingFor: null,
  counts: { ...COUNTS, running: 2, succeeded: 0 },
  eta: { earliest: '2026-11-23T10:05:00.000Z', latest: '2026-11-23T10:09:00.000Z' },
  waves: [{ name: 'all', state: 'RUNNING', counts: { ...COUNTS, running: 2, succeeded: 0 } }],
  createdAt: '2026-11-23T10:00:00.000Z',
  createdBy: 'local',
  lastSequence: 0,
};

export const DONE = { ...ROLLOUT, lifecycle: 'DONE', outcome: 'SUCCEEDED', counts: COUNTS, eta: null };
export const FAILED = { ...DONE, outcome: 'FAILED', counts: { ...COUNTS, succeeded: 1, failed: 1 } };

const addresses = (third: number) => ({
  nodeSubnets: [{ nodePool: 'system', cidr: `10.240.${third}.0/24` }],
  podCidr: '192.168.0.0/16',
  podCidrGrowth: null,
  serviceCidr: '172.16.0.0/16',
  dnsServiceIp: '172.16.0.10',
  gatewaySubnet: third === 0 ? { cidr: '10.240.9.0/24', subnetId: '/s' } : null,
});
const savings = { flatAddresses: '6000', overlayAddresses: '200', savedAddresses: '5800' };
const refused = [
  {
    cidr: '192.168.0.0/16',
    rule: 'OV-35',
    path: ['spoke', 'hub', 'acquired'],
    conflictsWith: '192.168.128.0/17',
    message: 'overlaps 192.168.128.0/17 of acquired',
  },
];

export const PLAN = {
  name: 'first',
  action: 'CREATE',
  clusters: [
    {
      name: 'one',
      wave: 'all',
      region: 'westeurope',
      network: 'spoke',
      addresses: addresses(0),
      peakNodes: 3,
      warnings: [],
      savings,
      podCidrReason: { message: 'the first that may be reused', refused: [] },
    },
    {
      name: 'two',
      wave: 'all',
      region: 'westeurope',
      network: 'spoke',
      addresses: addresses(1),
      peakNodes: 3,
      savings,
      podCidrReason: { message: 'the second', refused },
      warnings: [{ path: 'clusters[1].growthFactor', code: 'no_growth', message: 'no room to grow' }],
    },
  ],
  resources: { create: 20, update: 0, none: 1, blocked: 0 },
  armCalls: [{ bucket: 'ARM_WRITES', subscriptionId: 's', region: null, calls: 21, seconds: 0 }],
  waves: [{ name: 'all', clusters: ['one', 'two'], maxConcurrency: 2 }],
  eta: { earliestSeconds: 300, latestSeconds: 5400 },
  warnings: [],
};

export const FLEET = `apiVersion: podspan.dev/v1
kind: Fleet
addressSpaces:
  - name: corp
networks:
  - name: spoke
    kind: VIRTUAL_NETWORK
    region: westeurope
    subscriptionId: 11111111-1111-4111-8111-111111111111
    prefixes: [10.240.0.0/16]
clusterDefaults:
  resourceGroup: rg-{name}
  podCidrScope: REUSABLE
  dataplane: AZURE
  nodePools:
    - name: system
      mode: SYSTEM
      vmSize: Standard_D4s_v5
      count: 3
      maxPods: 250
clusters:
  - {name: one, network: spoke}
  - {name: two, network: spoke}
rollout:
  name: first
  pools:
    nodeSubnet: nodes
    podCidr: pods
`;
