import { describe, expect, it } from 'vitest';
import { Experience } from './experience.js';

describe(Experience, () => {
  it('knows nothing of a kind until it has seen enough of it', () => {
    const experience = new Experience();
    for (let seen = 0; seen < 9; seen++) experience.record('cluster PUT', 300);
    experience.record('subnet PUT', 3);
    expect(experience.earliest('cluster PUT')).toBeUndefined();
    experience.record('cluster PUT', 300);
    expect(experience.earliest('cluster PUT')).toBeCloseTo(270);
  });

  it('tells the earliest end, and the usual one', () => {
    const experience = new Experience();
    for (let seconds = 1; seconds <= 100; seconds++) experience.record('refused', seconds);
    expect(experience.earliest('refused')).toBeCloseTo(3.6);
    expect(experience.usual('refused')).toBeCloseTo(72.9);
  });

  it('forgets what is long ago', () => {
    const experience = new Experience();
    for (let seen = 0; seen < 20; seen++) experience.record('cluster PUT', 10);
    for (let seen = 0; seen < 200; seen++) experience.record('cluster PUT', 400);
    expect(experience.earliest('cluster PUT')).toBeCloseTo(360);
  });
});
