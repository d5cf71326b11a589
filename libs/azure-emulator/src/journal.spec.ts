import { describe, expect, it } from 'vitest';
import { mostOverlapping, type JournalEntry } from './journal.js';

const interval = (startedAt: string, endedAt?: string): JournalEntry => ({
  sequence: 0,
  time: startedAt,
  method: 'PUT',
  path: '/',
  requestId: '',
  status: 201,
  startedAt,
  ...(endedAt === undefined ? {} : { endedAt }),
});

describe('overlapping operations', () => {
  it.each([
    ['none', [], 0],
    ['one after the other', [interval('01', '02'), interval('02', '03')], 1],
    ['two at once', [interval('01', '03'), interval('02', '04')], 2],
    ['one that never ended', [interval('01'), interval('02', '03'), interval('04', '05')], 2],
  ])('%s', (_, entries, expected) => {
    expect(mostOverlapping(entries)).toBe(expected);
  });
});
