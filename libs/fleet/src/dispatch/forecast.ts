import { sql } from 'kysely';
import type { Db, RolloutRow, WaveCountRow } from '../database.js';
import { groupBy } from '../domain/group-by.js';
import { lastOpening, type Windows } from '../domain/maintenance-windows.js';
import type { Action } from '../domain/rollout-request.js';
import { atSpeed, countsBy, durationsOf, estimate, type EtaRange, type Left } from '../domain/eta.js';

/** ARM's write bucket of one subscription and principal: this many at once, then this many a second (arm notes 4.3). */
export const armWrites = { burst: 200, perSecond: 10 };
/**
 * Accepted writes of one item, at most. CREATE: two groups, network, three subnets, identity, two roles, cluster; DELETE all of it
 * but the groups and the network; the other actions write the cluster, and UPGRADE a few pools.
 */
const writesPerItem: Readonly<Record<Action, number>> = {
  CREATE: 10,
  DELETE: 7,
  UPGRADE: 4,
  MIGRATE_TO_OVERLAY: 1,
  EXPAND_POD_CIDR: 1,
  ENABLE_CILIUM: 1,
  // The gateway's are the ingress service's.
  MIGRATE_INGRESS: 1,
};

type Opening = NonNullable<ReturnType<typeof lastOpening>>;

export interface Moment {
  /** Milliseconds since the epoch, by the database. */
  readonly now: number;
  readonly windows: Windows;
  /** Azure's seconds per second. */
  readonly speed: number;
}

/** The range in which the rollout will end, from what is left, from how long its like took, and from the times that are set. */
export async function etaOf(
  trx: Db,
  rollout: RolloutRow,
  waves: readonly WaveCountRow[],
  { now, windows, speed }: Moment,
): Promise<EtaRange> {
  const left = await leftByWave(trx, rollout.id);
  const seconds = await pastSeconds(trx, rollout);
  const openings = await openingsByWave(trx, rollout.id, windows);
  const inSeconds = (time: number | undefined): number | undefined => (time === undefined ? undefined : Math.max(0, (time - now) / 1_000));
  const perSubscription = countsBy([...left.values()].flat(), ({ subscriptionId }) => subscriptionId);
  return estimate({
    waves: waves
      .filter(({ index }) => left.has(index))
      .map((wave) => ({
        left: left.get(wave.index) ?? [],
        maxConcurrency: Math.min(rollout.max_concurrency, wave.max_concurrency ?? rollout.max_concurrency),
        soakSeconds: wave.soak_seconds,
        startsInSeconds: inSeconds(startOf(rollout, wave, waves)),
        opensInSeconds: inSeconds(openings.get(wave.index)?.at),
        opensFor: openings.get(wave.index)?.items,
      })),
    durations: durationsOf(seconds) ?? atSpeed(speed, rollout.action),
    limits: {
      perSubscription: rollout.max_concurrency_per_subscription ?? undefined,
      perRegion: rollout.max_concurrency_per_region ?? undefined,
      perNetwork: rollout.max_concurrency_per_network ?? undefined,
    },
    failureMode: rollout.failure_mode,
    maxFailures: rollout.max_failures,
    failed: waves.reduce((total, { counted_failures: failed }) => total + failed, 0),
    bucketSeconds:
      Math.max(0, ...[...perSubscription.values()].map((count) => bucketSeconds(count * writesPerItem[rollout.action]))) / speed,
  });
}

/** When a wave that is not open yet may begin, as far as that is set: its hour, the rollout's, and the soak of what has settled before. */
function startOf({ starts_at: startsAt }: RolloutRow, wave: WaveCountRow, waves: readonly WaveCountRow[]): number | undefined {
  if (wave.opened_at !== null) return undefined;
  const soaks = waves
    .filter(({ index, settled_at: settled }) => index < wave.index && settled !== null)
    .map(({ settled_at: settled, soak_seconds: soak }) => (settled?.getTime() ?? 0) + soak * 1_000);
  return Math.max(0, startsAt?.getTime() ?? 0, wave.not_before?.getTime() ?? 0, ...soaks);
}

/** When the last of a wave's items that wait for their windows may start; a wave without any is absent. */
async function openingsByWave(trx: Db, rolloutId: string, windows: Windows): Promise<ReadonlyMap<number, Opening>> {
  if (windows.count === 0) return new Map();
  const { rows } = await sql<{ wave: number; windows: number[]; items: number }>`
    select wave, windows, count(*)::int as items from item
    where rollout_id = ${rolloutId} and state = 'PENDING' and not held and windows <> '{}' group by wave, windows
  `.execute(trx);
  const byWave = groupBy(rows, ({ wave }) => String(wave));
  return new Map(
    [...byWave].flatMap(([wave, waiting]) => {
      const last = lastOpening(waiting.map(({ windows: indexes, items }) => ({ opens: windows.opensAt(indexes), items })));
      return last ? [[Number(wave), last] as const] : [];
    }),
  );
}

/** Seconds that so many writes of one subscription need at least. */
export function bucketSeconds(writes: number): number {
  return Math.max(0, (writes - armWrites.burst) / armWrites.perSecond);
}

async function leftByWave(trx: Db, rolloutId: string): Promise<ReadonlyMap<number, readonly Left[]>> {
  const { rows } = await sql<Left & { readonly wave: number }>`
    select wave, subscription_id as "subscriptionId", region, network, count(*)::int as count from item
    where rollout_id = ${rolloutId} and ((state = 'PENDING' and not held) or state = 'RUNNING')
    group by wave, subscription_id, region, network
  `.execute(trx);
  const waves = new Map<number, Left[]>();
  for (const row of rows) waves.set(row.wave, [...(waves.get(row.wave) ?? []), row]);
  return waves;
}

/** Its own items first; until three of them have ended, the latest of the same action. */
async function pastSeconds(trx: Db, { id, action }: RolloutRow): Promise<number[]> {
  const { rows } = await sql<{ seconds: number; own: boolean }>`
    select extract(epoch from i.ended_at - i.started_at)::float8 as seconds, i.rollout_id = ${id} as own
    from item i join rollout r on r.id = i.rollout_id
    where i.state = 'SUCCEEDED' and r.action = ${action} order by own desc, i.ended_at desc limit 200
  `.execute(trx);
  const own = rows.filter((row) => row.own);
  return (own.length >= 3 ? own : rows).map(({ seconds }) => seconds);
}
