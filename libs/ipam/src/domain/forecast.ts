/** What a pool's allocations did on one day, per length. A day is 24 hours counted back from now: 0 is the last one. */
export interface DayCount {
  readonly daysAgo: number;
  readonly prefixLength: number;
  readonly taken: number;
  readonly released: number;
}

export interface ForecastInput {
  readonly now: Date;
  readonly windowDays: number;
  /** How many days of the window the pool has existed; may be a part of a day. */
  readonly observedDays: number;
  readonly days: readonly DayCount[];
  /** Blocks of each length that can still be given. */
  readonly left: readonly { readonly prefixLength: number; readonly available: bigint }[];
}

export type NoForecast = 'EXHAUSTED' | 'TOO_YOUNG' | 'NO_GROWTH' | 'BEYOND_HORIZON';
export type Confidence = 'LOW' | 'MEDIUM' | 'HIGH';

export interface LengthForecast {
  readonly prefixLength: number;
  /** A decimal string. */
  readonly blocksLeft: string;
  /** Blocks of this length asked for, net of what came back. */
  readonly ownBlocksPerDay: number;
  /** What everything that is taken comes to in blocks of this length. */
  readonly allBlocksPerDay: number;
  /** Null when it is not foreseeable, and then `reason` says why. */
  readonly runsOutAt: { readonly earliest: string; readonly latest: string | null } | null;
  readonly confidence: Confidence | null;
  readonly reason: NoForecast | null;
  readonly message: string;
}

const DAY = 86_400_000;
/** Nobody plans an address range for longer, and dates far beyond say nothing. */
export const HORIZON_DAYS = 3650;
/** One-sided 95 % of a normal distribution. */
const SPREAD = 1.645;
const LEAST_DAYS = 1;

/**
 * When each length runs out at the rate of the window. The two ends come from two questions. Earliest: everything
 * taken, of any length, packs without waste into blocks of this length, at the upper end of the daily rate. Latest:
 * only what surely takes such blocks, which is this length and larger ones, at the lower end.
 */
export function forecastOf(input: ForecastInput): readonly LengthForecast[] {
  return input.left.map(({ prefixLength, available }) => forecastLength(input, prefixLength, available));
}

function forecastLength(input: ForecastInput, prefixLength: number, available: bigint): LengthForecast {
  const own = rateOf(input, (day) => (day.prefixLength === prefixLength ? net(day) : 0));
  const sure = rateOf(input, (day) => (day.prefixLength <= prefixLength ? inBlocks(day, prefixLength) : 0));
  const all = rateOf(input, (day) => inBlocks(day, prefixLength));
  const base = { prefixLength, blocksLeft: String(available), ownBlocksPerDay: round(own.mean), allBlocksPerDay: round(all.mean) };
  const none = (reason: NoForecast, message: string): LengthForecast => ({
    ...base,
    runsOutAt: null,
    confidence: null,
    reason,
    message,
  });
  if (available <= 0n) return { ...none('EXHAUSTED', `no /${prefixLength} is left`), runsOutAt: rangeOf(input.now, 0, 0) };
  if (input.observedDays < LEAST_DAYS) return none('TOO_YOUNG', 'the pool has existed for less than a day');
  if (all.mean <= 0) return none('NO_GROWTH', `no growth in the last ${days(input.observedDays)}`);
  const left = Number(available);
  const earliest = left / all.upper;
  const latest = sure.lower > 0 ? Math.max(earliest, left / sure.lower) : undefined;
  if (earliest > HORIZON_DAYS) return none('BEYOND_HORIZON', `lasts longer than ${HORIZON_DAYS / 365} years at this rate`);
  return {
    ...base,
    runsOutAt: rangeOf(input.now, earliest, latest === undefined || latest > HORIZON_DAYS ? undefined : latest),
    confidence: confidenceOf(input.observedDays, all),
    reason: null,
    message: `${base.allBlocksPerDay} blocks a day of ${available} left`,
  };
}

interface Rate {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** The mean of a day and where it may truly lie, from how much the days differ. */
function rateOf({ days: counts, observedDays, windowDays }: ForecastInput, of: (day: DayCount) => number): Rate {
  const length = Math.max(LEAST_DAYS, Math.min(observedDays, windowDays));
  const slots = Math.max(1, Math.ceil(length));
  const perDay = Array.from({ length: slots }, () => 0);
  for (const day of counts) if (day.daysAgo < slots) perDay[day.daysAgo] = (perDay[day.daysAgo] ?? 0) + of(day);
  const total = perDay.reduce((sum, value) => sum + value, 0);
  const mean = total / length;
  const variance = slots < 2 ? 0 : perDay.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (slots - 1);
  const error = SPREAD * Math.sqrt(variance / slots);
  return { mean, lower: mean - error, upper: mean + error };
}

function net({ taken, released }: DayCount): number {
  return taken - released;
}

function inBlocks(day: DayCount, prefixLength: number): number {
  return net(day) * 2 ** (prefixLength - day.prefixLength);
}

function confidenceOf(observedDays: number, { mean, upper }: Rate): Confidence {
  const spread = (upper - mean) / mean;
  if (observedDays >= 14 && spread <= 0.35) return 'HIGH';
  return observedDays >= 7 && spread <= 1 ? 'MEDIUM' : 'LOW';
}

function rangeOf(now: Date, earliest: number, latest: number | undefined): NonNullable<LengthForecast['runsOutAt']> {
  const at = (daysAhead: number): string => new Date(now.getTime() + Math.round(daysAhead * DAY)).toISOString();
  return { earliest: at(earliest), latest: latest === undefined ? null : at(latest) };
}

function round(rate: number): number {
  return Math.round(rate * 1000) / 1000;
}

function days(count: number): string {
  const whole = Math.floor(count);
  return whole === 1 ? 'day' : `${whole} days`;
}
