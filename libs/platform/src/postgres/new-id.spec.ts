import { expect, it, vi } from 'vitest';
import { isId, newId } from './new-id.js';

it('makes ids that are unique and in the order they were made', () => {
  const ids = Array.from({ length: 50_000 }, newId);
  expect(ids.filter((id) => !isId(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

it('keeps the order when the clock goes back', () => {
  vi.useFakeTimers({ now: Date.now() + 60_000 });
  try {
    const before = newId();
    vi.setSystemTime(Date.now() - 30_000);
    expect(newId() > before).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
