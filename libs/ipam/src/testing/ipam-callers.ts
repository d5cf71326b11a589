import request from 'supertest';

/** What a caller was answered, the same whichever way it asked. */
export interface Answer {
  readonly ok: boolean;
  /** Over REST the status; over GraphQL 200 with data. */
  readonly status: number;
  /** The stable code of a refusal. */
  readonly code: string | undefined;
  readonly errors: readonly {
    readonly path: string;
    readonly code: string;
    readonly value?: unknown;
    readonly suggestion?: string;
    readonly conflictsWith?: unknown;
  }[];
  /** The object, or the facts of the refusal. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

type Fields = Readonly<Record<string, unknown>>;

/** One operation of the service, said in both ways. */
interface Operation {
  readonly rest: (args: Fields) => readonly [method: 'get' | 'post' | 'patch' | 'delete' | 'put', path: string, body?: unknown];
  readonly graphql: (args: Fields) => readonly [field: string, variables: Fields, selection: string, declared: string];
}

const allocation = 'id pool addressSpace cidr growthBlock status owner { kind id } purpose network labels expiresAt';
const pool = 'id name addressSpace cidrs reuse parentPool minPrefixLength maxPrefixLength defaultPrefixLength strategy';
const clash = 'kind rule path message ranges { cidr holderKind holder }';
const plan =
  'id name status clusters { name network podCidr serviceCidr nodeSubnets { nodePool cidr } podCidrReason { refused { path conflictsWith } } }';

/** The variable that a declaration such as `$name: String!` is of. */
const variableOf = (declaration: string): string => /^\$(\w+)/.exec(declaration)?.[1] ?? '';

const text = (value: unknown): string => encodeURIComponent(String(value));
const query = (args: Fields): string =>
  new URLSearchParams(Object.entries(args).map(([key, value]): [string, string] => [key, String(value)])).toString();

const operations = {
  createSpace: {
    rest: ({ body }) => ['post', '/v1/address-spaces', body],
    graphql: ({ body }) => ['createAddressSpace', { input: body }, '... on AddressSpace { id name }', '$input: AddressSpaceBodyInput!'],
  },
  deleteSpace: {
    rest: ({ key }) => ['delete', `/v1/address-spaces/${text(key)}`],
    graphql: ({ key }) => ['deleteAddressSpace', { addressSpace: key }, '... on Removed { removed }', '$addressSpace: String!'],
  },
  createPool: {
    rest: ({ body }) => ['post', '/v1/pools', body],
    graphql: ({ body }) => ['createPool', { input: body }, `... on Pool { ${pool} }`, '$input: PoolBodyInput!'],
  },
  updatePool: {
    rest: ({ key, body }) => ['patch', `/v1/pools/${text(key)}`, body],
    graphql: ({ key, body }) => [
      'updatePool',
      { pool: key, input: body },
      `... on Pool { ${pool} }`,
      '$pool: String!, $input: PoolPatchInput!',
    ],
  },
  deletePool: {
    rest: ({ key }) => ['delete', `/v1/pools/${text(key)}`],
    graphql: ({ key }) => ['deletePool', { pool: key }, '... on Removed { removed }', '$pool: String!'],
  },
  createNetwork: {
    rest: ({ body }) => ['post', '/v1/networks', body],
    graphql: ({ body }) => ['createNetwork', { input: body }, '... on Network { id name prefixes }', '$input: NetworkBodyInput!'],
  },
  deleteNetwork: {
    rest: ({ key }) => ['delete', `/v1/networks/${text(key)}`],
    graphql: ({ key }) => ['deleteNetwork', { network: key }, '... on Removed { removed }', '$network: String!'],
  },
  createLink: {
    rest: ({ body }) => ['post', '/v1/links', body],
    graphql: ({ body }) => ['createLink', { input: body }, '... on Link { id name }', '$input: LinkBodyInput!'],
  },
  createMesh: {
    rest: ({ body }) => ['post', '/v1/meshes', body],
    graphql: ({ body }) => ['createMesh', { input: body }, '... on Mesh { id name members }', '$input: MeshBodyInput!'],
  },
  joinMesh: {
    rest: ({ key, cluster }) => ['put', `/v1/meshes/${text(key)}/members/${text(cluster)}`],
    graphql: ({ key, cluster }) => [
      'joinMesh',
      { mesh: key, cluster },
      '... on Mesh { id name members }',
      '$mesh: String!, $cluster: String!',
    ],
  },
  applyTopology: {
    rest: ({ body }) => ['post', '/v1/topologies', body],
    graphql: ({ body }) => [
      'applyTopology',
      { input: body },
      '... on TopologyChanges { changes { kind name change } }',
      '$input: TopologyInput!',
    ],
  },
  allocate: {
    rest: ({ pool: key, body }) => ['post', `/v1/pools/${text(key)}/allocations`, body],
    graphql: ({ pool: key, body }) => [
      'allocatePrefix',
      { pool: key, input: body },
      `... on Allocation { ${allocation} } ... on PoolExhausted { largestFreePrefixLength } ... on PrefixTaken { blockers hiddenBlockers }`,
      '$pool: String!, $input: AllocationBodyInput!',
    ],
  },
  allocateMany: {
    rest: ({ items }) => ['post', '/v1/allocations/batch', { items }],
    graphql: ({ items }) => [
      'allocatePrefixes',
      { input: { items } },
      `... on AllocationBatch { items { ${allocation} } }`,
      '$input: AllocationBatchBodyInput!',
    ],
  },
  release: {
    rest: ({ id }) => ['post', `/v1/allocations/${text(id)}/release`, {}],
    graphql: ({ id }) => ['releaseAllocation', { allocation: id }, `... on Allocation { ${allocation} }`, '$allocation: String!'],
  },
  renew: {
    rest: ({ id, body }) => ['post', `/v1/allocations/${text(id)}/renew`, body],
    graphql: ({ id, body }) => [
      'renewAllocation',
      { allocation: id, input: body },
      `... on Allocation { ${allocation} }`,
      '$allocation: String!, $input: RenewBodyInput!',
    ],
  },
  expand: {
    rest: ({ id, body }) => ['post', `/v1/allocations/${text(id)}/expand`, body],
    graphql: ({ id, body }) => [
      'expandAllocation',
      { allocation: id, input: body },
      `... on Allocation { ${allocation} }`,
      '$allocation: String!, $input: ExpandBodyInput!',
    ],
  },
  createAddressPlan: {
    rest: ({ body, dryRun }) => ['post', `/v1/address-plans${dryRun === true ? '?dryRun=true' : ''}`, body],
    graphql: ({ body, dryRun }) => [
      'createAddressPlan',
      { input: body, dryRun: dryRun === true },
      `... on AddressPlan { ${plan} }`,
      '$input: AddressPlanBodyInput!, $dryRun: Boolean',
    ],
  },
  utilization: {
    rest: ({ pool: key }) => ['get', `/v1/pools/${text(key)}/utilization`],
    graphql: ({ pool: name }) => [
      'pool',
      { name },
      'utilization { usedAddresses totalAddresses percent largestFreePrefixLength freeByPrefixLength }',
      '$name: String!',
    ],
  },
  free: {
    rest: ({ pool: key }) => ['get', `/v1/pools/${text(key)}/free?limit=1000`],
    graphql: ({ pool: name }) => ['pool', { name }, 'free(first: 1000) { items: nodes { cidr addresses } }', '$name: String!'],
  },
  available: {
    rest: ({ pool: key, ...args }) => ['get', `/v1/pools/${text(key)}/available?${query(args)}`],
    graphql: ({ pool: name, ...args }) => [
      'pool',
      { name },
      `available(prefixLength: ${String(args['prefixLength'])}, count: ${text(args['count'] ?? 10)}) { items { cidr } count }`,
      '$name: String!',
    ],
  },
  allocation: {
    rest: ({ id }) => ['get', `/v1/allocations/${text(id)}`],
    graphql: ({ id }) => ['allocation', { id }, allocation, '$id: String!'],
  },
  allocations: {
    rest: (args) => ['get', `/v1/allocations?${query({ limit: 1000, ...args })}`],
    graphql: (args) => [
      'allocations',
      { first: 1000, ...args },
      `items: nodes { ${allocation} }`,
      '$first: Int, $pool: String, $within: Cidr, $contains: String, $overlaps: Cidr, $status: AllocationStatus, $owner: String',
    ],
  },
  search: {
    rest: (args) => ['get', `/v1/search?${query(args)}`],
    graphql: (args) => [
      'searchRanges',
      args,
      'kind id name cidr addressSpace pool status',
      '$contains: String, $within: Cidr, $overlaps: Cidr',
    ],
  },
  conflicts: {
    rest: () => ['get', '/v1/conflicts?limit=1000'],
    graphql: () => ['conflicts', {}, `items: nodes { id ${clash} }`, ''],
  },
  checkReuse: {
    rest: ({ body }) => ['post', '/v1/reuse/check', body],
    graphql: ({ body }) => [
      'checkReuse',
      { input: body },
      'allowed reasons { rule clusters path conflictsWith message }',
      '$input: ReuseCheckBodyInput!',
    ],
  },
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof operations;

/** Somebody who uses the service over one of its two edges. */
export interface IpamCaller {
  readonly edge: 'REST' | 'GraphQL';
  call(operation: OperationName, args?: Fields, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export function restCaller(url: string, token: string): IpamCaller {
  return {
    edge: 'REST',
    call: async (name, args = {}, headers = {}) => {
      const [method, path, body] = (operations[name] as Operation).rest(args);
      const asked = request(url)[method](path).set('authorization', `Bearer ${token}`).set(headers);
      const { status, body: answer } = await (body === undefined ? asked : asked.send(body as object));
      const ok = status < 400;
      return { ok, status, code: ok ? undefined : String(answer.code), errors: ok ? [] : (answer.errors ?? []), body: answer };
    },
  };
}

const READS = new Set<OperationName>([
  'utilization',
  'free',
  'available',
  'allocation',
  'allocations',
  'search',
  'conflicts',
  'checkReuse',
]);
const PROBLEM = '... on ProblemInterface { code message errors { path code value suggestion conflictsWith } facts }';

export function graphqlCaller(url: string, token: string): IpamCaller {
  return {
    edge: 'GraphQL',
    call: async (name, args = {}, headers = {}) => {
      const [field, variables, selection, declared] = (operations[name] as Operation).graphql(args);
      const isRead = READS.has(name);
      const used = declared.split(', ').filter((part) => part !== '' && variableOf(part) in variables);
      const passed = used.map(variableOf).map((variable) => `${variable}: $${variable}`);
      const document = `${isRead ? 'query' : 'mutation'} ${used.length > 0 ? `(${used.join(', ')})` : ''} {
        answer: ${field}${passed.length > 0 ? `(${passed.join(', ')})` : ''} { ${isRead ? '' : `__typename ${PROBLEM}`} ${selection} } }`;
      const { status, body } = await request(url)
        .post('/graphql')
        .set('authorization', `Bearer ${token}`)
        .set(headers)
        .send({ query: document, variables });
      return answerOf(name, status, body);
    },
  };
}

/** A failure is a problem type, or for reads and missing rights an error with the code in its extensions. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function answerOf(name: OperationName, status: number, { data, errors }: any): Answer {
  const answer = data?.answer;
  if (errors?.[0]) {
    const { code, errors: problems = [], ...facts } = errors[0].extensions ?? {};
    return { ok: false, status, code, errors: problems, body: { code, detail: errors[0].message, ...facts } };
  }
  if (answer === null || answer === undefined) return { ok: false, status, code: 'not_found', errors: [], body: {} };
  if (typeof answer.code === 'string')
    return { ok: false, status, code: answer.code, errors: answer.errors, body: { ...answer.facts, ...answer } };
  const body =
    name === 'utilization' || name === 'free' || name === 'available' ? answer[name] : name === 'search' ? { items: answer } : answer;
  return { ok: true, status, code: undefined, errors: [], body };
}
