import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { podspanProcesses, type PodspanProcesses } from '../testing/podspan-process.js';

let place: PodspanProcesses;

beforeAll(() => {
  place = podspanProcesses();
});
afterAll(() => place.end());

describe('the demo', () => {
  it('ends with 130 on Ctrl-C, and the next run goes on from there to the end', async () => {
    const first = place.start('demo', { AZURE_EMULATOR_SPEED: '60' });
    await first.wrote(/item\.step 'resource group' RUNNING/);
    first.interrupt();
    expect(await first.ended).toBe(130);
    expect(first.output()).toContain('Nothing is lost');

    const second = place.start('demo', { AZURE_EMULATOR_SPEED: '6000' });
    expect(await second.ended).toBe(0);
    expect(second.output()).toMatch(/48 of 48 succeeded/);
    expect(second.output()).toMatch(/48 clusters in 5 pod ranges: 192\.168\.0\.0\/16 by 29, 100\.96\.0\.0\/16 by 16/);
  }, 180_000);
});
