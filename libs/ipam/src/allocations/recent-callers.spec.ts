import { describe, expect, it } from 'vitest';
import { RecentCallers } from './recent-callers.js';

describe('callers of late', () => {
  it('lets one caller alone never wait', () => {
    const callers = new RecentCallers();
    for (let turn = 0; turn < 5; turn++) {
      expect(callers.areEnough(1, 0)).toBe(true);
      callers.callStarts(1, 0);
    }
  });

  it.each([
    { waiting: 15, inCalls: 0, enough: false },
    { waiting: 15, inCalls: 17, enough: false },
    { waiting: 16, inCalls: 16, enough: true },
    { waiting: 16, inCalls: 0, enough: true },
    { waiting: 20, inCalls: 30, enough: false },
  ])('takes half of 32 that came together for enough: $waiting wait beside $inCalls', ({ waiting, inCalls, enough }) => {
    const callers = new RecentCallers();
    callers.callStarts(32, 0);
    expect(callers.areEnough(waiting, inCalls)).toBe(enough);
  });

  it.each([
    { callers: 256, share: 128 },
    { callers: 33, share: 17 },
    { callers: 9, share: 8 },
    { callers: 1, share: 8 },
  ])('gives a call half of $callers that came together, and no fewer than eight: $share', ({ callers, share }) => {
    const recent = new RecentCallers();
    recent.callStarts(callers, 0);
    expect(recent.share()).toBe(share);
  });

  it('counts those who were answered and are on their way back, and each of them once', () => {
    const callers = new RecentCallers();
    callers.callStarts(16, 16);
    callers.answered(16);
    for (let came = 0; came < 8; came++) callers.came();
    expect([callers.areEnough(8, 16), callers.share()]).toEqual([false, 16]);
    for (let came = 0; came < 8; came++) callers.came();
    expect([callers.areEnough(16, 16), callers.share()]).toEqual([true, 16]);
  });

  it('lets those who never come back sink out of it', () => {
    const callers = new RecentCallers();
    callers.callStarts(32, 0);
    callers.answered(32);
    for (let calls = 0; calls < 33; calls++) callers.callStarts(1, 0);
    expect(callers.areEnough(1, 0)).toBe(true);
  });

  it('forgets a crowd that went: the one who stayed waits for 33 calls at most', () => {
    const callers = new RecentCallers();
    callers.callStarts(64, 0);
    let calls = 0;
    for (; !callers.areEnough(1, 0); calls++) callers.callStarts(1, 0);
    expect(calls).toBe(33);
  });
});
