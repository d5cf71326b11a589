import { testTokens } from '@podspan/platform/testing';
import { sql } from 'kysely';
import request, { type Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { brokenCsv, vnet, vnetId } from '../testing/import-files.js';

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

const csv = (text: string | Buffer, query = '', headers: Record<string, string> = {}): Promise<Response> =>
  request(bench.url)
    .post(`/v1/imports${query}`)
    .set({ authorization: `Bearer ${testTokens.admin}`, 'content-type': 'text/csv', ...headers })
    .send(text)
    .then((response) => response);

const outcomes = (response: Response): unknown =>
  response.body.rows.map(({ kind, name, outcome }: Record<string, string>) => `${kind} ${name} ${outcome}`);

async function space(name: string, cidrs = ['10.0.0.0/16'], more: object = {}): Promise<void> {
  await bench.post('/v1/address-spaces', { name });
  const made = await bench.post('/v1/pools', { name: `${name}-pool`, addressSpace: name, cidrs, reuse: 'EXCLUSIVE', ...more });
  expect(made.status).toBe(201);
}

const everything = `kind,name,addressSpace,cidr,network,pool,from,to,linkKind,reuse,owner,purpose,rangeKind,networkKind,colour
address-space,paper,,,,,,,,,,,,,red
NETWORK,paper-hub,paper,10.1.0.0/16 10.2.0.0/16,,,,,,,,,,,
NETWORK,paper-dc,paper,10.9.0.0/16,,,,,,,,,,on-premises,
PREFIX,,,10.3.0.0/16,paper-hub,,,,,,,,,,blue
LINK,,,,,,paper-hub,paper-dc,vpn,,,,,,
POOL,paper-child,paper,10.1.128.0/17,,,,,,exclusive,,,,,
ALLOCATION,,,10.1.128.0/24,,paper-child,,,,,team/a,lab,,,
DISCOVERED_RANGE,printer,paper,10.1.129.0/25,paper-hub,,,,,,,,SUBNET,,
`;

describe('a CSV', () => {
  it('of every kind is written in the order in which one needs the other, and twice is once', async () => {
    const first = await csv(everything);
    expect([first.status, first.body.status, first.body.counts]).toEqual([
      201,
      'APPLIED',
      { total: 8, created: 8, updated: 0, unchanged: 0, skipped: 0, refused: 0 },
    ]);
    expect(first.body.ignored).toEqual([{ field: 'colour', at: 'lines[1]', count: 1 }]);
    expect((await bench.get('/v1/networks/paper-hub')).body.prefixes).toEqual(['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']);
    expect((await bench.get('/v1/allocations?pool=paper-child')).body.items).toMatchObject([
      { cidr: '10.1.128.0/24', owner: { kind: 'TEAM', id: 'a' } },
    ]);
    const next = await bench.post('/v1/pools/paper-child/allocations', {
      prefixLength: 24,
      owner: { kind: 'TEAM', id: 'b' },
      purpose: 'lab',
    });
    expect(next.body.cidr).toBe('10.1.130.0/24');
    const second = await csv(everything);
    expect(second.body.counts).toMatchObject({ total: 8, created: 0, refused: 0, skipped: 0 });
    const { body } = await bench.get(`/v1/imports/${second.body.id}/rows?outcome=unchanged`);
    expect(body.items.length + second.body.counts.updated).toBe(8);
  });

  it('may have a byte order mark, CRLF, semicolons and quotes, whatever its columns are called', async () => {
    await space('odd', ['10.0.0.0/16', '10.1.0.0/16']);
    const text =
      '\uFEFF"Address Space";Prefix;Name;"Type"\r\nodd;"10.0.1.0/24";"a ""quoted""; name";discovered-range\r\n\r\nodd;10.0.2.0/24;b;DISCOVERED RANGES\r\n';
    const { status, body } = await csv(text);
    expect([status, body.counts.created, body.rows[0].name]).toEqual([201, 2, 'a "quoted"; name']);
    expect(body.rows[1].at).toBe('lines[4]');
  });

  it('with one wrong row is refused as a whole, with every problem named and nothing written', async () => {
    await space('strict');
    const text = `kind,addressSpace,cidr,pool,owner,purpose,name
DISCOVERED_RANGE,strict,10.0.0.0/24,,,,fine
DISCOVERED_RANGE,strict,10.0.0.5/24,,,,host bits
DISCOVERED_RANGE,nowhere,10.0.1.0/24,,,,unknown
ALLOCATION,,10.7.0.0/24,strict-pool,TEAM/a,x,
ALLOCATION,,10.0.4.0/24,strict-pool,TEAM/a,x,
ALLOCATION,,10.0.4.128/25,strict-pool,TEAM/b,x,
`;
    const refused = await csv(text);
    expect([refused.status, refused.body.code, refused.body.counts]).toMatchObject([422, 'import_refused', { total: 6, refused: 4 }]);
    expect(refused.body.errors.map(({ path, code, suggestion }: Record<string, string>) => [path, code, suggestion])).toEqual([
      ['lines[3].cidr', 'host_bits_set', '10.0.0.0/24'],
      ['lines[4].addressSpace', 'unknown_reference', undefined],
      ['lines[5].cidr', 'outside_pool', undefined],
      ['lines[7].cidr', 'overlaps_in_file', undefined],
    ]);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=strict')).body.items).toEqual([]);
    expect((await bench.get('/v1/allocations?pool=strict-pool')).body.items).toEqual([]);
    const kept = await bench.get(`/v1/imports/${refused.body.import}`);
    expect(kept.body).toMatchObject({ status: 'REFUSED', codes: { host_bits_set: 1, outside_pool: 1 } });
    const skipping = await csv(text, '?onError=skip');
    expect([skipping.status, skipping.body.counts]).toMatchObject([201, { created: 2, refused: 4 }]);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=strict')).body.items).toMatchObject([
      { cidr: '10.0.0.0/24', state: 'LIVE' },
    ]);
  });

  it('rehearsed writes nothing and leaves its report', async () => {
    await space('rehearsed');
    const { status, body } = await csv('kind,addressSpace,cidr\nDISCOVERED_RANGE,rehearsed,10.0.0.0/24\n', '?dryRun=true');
    expect([status, body.status, body.counts.created]).toEqual([200, 'REHEARSED', 1]);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=rehearsed')).body.items).toEqual([]);
    expect((await bench.get(`/v1/imports/${body.id}/rows`)).body.items).toMatchObject([{ row: 1, at: 'lines[2]', outcome: 'CREATED' }]);
  });

  it('sent again under its key answers what was answered first', async () => {
    await space('keyed');
    const text = 'kind,addressSpace,cidr\nDISCOVERED_RANGE,keyed,10.0.0.0/24\n';
    const [first, second] = [
      await csv(text, '', { 'idempotency-key': 'import-1' }),
      await csv(text, '', { 'idempotency-key': 'import-1' }),
    ];
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.body.id).toBe(first.body.id);
    expect((await csv(`${text}\n`, '', { 'idempotency-key': 'import-1' })).body.code).toBe('idempotency_mismatch');
  });

  it('two at the same time become one set of ranges', async () => {
    await space('racing');
    const text = `kind,addressSpace,cidr,name\n${Array.from({ length: 50 }, (_, index) => `DISCOVERED_RANGE,racing,10.0.${index}.0/24,r${index}`).join('\n')}`;
    const answers = await Promise.all([csv(text), csv(text), csv(text)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.reduce((sum, { body }) => sum + body.counts.created, 0)).toBe(50);
    expect((await bench.get('/v1/pools/racing-pool/utilization')).body.usedAddresses).toBe(String(50 * 256));
  });

  it('adopts a block that was seen, for its owner', async () => {
    await space('adopted');
    await csv('kind,addressSpace,cidr,name\nDISCOVERED_RANGE,adopted,10.0.5.0/24,seen\n');
    const { body } = await csv(
      'kind,pool,cidr,owner,purpose\nALLOCATION,adopted-pool,10.0.5.0/24,TEAM/a,lab\nALLOCATION,adopted-pool,10.0.5.0/25,TEAM/b,lab\n',
      '?onError=skip',
    );
    expect(body.counts).toMatchObject({ created: 1, refused: 1 });
    expect(
      (await bench.get('/v1/conflicts')).body.items.filter(({ ranges }: { ranges: { cidr: string }[] }) =>
        ranges.some(({ cidr }) => cidr === '10.0.5.0/24'),
      ),
    ).toEqual([]);
  });

  it('keeps a pod range that breaks a rule of today, flagged, and nobody gets it by that (OV-74)', async () => {
    await bench.post('/v1/address-spaces', { name: 'legacy' });
    await bench.post('/v1/pools', { name: 'legacy-pods', addressSpace: 'legacy', cidrs: ['172.16.0.0/12'], reuse: 'REUSABLE' });
    const { body } = await csv('kind,pool,cidr,owner,purpose\nALLOCATION,legacy-pods,172.30.0.0/16,CLUSTER/old,POD_CIDR\n');
    expect(body.rows[0]).toMatchObject({ outcome: 'CREATED', problems: [{ code: 'grandfathered', rule: 'OV-74' }] });
    const refused = await bench.post('/v1/pools/legacy-pods/allocations', {
      cidr: '172.30.0.0/16',
      owner: { kind: 'CLUSTER', id: 'new' },
      purpose: 'POD_CIDR',
    });
    expect([refused.status, refused.body.errors[0].rule]).toEqual([422, 'OV-70']);
    const [{ id }] = (await bench.get('/v1/allocations?pool=legacy-pods')).body.items;
    const grown = await bench.post(`/v1/allocations/${id}/expand`, { prefixLength: 15 });
    expect([grown.status, grown.body.code]).toEqual([422, 'pod_cidr_grandfathered']);
  });

  it('keeps a cluster whose ranges lie in its own network or in each other, flagged (OV-32, OV-33, OV-61, OV-74)', async () => {
    await bench.post('/v1/address-spaces', { name: 'grown' });
    const network = vnet('grown-vnet', ['10.50.0.0/16'], { subnets: { nodes: '10.50.0.0/24' } });
    const cluster = (name: string, networkProfile: object) => ({
      id: `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/${name}`,
      name,
      networkProfile: { networkPlugin: 'azure', networkPluginMode: 'overlay', ...networkProfile },
      agentPoolProfiles: [{ name: 'np', vnetSubnetId: `${vnetId('grown-vnet')}/subnets/nodes` }],
    });
    const clusters = [
      cluster('inside', { podCidr: '10.50.128.0/17', serviceCidr: '10.50.0.0/24' }),
      cluster('crossed', { podCidr: '10.60.0.0/16', serviceCidr: '10.60.4.0/22' }),
      cluster('sound', { podCidr: '10.61.0.0/16', serviceCidr: '10.62.0.0/16' }),
    ];
    for (const resources of [[network], clusters, clusters])
      expect((await bench.post('/v1/imports?addressSpace=grown', resources)).status).toBe(201);
    const { items } = (await bench.get('/v1/discovered-ranges?addressSpace=grown&grandfathered=true')).body;
    const told = (items as { name: string; violations: { rule: string; code: string }[] }[]).map(
      ({ name, violations }) => `${name}: ${violations.map(({ rule, code }) => `${rule} ${code}`).join(', ')}`,
    );
    expect(told.sort()).toEqual([
      'crossed pods: OV-33 pod_service_cidr_overlap',
      'inside pods: OV-32 pod_cidr_overlaps_vnet',
      'inside services: OV-61 service_cidr_overlaps_vnet',
    ]);
    const again = await bench.post('/v1/imports?addressSpace=grown', clusters);
    expect(again.body.counts).toMatchObject({ unchanged: 6, updated: 0 });
  });

  it.each([
    ['no header', '10.0.0.0/24,x\n', 'header_required'],
    ['nothing', '', 'header_required'],
    ['UTF-16', Buffer.from('\uFEFFkind,cidr', 'utf16le'), 'unsupported_encoding'],
    ['a column twice', 'kind,cidr,prefix\n', 'duplicate_column'],
  ])('with %s is refused at once', async (_, text, code) => {
    const { status, body } = await csv(text);
    expect([status, body.errors?.[0]?.code]).toEqual([422, code]);
  });
});

describe('importFile of GraphQL', () => {
  const mutation =
    'mutation ($input: ImportBodyInput!) { importFile(input: $input) { __typename ... on ImportReport { id status format counts { total created refused } rows { at outcome } } ... on ProblemInterface { code errors { path code suggestion } } } }';
  const importFile = async (input: object): Promise<Record<string, unknown>> => {
    const { body } = await bench.post('/graphql', { query: mutation, variables: { input } });
    expect(body.errors).toBeUndefined();
    return body.data.importFile;
  };

  it('writes, refuses and rehearses as REST does', async () => {
    await space('by-graph');
    const content = 'cidr,name\n10.0.0.0/24,a\n10.0.1.0/24,b\n';
    const options = { kind: 'DISCOVERED_RANGE', addressSpace: 'by-graph', fileName: 'ranges.csv' };
    const refused = await importFile({ content: `${content}10.0.2.1/24,c\n`, ...options });
    expect(refused).toMatchObject({
      code: 'import_refused',
      errors: [{ path: 'lines[4].cidr', code: 'host_bits_set', suggestion: '10.0.2.0/24' }],
    });
    const counts = { total: 2, created: 2, refused: 0 };
    const applied = await importFile({ content, ...options });
    expect(applied).toMatchObject({ __typename: 'ImportReport', status: 'APPLIED', format: 'CSV', counts });
    expect(applied['rows']).toEqual([
      { at: 'lines[2]', outcome: 'CREATED' },
      { at: 'lines[3]', outcome: 'CREATED' },
    ]);
    const skipped = await importFile({ content: `${content}10.0.2.1/24,c\n10.0.3.0/24,d\n`, ...options, onError: 'SKIP' });
    expect(skipped).toMatchObject({ status: 'APPLIED', counts: { total: 4, created: 1, refused: 1 } });
    const json = await importFile({ content: JSON.stringify([vnet('graph-net', ['10.220.0.0/16'])]), addressSpace: 'by-graph' });
    expect(json).toMatchObject({ format: 'AZURE_JSON', counts: { total: 2, created: 2, refused: 0 } });
    expect(await importFile({ content: '', ...options })).toMatchObject({ errors: [{ code: 'header_required' }] });
  });
});

describe('Azure JSON', () => {
  it('gives networks, ranges and links; reality is never refused, only told', async () => {
    await space('azure');
    const mine = await bench.post('/v1/pools/azure-pool/allocations', {
      prefixLength: 24,
      owner: { kind: 'TEAM', id: 'first' },
      purpose: 'vnet',
    });
    const hub = vnet('az-hub', ['10.0.0.0/22'], {
      subnets: { GatewaySubnet: '10.0.3.0/27', nodes: '10.0.2.0/24' },
      peers: ['az-spoke', 'elsewhere'],
    });
    const spoke = vnet('az-spoke', ['10.200.0.0/16'], { peers: ['az-hub'] });
    const { status, body } = await bench.post('/v1/imports?addressSpace=azure', [hub, spoke]);
    expect([status, body.format, body.counts.refused]).toEqual([201, 'AZURE_JSON', 0]);
    expect(outcomes({ body } as Response)).toEqual([
      'NETWORK az-hub CREATED',
      'DISCOVERED_RANGE az-hub CREATED',
      'DISCOVERED_RANGE az-hub/GatewaySubnet CREATED',
      'DISCOVERED_RANGE az-hub/nodes CREATED',
      'LINK to-az-spoke CREATED',
      'LINK to-elsewhere SKIPPED',
      'NETWORK az-spoke CREATED',
      'DISCOVERED_RANGE az-spoke CREATED',
      'LINK to-az-hub UNCHANGED',
    ]);
    const conflicts = (await bench.get('/v1/conflicts')).body.items.filter(
      ({ kind }: { kind: string }) => kind === 'ALLOCATION_OVERLAPS_DISCOVERED',
    );
    expect(conflicts).toMatchObject([
      { ranges: [{ cidr: '10.0.0.0/24', holder: mine.body.id }, { cidr: '10.0.0.0/22' }], ageSeconds: expect.any(Number) },
    ]);
    const next = await bench.post('/v1/pools/azure-pool/allocations', {
      prefixLength: 24,
      owner: { kind: 'TEAM', id: 'next' },
      purpose: 'vnet',
    });
    expect(next.body.cidr).toBe('10.0.4.0/24');
    await bench.post(`/v1/allocations/${mine.body.id}/release`);
    expect(
      (await bench.get('/v1/conflicts')).body.items.filter(({ kind }: { kind: string }) => kind === 'ALLOCATION_OVERLAPS_DISCOVERED'),
    ).toEqual([]);
    expect((await bench.get('/v1/pools/azure-pool/free')).body.items[0].cidr).toBe('10.0.5.0/24');
    const again = await bench.post('/v1/imports?addressSpace=azure', { value: [hub, spoke] });
    expect(again.body.counts).toMatchObject({ created: 0, updated: 0, refused: 0 });
  });

  it('follows a network that grew or moved, and keeps what Podspan was told', async () => {
    await space('moves', ['10.0.0.0/8']);
    await bench.post('/v1/imports?addressSpace=moves', [vnet('moving', ['10.60.0.0/24'])]);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=moves')).body.items).toMatchObject([
      { cidr: '10.60.0.0/24', kind: 'VIRTUAL_NETWORK' },
    ]);
    await bench.post('/v1/imports?addressSpace=moves', [vnet('moving', ['10.61.0.0/24'])]);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=moves')).body.items).toMatchObject([{ cidr: '10.61.0.0/24' }]);
    expect((await bench.get('/v1/networks/moving')).body.prefixes).toEqual(['10.61.0.0/24']);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=moves&state=ENDED')).body.items).toMatchObject([
      { cidr: '10.60.0.0/24', state: 'ENDED' },
    ]);
    expect((await bench.get('/v1/pools/moves-pool/utilization')).body.usedAddresses).toBe('256');
    await bench.post('/v1/networks', { name: 'told', addressSpace: 'moves', kind: 'VIRTUAL_NETWORK', prefixes: ['10.70.0.0/16'] });
    const { body } = await bench.post('/v1/imports?addressSpace=moves', [vnet('told', ['10.70.0.0/16', '10.71.0.0/16'])]);
    expect(body.rows[0].problems).toMatchObject([{ code: 'network_prefixes_differ' }]);
    expect((await bench.get('/v1/networks/told')).body.prefixes).toEqual(['10.70.0.0/16']);
    // The declared prefix is there to be given out in subnets, the other one is somebody's.
    expect((await bench.get('/v1/pools/moves-pool/utilization')).body.usedAddresses).toBe(String(256 + 65_536));
  });
});

describe('discovered ranges over one another and over the edges of a pool', () => {
  it('count each address once, and each comes back once', async () => {
    await space('edges', ['10.10.0.0/16', '2001:db8::/48']);
    const base = (await bench.get('/v1/pools/edges-pool/free')).body.items;
    const ranges = ['10.0.0.0/8', '10.10.255.0/24', '10.10.254.0/23', '10.10.0.0/28', '10.8.0.0/13', '2001:db8::/32', '2001:db8:0:5::/64'];
    for (let count = 1; count <= ranges.length; count += 1) {
      const text = `kind,addressSpace,cidr,name\n${ranges
        .slice(0, count)
        .map((cidr) => `DISCOVERED_RANGE,edges,${cidr},${cidr}`)
        .join('\n')}`;
      expect((await csv(text)).status).toBe(201);
    }
    const full = await bench.get('/v1/pools/edges-pool/utilization');
    expect(full.body.usedAddresses).toBe(full.body.totalAddresses);
    expect(
      (await bench.post('/v1/pools/edges-pool/allocations', { prefixLength: 28, owner: { kind: 'TEAM', id: 'a' }, purpose: 'x' })).body
        .code,
    ).toBe('pool_exhausted');
    await sql`update discovered_range set ended_at = now() where space_id = (select id from address_space where name = 'edges')`.execute(
      bench.fresh.db,
    );
    await bench.post('/v1/networks', { name: 'edges-all', addressSpace: 'edges', kind: 'EXTERNAL', prefixes: ['0.0.0.0/0', '::/0'] });
    await bench.delete('/v1/networks/edges-all');
    expect((await bench.get('/v1/pools/edges-pool/free')).body.items).toEqual(base);
  });
});

/** IMPORT_ROWS=100000 shows the figures of the largest table that is promised. */
const ROWS = Number(process.env['IMPORT_ROWS'] ?? 10_000);

describe('a long table', () => {
  it('with every kind of broken row are all named, in bounded time, and nothing is written', async () => {
    await space('huge', ['10.0.0.0/8']);
    const { text, broken } = brokenCsv(ROWS, 'huge');
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const { status, body } = await csv(text);
    const seconds = (performance.now() - started) / 1000;
    const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
    process.stdout.write(`a long table, ${broken.size} broken: ${seconds.toFixed(1)} s, +${grown.toFixed(0)} MB\n`);
    expect([status, body.code]).toEqual([422, 'import_refused']);
    expect(body.counts).toMatchObject({ total: ROWS, refused: broken.size });
    expect(body.errors).toHaveLength(1000);
    const named = new Map<string, string>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Response = await bench.get(
        `/v1/imports/${body.import}/rows?outcome=REFUSED&limit=1000${cursor ? `&cursor=${cursor}` : ''}`,
      );
      for (const { at, problems } of page.body.items) named.set(at, problems[0].code);
      cursor = page.body.nextCursor;
    }
    expect([...broken].filter(([at, code]) => named.get(at) !== code)).toEqual([]);
    expect(named.size).toBe(broken.size);
    expect((await bench.get('/v1/discovered-ranges?addressSpace=huge')).body.items).toEqual([]);
    expect((await bench.get('/v1/allocations?pool=huge-pool')).body.items).toEqual([]);
    expect(seconds).toBeLessThan(30);
  }, 120_000);

  it('of sound rows is rehearsed, written and written again at a cost that grows with its length only', async () => {
    await space('sound', ['10.0.0.0/8']);
    const { text } = brokenCsv(ROWS, 'sound');
    const sound = text
      .split('\n')
      .filter((_, index) => index === 0 || index % 10 !== 0)
      .join('\n');
    const rows = (ROWS / 10) * 9;
    for (const [query, status, counts] of [
      ['?dryRun=true', 200, { total: rows, created: rows }],
      ['', 201, { total: rows, created: rows }],
      ['', 201, { total: rows, created: 0, unchanged: rows }],
    ] as const) {
      const started = performance.now();
      const { body, ...answer } = await csv(sound, query);
      process.stdout.write(`a sound table of ${rows} rows${query}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
      expect([answer.status, body.counts]).toMatchObject([status, counts]);
    }
    expect((await bench.get('/v1/pools/sound-pool/utilization')).body.usedAddresses).toBe(String(rows * 16));
  }, 180_000);
});
