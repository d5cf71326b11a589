import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { ExportThings } from './export-things.js';

let bench: IpamBench;

beforeAll(async () => {
  bench = await ipamBench();
  await bench.post('/v1/address-spaces', { name: 's', description: '=HYPERLINK("http://evil")' });
  await bench.post('/v1/networks', { name: 'n', addressSpace: 's', kind: 'VIRTUAL_NETWORK', prefixes: ['10.0.0.0/16', '10.1.0.0/16'] });
  await bench.post('/v1/pools', { name: 'p', addressSpace: 's', cidrs: ['10.0.0.0/16'], reuse: 'EXCLUSIVE', labels: { a: '1', b: '2' } });
  await bench.post('/v1/pools/p/allocations', {
    prefixLength: 24,
    owner: { kind: 'TEAM', id: 'x,"y"' },
    purpose: 'test',
    labels: { env: 'prod' },
  });
});
afterAll(() => bench.close());

async function text(path: string): Promise<string> {
  const { status, body, text: raw } = await bench.get(path);
  expect([path, status, body.errors]).toEqual([path, 200, undefined]);
  return raw;
}

describe('an export', () => {
  it('is CSV with the columns of an import, safe in a spreadsheet', async () => {
    expect(await text('/v1/exports/address-spaces')).toBe(`kind,name,description\r\nADDRESS_SPACE,s,"'=HYPERLINK(""http://evil"")"\r\n`);
    expect((await text('/v1/exports/networks?format=csv')).split('\r\n')[1]).toBe(
      'NETWORK,n,s,10.0.0.0/16 10.1.0.0/16,VIRTUAL_NETWORK,,,,DECLARED',
    );
    expect((await text('/v1/exports/pools')).split('\r\n')[1]).toBe('POOL,p,s,10.0.0.0/16,EXCLUSIVE,,,,,,,FIRST_FIT,0,a=1;b=2,');
    const [head, line] = (await text('/v1/exports/allocations')).split('\r\n');
    expect(head).toMatch(/^kind,pool,cidr,owner,purpose,expiresAt,labels,/);
    expect(line).toMatch(/^ALLOCATION,p,10.0.0.0\/24,"TEAM\/x,""y""",test,,env=prod,/);
    const { headers } = await bench.get('/v1/exports/pools');
    expect([headers['content-type'], headers['content-disposition']]).toEqual([
      'text/csv; charset=utf-8',
      'attachment; filename="pools.csv"',
    ]);
  });

  it('is JSON, as an array or by line, the same as the lists', async () => {
    const listed = (await bench.get('/v1/allocations')).body.items;
    expect(JSON.parse(await text('/v1/exports/allocations?format=json'))).toEqual(listed);
    expect(
      (await text('/v1/exports/allocations?format=jsonl&pool=p'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(listed);
    expect(JSON.parse(await text('/v1/exports/conflicts?format=json'))).toEqual([]);
    expect(JSON.parse(await text('/v1/exports/audit-events?format=json'))).toHaveLength(4);
    expect(JSON.parse(await text('/v1/exports/allocations?format=json&asOf=1999-01-01T00:00:00Z'))).toEqual([]);
    expect(JSON.parse(await text('/v1/exports/meshes?format=json&asOf=1999-01-01T00:00:00Z'))).toEqual([]);
  });

  it('is refused like any other request', async () => {
    expect((await bench.get('/v1/exports/secrets')).status).toBe(422);
    expect((await bench.get('/v1/exports/pools?format=xls')).status).toBe(422);
    for (const thing of ['planned-clusters', 'discovered-ranges'])
      expect((await bench.get(`/v1/exports/${thing}?asOf=1999-01-01T00:00:00Z`)).body.errors[0].code).toBe('as_of_not_supported');
    expect((await bench.get('/v1/exports/pools?asOf=2999-01-01T00:00:00Z')).body.code).toBe('as_of_in_future');
  });

  it('is one snapshot in pages, and lets go of it when the reader leaves', async () => {
    await sql`insert into allocation (id, pool_id, space_no, cidr, held, status, owner_kind, owner_id, purpose, exclusive, created_by)
      select gen_random_uuid(), p.id, s.no, b.cidr, b.cidr, 'ACTIVE', 'TEAM', 'bulk' || n, 'bulk', true, 'test'
      from pool p join address_space s on s.id = p.space_id cross join generate_series(0, 2499) n
      cross join lateral (select set_masklen('10.0.16.0'::inet + n * 4, 30)::cidr) b(cidr) where p.name = 'p'`.execute(bench.fresh.db);
    const use = bench.resolve(ExportThings);
    const actor = { subject: 'test', role: 'viewer', spaces: '*' } as const;
    const stream = await use.execute(actor, 'allocations', { format: 'jsonl' });
    // After the export has begun.
    await sql`delete from allocation where purpose = 'bulk'`.execute(bench.fresh.db);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trim().split('\n');
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(2501);
    const left = await use.execute(actor, 'allocations', { format: 'csv' });
    left.destroy();
    await new Promise((closed) => left.once('close', closed));
    await expect
      .poll(
        async () =>
          (
            await sql<{
              n: number;
            }>`select count(*)::int as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`.execute(
              bench.fresh.db,
            )
          ).rows[0]?.n,
      )
      .toBe(0);
    const limited = await use.execute({ subject: 'x', role: 'viewer', spaces: [] }, 'allocations', { format: 'json' });
    const texts: Buffer[] = [];
    for await (const chunk of limited) texts.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(texts).toString())).toEqual([]);
  });
});
