import { describe, expect, it } from 'vitest';
import { decide, type RolloutSnapshot, type WaveCounts } from './decide.js';

const wave = (change: Partial<WaveCounts> = {}): WaveCounts => ({
  index: 0,
  name: 'one',
  pending: 0,
  held: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  countedFailures: change.failed ?? 0,
  canceled: 0,
  skipped: 0,
  maxFailures: undefined,
  soakSeconds: 0,
  approval: false,
  approvedAt: undefined,
  openedAt: undefined,
  settledAt: undefined,
  ...change,
});
const rollout = (waves: WaveCounts[], change: Partial<RolloutSnapshot> = {}): RolloutSnapshot => ({
  paused: false,
  pausedBy: undefined,
  cancel: undefined,
  rejectedBy: undefined,
  maxFailures: 0,
  failureMode: 'STRICT',
  waves,
  now: 1_000_000,
  ...change,
});

describe(decide.name, () => {
  it('opens the first wave and admits from it', () => {
    expect(decide(rollout([wave({ pending: 3 }), wave({ index: 1, name: 'two', pending: 2 })]))).toMatchObject({
      lifecycle: 'RUNNING',
      open: 0,
      admitFrom: 0,
    });
  });

  it('starts no second wave while the first has something under way', () => {
    expect(decide(rollout([wave({ running: 1, openedAt: 1 }), wave({ index: 1, name: 'two', pending: 2 })]))).toMatchObject({
      admitFrom: 0,
    });
  });

  it('waits for the soak of a wave that has just come to rest, and says until when', () => {
    const decision = decide(rollout([wave({ succeeded: 1, openedAt: 1, soakSeconds: 60 }), wave({ index: 1, name: 'two', pending: 2 })]));
    expect(decision).toMatchObject({
      lifecycle: 'WAITING',
      settle: [0],
      wakeAt: 1_060_000,
      waitingFor: "soak before wave 'two' until 1970-01-01T00:17:40.000Z",
    });
    expect(decision.admitFrom).toBeUndefined();
  });

  it('goes on once the soak is over', () => {
    const waves = [wave({ succeeded: 1, openedAt: 1, soakSeconds: 60, settledAt: 900_000 }), wave({ index: 1, name: 'two', pending: 2 })];
    expect(decide(rollout(waves))).toMatchObject({ lifecycle: 'RUNNING', open: 1 });
  });

  it('waits for an approval, and asks once', () => {
    const second = wave({ index: 1, name: 'two', pending: 2, approval: true });
    const first = wave({ succeeded: 1, openedAt: 1, settledAt: 2 });
    expect(decide(rollout([first, second]))).toMatchObject({ lifecycle: 'WAITING', waitingFor: "approval of wave 'two'" });
    expect(decide(rollout([first, { ...second, approvedAt: 5 }]))).toMatchObject({ lifecycle: 'RUNNING', open: 1 });
  });

  it('stops when more items failed than the budget allows, and lets those in flight finish', () => {
    const waves = [wave({ pending: 5, running: 2, failed: 2, openedAt: 1 })];
    expect(decide(rollout(waves, { maxFailures: 1 }))).toMatchObject({
      lifecycle: 'STOPPING',
      hold: true,
      waitingFor: '2 failed, 1 allowed: 2 items in flight to finish',
    });
    expect(decide(rollout(waves, { maxFailures: 2 }))).toMatchObject({ lifecycle: 'RUNNING', hold: false });
  });

  it('stops when one wave exceeds its own budget', () => {
    expect(decide(rollout([wave({ pending: 5, failed: 1, maxFailures: 0, openedAt: 1 })], { maxFailures: 5 }))).toMatchObject({
      lifecycle: 'DONE',
      outcome: 'FAILED',
      hold: true,
    });
  });

  it('does not count failures that somebody accepted by resuming', () => {
    expect(decide(rollout([wave({ pending: 5, failed: 3, countedFailures: 0, openedAt: 1 })]))).toMatchObject({
      lifecycle: 'RUNNING',
      hold: false,
    });
  });

  it.each`
    counts                           | outcome                      | because
    ${{ succeeded: 3 }}              | ${'SUCCEEDED'}               | ${'all succeeded'}
    ${{ succeeded: 2, failed: 1 }}   | ${'SUCCEEDED_WITH_FAILURES'} | ${'one failed within the budget'}
    ${{ failed: 1 }}                 | ${'FAILED'}                  | ${'nothing succeeded'}
    ${{ succeeded: 2, held: 1 }}     | ${'FAILED'}                  | ${'some were never started'}
    ${{ succeeded: 2, canceled: 1 }} | ${'SUCCEEDED_WITH_FAILURES'} | ${'one was canceled by somebody else'}
  `('ends as $outcome when $because', ({ counts, outcome }) => {
    expect(decide(rollout([wave({ ...counts, openedAt: 1 })], { maxFailures: 9 }))).toMatchObject({
      lifecycle: 'DONE',
      outcome,
      waitingFor: undefined,
    });
  });

  it('pauses admissions only, and says who paused', () => {
    const decision = decide(rollout([wave({ pending: 2, running: 1, openedAt: 1 })], { paused: true, pausedBy: 'ann' }));
    expect(decision).toMatchObject({ lifecycle: 'PAUSED', waitingFor: 'paused by ann: 1 item in flight go on' });
    expect(decision.admitFrom).toBeUndefined();
  });

  it('cancels: waits for what is in flight, then ends as CANCELED (F24 to F26)', () => {
    expect(decide(rollout([wave({ running: 2, skipped: 3 })], { cancel: 'ABORT' }))).toMatchObject({
      lifecycle: 'STOPPING',
      waitingFor: 'canceled: 2 items in flight to abort',
    });
    expect(decide(rollout([wave({ succeeded: 2, skipped: 3 })], { cancel: 'FINISH' }))).toMatchObject({
      lifecycle: 'DONE',
      outcome: 'CANCELED',
    });
  });

  it('gives a retried item of an earlier wave the turn before a wave that is open already', () => {
    const waves = [
      wave({ pending: 1, succeeded: 1, openedAt: 1, settledAt: 2 }),
      wave({ index: 1, name: 'two', pending: 2, running: 1, openedAt: 3 }),
    ];
    expect(decide(rollout(waves))).toMatchObject({ admitFrom: 0 });
  });

  it.each`
    what                                         | waves                                                                                                                                            | change                    | expected
    ${'the hour that was set'}                   | ${[wave({ pending: 1 })]}                                                                                                                        | ${{ startAt: 1_060_000 }} | ${{ kind: 'SCHEDULE', wave: 'one', until: 1_060_000 }}
    ${'the hour of its wave, the later of both'} | ${[wave({ pending: 1, notBefore: 1_090_000 })]}                                                                                                  | ${{ startAt: 1_060_000 }} | ${{ kind: 'SCHEDULE', wave: 'one', until: 1_090_000 }}
    ${'the soak, when that ends later'}          | ${[wave({ succeeded: 1, openedAt: 1, settledAt: 990_000, soakSeconds: 60 }), wave({ index: 1, name: 'two', pending: 1, notBefore: 1_020_000 })]} | ${{}}                     | ${{ kind: 'SOAK', wave: 'two', until: 1_050_000 }}
    ${'a person, once the hour has come'}        | ${[wave({ pending: 1, notBefore: 1, approval: true })]}                                                                                          | ${{}}                     | ${{ kind: 'APPROVAL', wave: 'one' }}
    ${'nobody after the hour'}                   | ${[wave({ pending: 1, notBefore: 1_000_000 })]}                                                                                                  | ${{ startAt: 5 }}         | ${{ kind: 'ITEMS_IN_FLIGHT', wave: 'one' }}
    ${'a person who paused it'}                  | ${[wave({ pending: 1 })]}                                                                                                                        | ${{ paused: true }}       | ${{ kind: 'RESUME' }}
    ${'what is in flight when it stops'}         | ${[wave({ running: 1, failed: 1, openedAt: 1 })]}                                                                                                | ${{}}                     | ${{ kind: 'STOPPING', facts: { running: 1 } }}
  `('waits for $what, also for machines', ({ waves, change, expected }) => {
    const decision = decide(rollout(waves, change));
    expect(decision.waiting).toMatchObject(expected);
    expect(decision.waitingFor).toBeTruthy();
    expect(decision.wakeAt).toBe(expected.until);
  });
});
