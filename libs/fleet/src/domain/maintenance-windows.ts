import { CronExpressionParser } from 'cron-parser';
import type { Problem } from '@podspan/errors';
import type { MaintenanceWindow, Strategy } from './rollout-request.js';
import { matches, sameName, type WaveMember } from './selector.js';

/** When a window is open, as milliseconds since the epoch. */
export interface Opening {
  readonly isOpen: boolean;
  /** Of the window that is open, its end; otherwise the next beginning. */
  readonly changesAt: number;
}

/**
 * Whether a window is open, in its own time zone: on the two days a year that have another length it opens at its hour all the same.
 * What begins inside a window may end outside of it: nobody aborts a cluster in its middle for being late.
 */
export function openingOf({ days, start, durationMinutes, timeZone }: MaintenanceWindow, now: number): Opening {
  const [hour, minute] = start.split(':').map(Number);
  const weekdays = days === undefined ? '*' : days.join(',');
  // The parser looks strictly before and after: a window that begins in this very moment is open.
  const expression = CronExpressionParser.parse(`${minute} ${hour} * * ${weekdays}`, { currentDate: new Date(now + 1), tz: timeZone });
  const closesAt = expression.prev().getTime() + durationMinutes * 60_000;
  if (closesAt > now) return { isOpen: true, changesAt: closesAt };
  expression.reset(new Date(now));
  return { isOpen: false, changesAt: expression.next().getTime() };
}

export interface WindowPlan {
  /** Indexes of the windows of each cluster that has any; such a cluster starts while one of them is open. */
  readonly windowsOf: ReadonlyMap<string, readonly number[]>;
  readonly problems: readonly Problem[];
}

/** Shares the windows out over the clusters. A window that names nobody is everybody's. */
export function planWindows({ maintenanceWindows = [] }: Pick<Strategy, 'maintenanceWindows'>, members: readonly WaveMember[]): WindowPlan {
  const windowsOf = new Map<string, number[]>();
  const problems: Problem[] = [];
  maintenanceWindows.forEach((window, index) => {
    const path = `strategy.maintenanceWindows[${index}]`;
    const chosen = members.filter((member) => belongs(window, member));
    for (const { name } of chosen) windowsOf.set(name, [...(windowsOf.get(name) ?? []), index]);
    for (const [position, name] of (window.clusters ?? []).entries())
      if (!members.some((member) => sameName(member.name, name)))
        problems.push({
          path: `${path}.clusters[${position}]`,
          code: 'unknown_cluster',
          message: `the rollout has no cluster '${name}'`,
          value: name,
        });
    if (chosen.length === 0 && window.clusters === undefined)
      problems.push({
        path: `${path}.selector`,
        code: 'empty_selection',
        message: 'the window matches no cluster',
        value: window.selector,
      });
  });
  return { windowsOf, problems };
}

function belongs({ clusters, selector }: MaintenanceWindow, member: WaveMember): boolean {
  if (clusters === undefined && selector === undefined) return true;
  return (clusters?.some((name) => sameName(name, member.name)) ?? false) || (selector !== undefined && matches(selector, member));
}

/** The windows of a rollout at a moment, by their indexes. */
export interface Windows {
  readonly count: number;
  readonly open: readonly number[];
  /** When the first of these that are shut opens. */
  readonly nextOpening: (indexes: readonly number[]) => number | undefined;
  /** When an item that has these may start; `undefined`: now. */
  readonly opensAt: (indexes: readonly number[]) => number | undefined;
}

/** The last of some openings, and how many items wait for it. Undefined when none does. */
export function lastOpening(
  waiting: readonly { readonly opens: number | undefined; readonly items: number }[],
): { readonly at: number; readonly items: number } | undefined {
  const times = waiting.flatMap(({ opens }) => (opens === undefined ? [] : [opens]));
  if (times.length === 0) return undefined;
  const at = times.reduce((latest, time) => Math.max(latest, time));
  return { at, items: waiting.reduce((sum, { opens, items }) => sum + (opens === at ? items : 0), 0) };
}

/** Which windows are open, and when that changes next. */
export function openWindows(windows: readonly MaintenanceWindow[], now: number): Windows {
  const openings = windows.map((window) => openingOf(window, now));
  const nextOpening = (indexes: readonly number[]): number | undefined => {
    const closed = indexes.flatMap((index) => (openings[index] && !openings[index].isOpen ? [openings[index].changesAt] : []));
    return closed.length === 0 ? undefined : Math.min(...closed);
  };
  return {
    count: windows.length,
    open: openings.flatMap(({ isOpen }, index) => (isOpen ? [index] : [])),
    nextOpening,
    opensAt: (indexes) => (indexes.some((index) => openings[index]?.isOpen) ? undefined : nextOpening(indexes)),
  };
}
