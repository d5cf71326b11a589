import type { CallContext } from '@podspan/platform';
import type { Response } from 'supertest';
import { ImportStage } from '../../imports/stage.js';
import { WriteStage } from '../../imports/write-stage.js';
import { meets } from './answers.js';
import type { ModelRun, Takers } from './model-run.js';
import { blockAt, blockIn, rangeOf } from './model-world.js';
import { isLive, NaivePool } from './naive-estate.js';

/** Pools, and what lies in them that no pool gave out. */
export const poolSteps: Takers<'quota' | 'child' | 'deletePool' | 'see' | 'importRange' | 'importAllocation' | 'restart'> = {
  async quota(run, { pool: which, addresses, allocations }) {
    const pool = run.pool(which);
    pool.quota = addresses === 0 ? undefined : { maxAddresses: addresses, maxAllocations: allocations };
    const quotas = pool.quota ? [{ ownerKind: 'TEAM', maxAddresses: String(addresses), maxAllocations: allocations }] : [];
    meets(`quota of ${pool.name}`, await run.bench.patch(`/v1/pools/${pool.name}`, { quotas }), undefined);
  },

  async child(run, { pool: which, place, strategy }) {
    const parent = run.pool(which);
    const cidr = blockAt(rangeOf(parent, place), place);
    const name = `child-${(run.names += 1)}`;
    const body = { name, addressSpace: 'corp', cidrs: [cidr], reuse: 'EXCLUSIVE', parentPool: parent.name, strategy };
    const answer = await run.bench.post('/v1/pools', body);
    const inWay = parent.held.filter((held) => held.cidr.overlaps(cidr));
    const code = parent.children.some(({ cidrs }) => cidrs.some((other) => other.overlaps(cidr)))
      ? 'pool_overlap'
      : inWay.some(({ due }) => !due)
        ? 'prefix_taken'
        : undefined;
    meets(`child pool ${cidr} of ${parent.name}`, answer, code);
    if (code !== undefined) return;
    parent.endDue();
    const child = new NaivePool(run.estate, name, [cidr], strategy, false, parent);
    parent.children.push(child);
    run.estate.pools.push(child);
  },

  async deletePool(run, { pool: which }) {
    const children = run.estate.pools.filter(({ parent }) => parent);
    const pool = children[which % Math.max(1, children.length)];
    if (!pool?.parent) return;
    const isUsed = pool.children.length > 0 || pool.held.some(({ due }) => !due);
    meets(`delete ${pool.name}`, await run.bench.delete(`/v1/pools/${pool.name}`), isUsed ? 'in_use' : undefined);
    if (isUsed) return;
    run.estate.ever = run.estate.ever.filter((one) => one.pool !== pool);
    run.estate.pools.splice(run.estate.pools.indexOf(pool), 1);
    pool.parent.children.splice(pool.parent.children.indexOf(pool), 1);
  },

  /** A reading of everything a subscription has: what was there before and is not now has ended. */
  async see(run, { places: found }) {
    const blocks = found.map(({ place, isSix }) => blockIn(isSix ? 6 : 4, place));
    const rows = blocks.map((cidr, index) => {
      const values = { cidr: String(cidr), name: `seen-${index}`, addressSpace: 'corp', rangeKind: 'OTHER' };
      return { at: `[${index}]`, kind: 'DISCOVERED_RANGE' as const, name: values.name, values, problems: [] };
    });
    await run.bench.fresh.db.transaction().execute(async (trx) => {
      await run.bench.resolve(ImportStage).fill(
        trx,
        (async function* () {
          yield* rows;
        })(),
      );
      const scope = { seen: true, scope: 'azure:model', source: 'DISCOVERY', addressSpace: 'corp', complete: true, force: false };
      await run.bench.resolve(WriteStage).execute(trx, reader, { ...scope, allOrNothing: false });
    });
    run.estate.seen = blocks;
  },

  async importRange(run, { place, isSix }) {
    const cidr = blockIn(isSix ? 6 : 4, place);
    const content = `kind,addressSpace,cidr,name\nDISCOVERED_RANGE,corp,${cidr},paper ${cidr}\n`;
    meets('import of a range', await imported(run, content), undefined);
    run.estate.imported = [...run.estate.imported, cidr];
  },

  async importAllocation(run, { pool: which, place, owner: o, purpose: p }) {
    const pool = run.pool(which);
    const [owner, purpose, cidr] = [`o${o}`, `p${p}`, blockAt(rangeOf(pool, place), place)];
    const now = pool.held.filter(({ due }) => !due);
    const own = now.find((held) => held.owner === owner && held.purpose === purpose && isLive(held));
    const isAdopted = run.estate.imported.concat(run.estate.seen).some((range) => range.equals(cidr));
    const inWay = [
      ...now.map((held) => held.cidr),
      ...pool.children.flatMap(({ cidrs }) => cidrs),
      ...[...run.estate.foreign.values()].flat(),
    ];
    const others = isAdopted ? inWay : [...inWay, ...run.estate.occupied()];
    const isTaken = own ? !own.cidr.equals(cidr) : others.some((other) => other.overlaps(cidr));
    const code = isTaken ? 'import_refused' : !own && pool.isOver(owner, cidr) ? 'quota_exceeded' : undefined;
    const answer = await imported(run, `kind,pool,cidr,owner,purpose\nALLOCATION,${pool.name},${cidr},TEAM/${owner},${purpose}\n`);
    meets(`import of ${cidr} for ${owner} ${purpose} into ${pool.name}`, answer, code);
    if (code !== undefined) return;
    pool.endDue();
    if (own) return;
    const held = pool.hold({ owner, purpose }, cidr, false);
    const { body } = await run.bench.get(`/v1/allocations?pool=${pool.name}&owner=${owner}&purpose=${purpose}&status=ACTIVE`);
    held.id = body.items[0].id;
  },

  restart: (run) => run.bench.restart(),
};

function imported(run: ModelRun, content: string): Promise<Response> {
  return run.bench.post('/v1/imports', content as unknown as object, { 'content-type': 'text/csv' });
}

const reader: CallContext = {
  actor: { subject: 'reader', role: 'operator', spaces: '*' },
  authorization: '',
  requestId: 'model',
  traceparent: undefined,
  idempotencyKey: undefined,
  dryRun: false,
  ifMatch: undefined,
  route: 'discovery',
  bodyHash: '',
};
