import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Visits } from './visits.js';

describe(Visits, () => {
  let visited: string[];
  let ends: (() => void)[];
  beforeEach(() => {
    vi.useFakeTimers();
    visited = [];
    ends = [];
  });
  afterEach(() => void vi.useRealTimers());

  const visits = (atOnce: number): Visits =>
    new Visits(atOnce, (runId) => {
      visited.push(runId);
      return new Promise<void>((end) => ends.push(end));
    });
  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
  const endOne = async (): Promise<void> => {
    ends.shift()?.();
    await pass(0);
  };

  it('visits runs together that are due almost together', async () => {
    const own = visits(8);
    own.set('first', 100);
    own.set('second', 109);
    own.set('third', 140);
    await pass(105);
    expect(visited).toEqual(['first', 'second']);
    await pass(100);
    expect(visited).toEqual(['first', 'second', 'third']);
  });

  it('visits none before nine tenths of its wait are over, however many begin then', async () => {
    const own = visits(8);
    own.set('first', 10);
    own.set('second', 14);
    await pass(12);
    expect(visited).toEqual(['first']);
    await pass(5);
    expect(visited).toEqual(['first', 'second']);
  });

  it('visits each run when its alarm rings, never before, and once for the last alarm that was set', async () => {
    const own = visits(8);
    own.set('late', 1000);
    own.set('soon', 100);
    own.set('moved', 100);
    own.set('moved', 600);
    await pass(99);
    expect(visited).toEqual([]);
    await pass(31);
    expect(visited).toEqual(['soon']);
    await pass(2000);
    expect(visited).toEqual(['soon', 'moved', 'late']);
    expect(own.left()).toEqual([]);
  });

  it('visits no more at a time than it may, whoever rang, in the order in which they came', async () => {
    const own = visits(2);
    for (const runId of ['a', 'b', 'c']) own.set(runId, 0);
    await pass(50);
    const rung = own.inTurn(() => Promise.resolve(visited.push('rung by the queue')));
    own.set('d', 0);
    await pass(50);
    expect(visited).toEqual(['a', 'b']);
    await endOne();
    expect(visited).toEqual(['a', 'b', 'c']);
    await endOne();
    await rung;
    expect(visited).toEqual(['a', 'b', 'c', 'rung by the queue', 'd']);
  });

  it('begins nothing once it is stopped, waits for what is under way, and tells what is left', async () => {
    const own = visits(1);
    for (const runId of ['a', 'b']) own.set(runId, 0);
    own.set('later', 60_000);
    await pass(50);
    const stopped = own.stop();
    own.set('a', 5000);
    await endOne();
    await stopped;
    await pass(120_000);
    expect(visited).toEqual(['a']);
    expect([...own.left()].sort()).toEqual(['a', 'b', 'later']);
  });

  it('goes on when a piece of work fails', async () => {
    const own = visits(1);
    await expect(own.inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    own.set('a', 0);
    await pass(50);
    expect(visited).toEqual(['a']);
  });
});
