import { describe, expect, it } from 'vitest';
import { openingOf, openWindows, planWindows } from './maintenance-windows.js';
import type { MaintenanceWindow } from './rollout-request.js';

const at = (text: string): number => Date.parse(text);
const window = (change: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  start: '22:00',
  durationMinutes: 120,
  timeZone: 'UTC',
  ...change,
});

describe(openingOf.name, () => {
  it.each`
    now                       | change                                              | isOpen   | changesAt                 | why
    ${'2026-11-23T21:59:59Z'} | ${{}}                                               | ${false} | ${'2026-11-23T22:00:00Z'} | ${'just before'}
    ${'2026-11-23T22:00:00Z'} | ${{}}                                               | ${true}  | ${'2026-11-24T00:00:00Z'} | ${'in its first moment'}
    ${'2026-11-23T23:59:59Z'} | ${{}}                                               | ${true}  | ${'2026-11-24T00:00:00Z'} | ${'in its last second'}
    ${'2026-11-24T00:00:00Z'} | ${{}}                                               | ${false} | ${'2026-11-24T22:00:00Z'} | ${'in the moment it closes'}
    ${'2026-11-24T00:30:00Z'} | ${{ durationMinutes: 180 }}                         | ${true}  | ${'2026-11-24T01:00:00Z'} | ${'over midnight'}
    ${'2026-11-23T22:30:00Z'} | ${{ days: ['SAT', 'SUN'] }}                         | ${false} | ${'2026-11-28T22:00:00Z'} | ${'a Monday is no weekend'}
    ${'2026-11-29T23:00:00Z'} | ${{ days: ['SAT', 'SUN'] }}                         | ${true}  | ${'2026-11-30T00:00:00Z'} | ${'a Sunday is'}
    ${'2026-11-23T21:30:00Z'} | ${{ timeZone: 'Europe/Amsterdam' }}                 | ${true}  | ${'2026-11-23T23:00:00Z'} | ${'an hour before UTC in winter'}
    ${'2026-07-23T20:30:00Z'} | ${{ timeZone: 'Europe/Amsterdam' }}                 | ${true}  | ${'2026-07-23T22:00:00Z'} | ${'two in summer'}
    ${'2026-03-29T00:59:00Z'} | ${{ timeZone: 'Europe/Amsterdam', start: '03:00' }} | ${false} | ${'2026-03-29T01:00:00Z'} | ${'the hour that follows the missing one'}
    ${'2026-10-26T02:30:00Z'} | ${{ timeZone: 'Europe/Amsterdam', start: '03:00' }} | ${true}  | ${'2026-10-26T04:00:00Z'} | ${'the day after the long one'}
    ${'2026-11-23T18:00:00Z'} | ${{ timeZone: 'Asia/Kolkata', start: '23:15' }}     | ${true}  | ${'2026-11-23T19:45:00Z'} | ${'half hours exist'}
  `('$now is isOpen=$isOpen: $why', ({ now, change, isOpen, changesAt }) => {
    expect(openingOf(window(change), at(now))).toEqual({ isOpen, changesAt: at(changesAt) });
  });
});

const members = [
  { name: 'a', region: 'westeurope', subscriptionId: 's', network: 'n' },
  { name: 'b', region: 'eastus', subscriptionId: 's', network: 'n' },
];

describe(planWindows.name, () => {
  it('shares windows out by name, by selector and to all, and lets a cluster start in any of its own', () => {
    const plan = planWindows(
      { maintenanceWindows: [window({ clusters: ['A'] }), window({ selector: { region: 'eastus' } }), window()] },
      members,
    );
    expect(plan.problems).toEqual([]);
    expect([...plan.windowsOf]).toEqual([
      ['a', [0, 2]],
      ['b', [1, 2]],
    ]);
    expect(planWindows({}, members).windowsOf.size).toBe(0);
  });

  it('names windows that are for nobody', () => {
    const { problems } = planWindows(
      { maintenanceWindows: [window({ clusters: ['x'] }), window({ selector: { region: 'nowhere' } })] },
      members,
    );
    expect(problems.map(({ path, code }) => [path, code])).toEqual([
      ['strategy.maintenanceWindows[0].clusters[0]', 'unknown_cluster'],
      ['strategy.maintenanceWindows[1].selector', 'empty_selection'],
    ]);
  });
});

describe(openWindows.name, () => {
  it('says which are open, and when the first of the others opens', () => {
    const windows = [window({ start: '20:00' }), window({ start: '22:00' }), window({ start: '23:00' })];
    const { open, nextOpening } = openWindows(windows, at('2026-11-23T21:00:00Z'));
    expect(open).toEqual([0]);
    expect(nextOpening([1, 2])).toBe(at('2026-11-23T22:00:00Z'));
    expect(nextOpening([0])).toBeUndefined();
  });
});
