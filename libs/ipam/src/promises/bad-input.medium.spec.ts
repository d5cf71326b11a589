import { testTokens } from '@podspan/platform/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { graphqlCaller, type IpamCaller, type OperationName, restCaller } from '../testing/ipam-callers.js';

let bench: IpamBench;
let before: string;

beforeAll(async () => {
  bench = await ipamBench();
  const pools = [
    { name: 'four', addressSpace: 'lab', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE' },
    { name: 'six', addressSpace: 'lab', cidrs: ['fd00::/48'], reuse: 'EXCLUSIVE' },
  ];
  expect((await bench.post('/v1/topologies', { addressSpaces: [{ name: 'lab' }], pools })).status).toBe(200);
  expect(
    (await bench.post('/v1/pools/four/allocations', { cidr: '10.0.0.0/24', owner: { kind: 'TEAM', id: 'a' }, purpose: 'held' })).status,
  ).toBe(201);
  before = await everything();
});
afterAll(() => bench.close());
/** Whatever was asked for: no row of any table is another one. */
afterEach(async () => expect(await everything()).toBe(before));

/** Every table with its rows, as one text. */
async function everything(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name`.execute(bench.fresh.db);
  const sums = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{
        sum: string;
      }>`select count(*) || ' ' || coalesce(md5(string_agg(r::text, '|' order by r::text)), '') as sum from ${sql.table(name)} r`.execute(
        bench.fresh.db,
      );
      return `${name} ${rows[0]?.sum}`;
    }),
  );
  return sums.join('\n');
}

const asked = { owner: { kind: 'TEAM', id: 'b' }, purpose: 'p' };
const take = (body: object, pool = 'four'): readonly [OperationName, object] => ['allocate', { pool, body: { ...asked, ...body } }];
const pool = (body: object): readonly [OperationName, object] => [
  'createPool',
  { body: { name: 'another', addressSpace: 'lab', cidrs: ['10.1.0.0/16'], reuse: 'EXCLUSIVE', ...body } },
];

interface Wrong {
  readonly what: string;
  readonly ask: readonly [OperationName, object];
  readonly code: string;
  readonly path?: string;
  readonly value?: unknown;
  readonly suggestion?: string;
  readonly conflictsWith?: unknown;
}

const wrongs: readonly Wrong[] = [
  {
    what: 'host bits',
    ask: take({ cidr: '10.0.5.1/24' }),
    code: 'host_bits_set',
    path: 'cidr',
    value: '10.0.5.1/24',
    suggestion: '10.0.5.0/24',
  },
  {
    what: 'host bits of IPv6',
    ask: take({ cidr: 'fd00::1/64' }, 'six'),
    code: 'host_bits_set',
    path: 'cidr',
    value: 'fd00::1/64',
    suggestion: 'fd00::/64',
  },
  {
    what: 'host bits in a filter of ranges',
    ask: take({ prefixLength: 24, within: ['10.0.5.1/24'] }),
    code: 'host_bits_set',
    path: 'within[0]',
  },
  {
    what: 'host bits of a pool',
    ask: pool({ cidrs: ['10.1.0.1/16'] }),
    code: 'host_bits_set',
    path: 'cidrs[0]',
    value: '10.1.0.1/16',
    suggestion: '10.1.0.0/16',
  },
  { what: 'IPv6 from IPv4', ask: take({ cidr: 'fd00::/64' }), code: 'family_mismatch', path: 'cidr', value: 'fd00::/64' },
  { what: 'a family the pool has not', ask: take({ prefixLength: 24, family: 6 }), code: 'family_mismatch', path: 'family' },
  { what: 'both cidr and prefixLength', ask: take({ cidr: '10.0.5.0/24', prefixLength: 24 }), code: 'ambiguous_request' },
  { what: 'both addressCount and prefixLength', ask: take({ addressCount: '5', prefixLength: 24 }), code: 'ambiguous_request' },
  { what: 'a count of nothing', ask: take({ addressCount: '0' }), code: 'invalid_format', path: 'addressCount', value: '0' },
  { what: 'neither', ask: take({}), code: 'prefix_length_required', path: 'prefixLength' },
  { what: 'length 0', ask: take({ prefixLength: 0 }), code: 'invalid_prefix_length', path: 'prefixLength', value: 0 },
  { what: 'length 33', ask: take({ prefixLength: 33 }), code: 'invalid_prefix_length', path: 'prefixLength', value: 33 },
  { what: 'length 129', ask: take({ prefixLength: 129 }, 'six'), code: 'invalid_prefix_length', path: 'prefixLength', value: 129 },
  { what: 'length -1', ask: take({ prefixLength: -1 }), code: 'invalid_prefix_length', path: 'prefixLength', value: -1 },
  { what: 'a length in letters', ask: take({ prefixLength: '24' }), code: 'invalid_type', path: 'prefixLength', value: '24' },
  { what: 'half a length', ask: take({ prefixLength: 24.5 }), code: 'invalid_type', path: 'prefixLength', value: 24.5 },
  {
    what: 'length 33 in the text of a range',
    ask: take({ cidr: '10.0.0.0/33' }),
    code: 'invalid_cidr',
    path: 'cidr',
    value: '10.0.0.0/33',
  },
  { what: 'an IPv6 zone', ask: take({ cidr: 'fe80::%eth0/64' }, 'six'), code: 'invalid_cidr', path: 'cidr', value: 'fe80::%eth0/64' },
  { what: 'a port', ask: take({ cidr: '10.0.5.0:443/24' }), code: 'invalid_cidr', path: 'cidr', value: '10.0.5.0:443/24' },
  { what: 'a port behind brackets', ask: take({ cidr: '[fd00::]:443/64' }, 'six'), code: 'invalid_cidr', path: 'cidr' },
  {
    what: 'IPv4 mapped into IPv6',
    ask: take({ cidr: '::ffff:10.0.5.0/120' }),
    code: 'invalid_cidr',
    path: 'cidr',
    value: '::ffff:10.0.5.0/120',
  },
  { what: 'leading zeros', ask: take({ cidr: '010.0.5.0/24' }), code: 'invalid_cidr', path: 'cidr' },
  { what: 'a range that is none', ask: take({ cidr: 'everything' }), code: 'invalid_cidr', path: 'cidr', value: 'everything' },
  {
    what: 'a range outside the pool',
    ask: take({ cidr: '10.1.0.0/24' }),
    code: 'outside_pool',
    path: 'cidr',
    value: '10.1.0.0/24',
    conflictsWith: ['10.0.0.0/16'],
  },
  { what: 'a range around the pool', ask: take({ cidr: '10.0.0.0/8' }), code: 'outside_pool', path: 'cidr' },
  { what: 'a range that is held', ask: take({ cidr: '10.0.0.0/25' }), code: 'prefix_taken' },
  {
    what: 'a pool inside another without a parent',
    ask: pool({ cidrs: ['10.0.128.0/24'] }),
    code: 'pool_overlap',
    path: 'cidrs[0]',
    value: '10.0.128.0/24',
    suggestion: 'parentPool: four',
  },
  {
    what: 'a pool outside its parent',
    ask: pool({ parentPool: 'four' }),
    code: 'outside_pool',
    path: 'cidrs[0]',
    value: '10.1.0.0/16',
    conflictsWith: ['10.0.0.0/16'],
  },
  { what: 'a pool over a held block of its parent', ask: pool({ cidrs: ['10.0.0.0/23'], parentPool: 'four' }), code: 'prefix_taken' },
  { what: 'a pool without ranges', ask: pool({ cidrs: [] }), code: 'invalid_cidr', path: 'cidrs' },
  {
    what: 'a pool over itself',
    ask: pool({ cidrs: ['10.1.0.0/16', '10.1.2.0/24'] }),
    code: 'cidrs_overlap',
    path: 'cidrs[1]',
    conflictsWith: '10.1.0.0/16',
  },
  {
    what: 'bounds that exclude each other',
    ask: pool({ minPrefixLength: 26, maxPrefixLength: 24 }),
    code: 'invalid_pool_bounds',
    path: 'minPrefixLength',
    value: 26,
  },
  {
    what: 'a strategy that is none',
    ask: take({ prefixLength: 24, strategy: 'WORST_FIT' }),
    code: 'invalid_value',
    path: 'strategy',
    value: 'WORST_FIT',
  },
  {
    what: 'an unknown owner kind',
    ask: take({ prefixLength: 24, owner: { kind: 'my team', id: 'a' } }),
    code: 'unknown_owner_kind',
    path: 'owner.kind',
    value: 'my team',
    suggestion: 'OTHER',
  },
  { what: 'no owner', ask: ['allocate', { pool: 'four', body: { prefixLength: 24, purpose: 'p' } }], code: 'required', path: 'owner' },
  { what: 'a field there is not', ask: take({ prefixLength: 24, size: 5 }), code: 'unknown_field', path: 'size' },
  {
    what: 'an end that is no time',
    ask: take({ prefixLength: 24, expiresAt: 'tomorrow' }),
    code: 'invalid_format',
    path: 'expiresAt',
    value: 'tomorrow',
  },
  {
    what: 'an end that is over',
    ask: take({ prefixLength: 24, expiresAt: '2020-01-01T00:00:00Z' }),
    code: 'expires_in_the_past',
    path: 'expiresAt',
    value: '2020-01-01T00:00:00Z',
  },
  {
    what: 'text that cannot be kept',
    ask: take({ prefixLength: 24, owner: { kind: 'TEAM', id: 'a\0b' } }),
    code: 'invalid_characters',
    path: 'owner.id',
    value: 'a\0b',
    suggestion: 'ab',
  },
  {
    what: 'a batch of 10,001',
    ask: ['allocateMany', { items: Array.from({ length: 10_001 }, () => ({ pool: 'four', prefixLength: 28, ...asked })) }],
    code: 'too_big',
    path: 'items',
  },
  { what: 'an empty batch', ask: ['allocateMany', { items: [] }], code: 'too_small', path: 'items' },
  {
    what: 'one wrong item of a batch',
    ask: [
      'allocateMany',
      {
        items: [
          { pool: 'four', prefixLength: 28, ...asked },
          { pool: 'four', cidr: '10.0.5.1/24', ...asked },
        ],
      },
    ],
    code: 'host_bits_set',
    path: 'items[1].cidr',
    suggestion: '10.0.5.0/24',
  },
  {
    what: 'a pool of a batch that is not there',
    ask: ['allocateMany', { items: [{ pool: 'none', prefixLength: 28, ...asked }] }],
    code: 'unknown_reference',
    path: 'items[0].pool',
    value: 'none',
  },
];

describe.each([
  ['REST', () => restCaller(bench.url, testTokens.admin)],
  ['GraphQL', () => graphqlCaller(bench.url, testTokens.admin)],
] satisfies readonly (readonly [string, () => IpamCaller])[])('bad input over %s is refused and nothing written', (_, caller) => {
  it.each(wrongs)('$what: $code', async ({ ask: [operation, args], code, path, value, suggestion, conflictsWith }) => {
    const answer = await caller().call(operation, args as Readonly<Record<string, unknown>>);
    expect([answer.ok, answer.code]).toEqual([false, code]);
    if (path === undefined) return;
    const wanted = Object.entries({ path, code, value, suggestion, conflictsWith }).filter(([, member]) => member !== undefined);
    expect(answer.errors).toContainEqual(expect.objectContaining(Object.fromEntries(wanted)));
  });

  it('tells of everything that is wrong at once', async () => {
    const items = [
      { pool: 'four', cidr: '10.0.5.1/24', ...asked },
      { pool: 'four', cidr: 'none', ...asked },
      { pool: 'four', prefixLength: 24, owner: { kind: '!', id: 'a' }, purpose: 'p' },
    ];
    const { errors } = await caller().call('allocateMany', { items });
    expect(errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'items[0].cidr host_bits_set',
      'items[1].cidr invalid_cidr',
      'items[2].owner.kind unknown_owner_kind',
    ]);
  });
});
