import type { AzureCluster } from '../change/azure-cluster.js';

/** A date after which something a cluster uses is not supported any more. */
export interface EndDate {
  readonly rule: string;
  readonly what: string;
  /** The last day of support. */
  readonly date: string;
  /** Whole days from the day of the report; negative afterwards. */
  readonly daysLeft: number;
}

const dates = {
  kubenet: { rule: 'MG-50', what: 'kubenet', date: '2028-03-31' },
  npmWindows: { rule: 'MG-51', what: 'Azure network policies on Windows', date: '2026-09-30' },
  npmLinux: { rule: 'MG-51', what: 'Azure network policies on Linux', date: '2028-09-30' },
} as const;

/** The dates that concern a cluster, the nearest first. */
export function endDatesOf({ networkMode, networkPolicy, nodePools }: AzureCluster, now: number): readonly EndDate[] {
  const windows = nodePools.some(({ osType }) => osType === 'WINDOWS');
  const found = [
    ...(networkMode === 'KUBENET' ? [dates.kubenet] : []),
    ...(networkPolicy === 'AZURE' && windows ? [dates.npmWindows] : []),
    ...(networkPolicy === 'AZURE' ? [dates.npmLinux] : []),
  ];
  return found.map((date) => ({ ...date, daysLeft: daysUntil(date.date, now) })).sort((a, b) => a.daysLeft - b.daysLeft);
}

/** MG-50, for the head of the report. */
export function kubenetEnd(now: number): EndDate {
  return { ...dates.kubenet, daysLeft: daysUntil(dates.kubenet.date, now) };
}

function daysUntil(date: string, now: number): number {
  const day = 86_400_000;
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / day) - Math.floor(now / day);
}
