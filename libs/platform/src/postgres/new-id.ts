import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;
/** Asking the system for random bytes costs more than the rest of an id: one question for many. */
const pool = Buffer.alloc(BYTES * 256);
let used = pool.length;
let latestMs = 0;
let sequence = 0;

/** A UUIDv7: unique, and in the order of creation within the process, so that pages by id are pages by age. */
export function newId(): string {
  const random = nextRandom();
  const now = Date.now();
  // Within a millisecond, and when the clock goes back, the sequence goes on; a new one begins low enough to have room.
  if (now > latestMs) {
    latestMs = now;
    sequence = random.readUInt32BE(0) >>> 1;
  } else sequence += 1;
  return v7({ msecs: latestMs, seq: sequence, random });
}

function nextRandom(): Buffer {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.subarray(used - BYTES, used);
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
}
