import { describe, expect, it } from 'vitest';
import { event } from '../testing/contract-server.js';
import { ROLLOUT } from '../testing/fleet-answers.js';
import { bar, drawProgress } from './draw-progress.js';
import { advance, beginning, type RolloutProgress } from './rollout-progress.js';

type Given = Parameters<typeof event>;

const counts = (total: number) => ({ total, pending: total, running: 0, succeeded: 0, failed: 0, canceled: 0, skipped: 0 });
const rollout = {
  ...ROLLOUT,
  outcome: null,
  waves: [
    { name: 'canary', state: 'PENDING', counts: counts(2) },
    { name: 'rest', state: 'PENDING', counts: counts(10) },
  ],
};

function after(...events: readonly Given[]): RolloutProgress {
  return events
    .map((given) => event(...given))
    .reduce((progress, next) => advance(progress, next as unknown as Parameters<typeof advance>[1]), beginning(rollout));
}

const STORY: readonly Given[] = [
  [1, 'wave.opened', { wave: 'canary' }],
  [2, 'item.started', { wave: 'canary', cluster: 'aks-1' }],
  [3, 'item.step', { wave: 'canary', cluster: 'aks-1', data: { title: 'node subnet', to: 'RUNNING' } }],
  [4, 'item.started', { wave: 'canary', cluster: 'aks-2' }],
  [5, 'item.succeeded', { wave: 'canary', cluster: 'aks-2' }],
];

describe('the progress of a rollout', () => {
  it('runs again when the rollout was over and is retried or resumed', () => {
    const over: readonly Given[] = [...STORY, [6, 'rollout.done', { data: { lifecycle: 'DONE', outcome: 'FAILED' } }]];
    expect(after(...over)).toMatchObject({ lifecycle: 'DONE', outcome: 'FAILED' });
    for (const type of ['rollout.retried', 'rollout.resumed'])
      expect(after(...over, [7, type, {}])).toMatchObject({ lifecycle: 'RUNNING', outcome: null });
  });

  it('counts what runs, is done and has failed, wave by wave', () => {
    expect(after(...STORY).waves[0]).toEqual({ name: 'canary', total: 2, running: 1, succeeded: 1, failed: 0, ended: 0, state: 'RUNNING' });
    expect(
      after(...STORY, [6, 'item.failed', { wave: 'canary', cluster: 'aks-1', data: { failure: { code: 'X', message: 'm' } } }]).waves[0],
    ).toMatchObject({ running: 0, failed: 1 });
  });

  it('takes a retried cluster out of the count until it starts again', () => {
    const failed: Given = [6, 'item.failed', { wave: 'canary', cluster: 'aks-1', data: {} }];
    const retried: Given = [7, 'item.retried', { cluster: 'aks-1' }];
    expect(after(...STORY, failed, retried).waves[0]).toMatchObject({ running: 0, failed: 0, succeeded: 1 });
    expect(after(...STORY, failed, retried, [8, 'item.started', { wave: 'canary', cluster: 'aks-1' }]).waves[0]).toMatchObject({
      running: 1,
      failed: 0,
    });
  });

  it('is not moved by what it does not know, nor by a step that comes after the end', () => {
    const before = after(...STORY);
    expect(
      after(...STORY, [6, 'operation.adopted', { cluster: 'aks-1' }], [7, 'item.sneezed', { wave: 'canary', cluster: 'aks-1' }]).waves,
    ).toEqual(before.waves);
    expect(after(...STORY, [6, 'item.step', { wave: 'canary', cluster: 'aks-2', data: { title: 'late' } }]).waves).toEqual(before.waves);
  });

  it('keeps the lifecycle, what is waited for, and the outcome', () => {
    const waiting = after([1, 'rollout.lifecycle', { data: { lifecycle: 'WAITING', waitingFor: 'approval of rest' } }]);
    expect(waiting).toMatchObject({ lifecycle: 'WAITING', waitingFor: 'approval of rest' });
    expect(after([1, 'rollout.done', { data: { outcome: 'CANCELED' } }])).toMatchObject({
      lifecycle: 'DONE',
      outcome: 'CANCELED',
      waitingFor: null,
    });
  });
});

describe('the picture of a rollout', () => {
  const draw = (progress: RolloutProgress, columns = 80): string =>
    drawProgress({ progress, eta: ROLLOUT.eta, now: new Date('2026-11-23T10:01:00.000Z'), columns, colors: false });

  it('has counts and ETA, a bar per wave, and what is under way', () => {
    expect(draw(after(...STORY))).toMatchInlineSnapshot(`
      "first  PENDING  1/12 done  1 running  0 failed  ETA 4:00 to 8:00
      canary ████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 1/2  1 running
      rest   ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/10  waits
        aks-1  node subnet  0:58"
    `);
  });

  it('says what a rollout waits for that does not run', () => {
    const data = { lifecycle: 'WAITING', waitingFor: "approval of wave 'rest'" };
    expect(
      draw(after([1, 'rollout.lifecycle', { data }]))
        .split('\n')
        .at(-1),
    ).toBe("waiting for approval of wave 'rest'");
    expect(draw(after([1, 'rollout.lifecycle', { data: { ...data, lifecycle: 'RUNNING' } }]))).not.toContain('waiting for');
  });

  it('never is wider than the terminal', () => {
    const long = after(...STORY, [
      6,
      'item.failed',
      { wave: 'canary', cluster: 'aks-1', data: { failure: { code: 'Code', message: 'x'.repeat(500) } } },
    ]);
    for (const columns of [20, 40, 80, 200]) {
      const widths = draw(long, columns)
        .split('\n')
        .map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(Math.max(columns, 30));
    }
  });

  it('names the longest running first, and only so many', () => {
    const many = Array.from({ length: 12 }, (_, index): Given => [index + 1, 'item.started', { wave: 'rest', cluster: `c${index + 1}` }]);
    const lines = draw(after(...many)).split('\n');
    expect(lines[3]).toMatch(/^ {2}c1 {2}starting/);
    expect(lines.at(-1)).toBe('  and 4 more');
  });

  it('a bar always fills its width', () => {
    for (let succeeded = 0; succeeded <= 7; succeeded++) {
      for (let failed = 0; succeeded + failed <= 7; failed++) {
        const cells = bar({ total: 7, succeeded, failed, running: 7 - succeeded - failed, ended: 0 }, 33, false);
        expect(cells).toHaveLength(33);
        expect(cells).not.toContain('░');
      }
    }
    expect(bar({ total: 0, succeeded: 0, failed: 0, running: 0, ended: 0 }, 10, false)).toBe('░'.repeat(10));
  });
});
