import { sql } from 'kysely';
import type { Db, RolloutRow, WaveCountRow } from '../database.js';
import type { Decision, Waiting } from '../domain/decide.js';
import type { openWindows } from '../domain/maintenance-windows.js';

/** Items of the current wave that only their maintenance windows keep from starting. */
export interface ShutOut {
  readonly count: number;
  /** When the first of their windows opens, in milliseconds since the epoch. */
  readonly until: number;
}

export async function shutOut(
  trx: Db,
  { id }: RolloutRow,
  wave: number,
  { open, nextOpening }: ReturnType<typeof openWindows>,
): Promise<ShutOut | undefined> {
  const { rows } = await sql<{ windows: number[]; count: number }>`
    select windows, count(*)::int as count from item
    where rollout_id = ${id} and wave = ${wave} and state = 'PENDING' and not held and windows <> '{}' and not windows && ${[...open]}::int[]
    group by windows
  `.execute(trx);
  const until = rows.flatMap(({ windows }) => nextOpening(windows) ?? []);
  return until.length === 0 ? undefined : { count: rows.reduce((total, { count }) => total + count, 0), until: Math.min(...until) };
}

export interface Why {
  readonly lifecycle: Decision['lifecycle'];
  readonly text: string | undefined;
  readonly waiting: Waiting | undefined;
}

/** Items that stand at a point where a person must say yes. */
export interface AtGate {
  readonly gate: string;
  readonly wave: number;
  readonly count: number;
}

/** With every item that is under way at a gate, people are what the rollout waits for. */
export function withGates(why: Why, waves: readonly WaveCountRow[], gates: readonly AtGate[]): Why {
  const [first] = gates;
  if (!first || why.lifecycle === 'DONE' || why.lifecycle === 'PAUSED') return why;
  const held = gates.reduce((total, { count }) => total + count, 0);
  const running = waves.reduce((total, wave) => total + wave.running, 0);
  const name = waves.find(({ index }) => index === first.wave)?.name ?? '';
  const asked = gates.map(
    ({ gate, count, wave }) => `${count} of wave '${waves.find(({ index }) => index === wave)?.name ?? ''}' for approval of ${gate}`,
  );
  return {
    lifecycle: held >= running && why.lifecycle === 'RUNNING' ? 'WAITING' : why.lifecycle,
    text: `${why.text === undefined ? '' : `${why.text}; `}waiting: ${asked.join(', ')}`,
    waiting: { kind: 'ITEM_APPROVAL', wave: name, facts: { gate: first.gate, held, running } },
  };
}

/** After admission the reason can name the limit that holds the rest up. */
export function whyItWaits(
  rollout: RolloutRow,
  waves: readonly WaveCountRow[],
  { lifecycle, waitingFor, waiting, admitFrom }: Decision,
  shut: ShutOut | undefined,
): Why {
  const current = waves.find(({ pending, running }) => pending + running > 0);
  if (admitFrom === undefined || !current) return { lifecycle, text: waitingFor, waiting };
  const { name, running, pending } = current;
  const base = `wave '${name}': ${running} in flight, ${pending} to start`;
  const counts = { running, pending };
  if (pending === 0) return { lifecycle, text: base, waiting: { kind: 'ITEMS_IN_FLIGHT', wave: name, facts: counts } };
  const limit = limitOf(rollout, current, waves);
  if (shut && (limit === undefined || shut.count === pending)) {
    const text = `${base}, ${shut.count} held by their maintenance windows until ${new Date(shut.until).toISOString()}`;
    const kind = 'MAINTENANCE_WINDOW';
    return {
      lifecycle: running === 0 ? 'WAITING' : lifecycle,
      text,
      waiting: { kind, wave: name, until: shut.until, facts: { ...counts, shut: shut.count } },
    };
  }
  const { kind, text, facts } = limit ?? placeLimit(rollout);
  return { lifecycle, text: `${base}, held by ${text}`, waiting: { kind, wave: name, facts: { ...counts, ...facts } } };
}

type Limit = Pick<Waiting, 'kind' | 'facts'> & { readonly text: string };

function limitOf(rollout: RolloutRow, wave: WaveCountRow, waves: readonly WaveCountRow[]): Limit | undefined {
  const running = waves.reduce((total, each) => total + each.running, 0);
  const failed = waves.reduce((total, each) => total + each.counted_failures, 0);
  const slot = (text: string, maxConcurrency: number): Limit => ({ kind: 'SLOT', text, facts: { maxConcurrency } });
  const budget = (text: string, maxFailures: number): Limit => ({ kind: 'FAILURE_BUDGET', text, facts: { maxFailures } });
  const { max_concurrency: slots, max_failures: allowed } = rollout;
  if (running >= slots) return slot(`maxConcurrency ${slots}`, slots);
  if (wave.max_concurrency !== null && wave.running >= wave.max_concurrency)
    return slot(`maxConcurrency ${wave.max_concurrency} of the wave`, wave.max_concurrency);
  if (rollout.failure_mode === 'STRICT' && failed + running > allowed)
    return budget(`the failure budget ${allowed} (STRICT counts what is in flight)`, allowed);
  if (rollout.failure_mode === 'STRICT' && wave.max_failures !== null && wave.counted_failures + wave.running > wave.max_failures)
    return budget(`the failure budget ${wave.max_failures} of the wave`, wave.max_failures);
  return undefined;
}

/** What is left are the limits of a place: each waiting item waits for its own. */
function placeLimit(rollout: RolloutRow): Limit {
  const limits = [
    ['maxConcurrencyPerSubscription', rollout.max_concurrency_per_subscription],
    ['maxConcurrencyPerRegion', rollout.max_concurrency_per_region],
    ['maxConcurrencyPerNetwork', rollout.max_concurrency_per_network],
  ] as const;
  const set = limits.flatMap(([name, limit]) => (limit === null ? [] : [[name, limit] as const]));
  return {
    kind: 'SLOT',
    text: set.map(([name, limit]) => `${name} ${limit}`).join(' or ') || 'a free slot',
    facts: Object.fromEntries(set),
  };
}
