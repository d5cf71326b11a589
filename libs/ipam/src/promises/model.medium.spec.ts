import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IpamBench, ipamBench } from '../testing/ipam-bench.js';
import { judged } from '../testing/model/judge.js';
import { ModelRun } from '../testing/model/model-run.js';
import { freshWorld } from '../testing/model/model-world.js';
import { type Step, step } from '../testing/model/steps.js';
import { takeStep } from '../testing/model/take-step.js';

/** Sequences in CI; PODSPAN_MODEL_RUNS asks for more, for a night. A failure prints its seed and its shortest sequence. */
const RUNS = Number(process.env['PODSPAN_MODEL_RUNS'] ?? 12);
/** Holes instead of a length that shrinks: every sequence is long, and one with a fault shrinks to its few steps and holes. */
const sequence = fc.array(fc.option(step, { freq: 60 }), { minLength: 24, maxLength: 32 });
const LOADED_MACHINE_MS = 240_000;
/** Then the search for a shorter sequence ends too, so that a fault is told before the test's own time is up. */
const SEARCH_SHARE = 0.8;
const LIMIT_MS = Math.max(LOADED_MACHINE_MS, RUNS * 10_000);

let bench: IpamBench;
beforeAll(async () => {
  bench = await ipamBench();
});
afterAll(() => bench.close());

/** Every step is answered as the model says, and leaves a database that keeps every invariant and is what the model is. */
async function follows(steps: readonly (Step | null)[], damage?: string): Promise<void> {
  const run = new ModelRun(bench, await freshWorld(bench));
  for (const one of steps) {
    if (one === null) continue;
    await takeStep(run, one);
    await judged(bench, run.estate);
  }
  if (damage === undefined) return;
  await sql.raw(damage).execute(bench.fresh.db);
  await judged(bench, run.estate);
}

const four = { pool: 0, bits: 2, isSix: false, strategy: undefined, within: undefined, exclude: undefined } as const;
const allocate = { do: 'allocate', ...four, owner: 0, purpose: 0, reserve: false } as const;
const place = { offset: 0, bits: 2 } as const;

describe('a sequence that once found a fault', () => {
  it.each<[string, readonly Step[]]>([
    [
      'a child pool where a reservation ran out',
      [
        { ...allocate, reserve: true },
        { do: 'expire', which: 0 },
        { do: 'child', pool: 0, place, strategy: 'FIRST_FIT' },
      ],
    ],
  ])('%s', (_, steps) => follows(steps));
});

describe('the judge', () => {
  const steps: readonly Step[] = [
    allocate,
    { ...allocate, owner: 1 },
    { do: 'importRange', place: { offset: 96, bits: 1 }, isSix: false },
    { ...allocate, pool: 2, owner: 2 },
    { do: 'release', which: 0 },
  ];

  it('is content with what the service does', () => follows(steps));

  it.each`
    damage                                                                                             | noticed
    ${'delete from free_block where cidr = (select min(cidr) from free_block)'}                        | ${/free_space_lost/}
    ${`update free_block set cidr = '10.0.0.8/29' where cidr = '10.0.0.0/29'`}                         | ${/free_block_taken/}
    ${`update allocation set status = 'RELEASED', ended_at = now() where holding and owner_id = 'o1'`} | ${/free_space_lost/}
    ${`update discovered_range set ended_at = now()`}                                                  | ${/free_space_lost/}
    ${`update allocation set owner_id = 'o9', updated_at = now() where holding and owner_id = 'o1'`}   | ${/held: the service has .*o9/}
    ${`insert into conflict (id, key, kind, rule, ranges, path, message, opened_by)
       values (gen_random_uuid(), 'x', 'NETWORKS_OVERLAP', 'NET-01', '[]', '[]', 'x', 'x')`} | ${/conflict_stale/}
  `('notices $damage', async ({ damage, noticed }) => {
    await expect(follows(steps, damage)).rejects.toThrow(noticed);
  });
});

describe('any sequence of steps', () => {
  it(
    'is answered as a naive model answers it, and breaks no invariant on its way',
    () =>
      fc.assert(
        fc.asyncProperty(sequence, (steps) => follows(steps)),
        { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS * SEARCH_SHARE, markInterruptAsFailure: true },
      ),
    LIMIT_MS,
  );
});
