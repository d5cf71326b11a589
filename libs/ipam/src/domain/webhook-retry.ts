/** Attempts before a delivery is dead: the last one about a day after the first. */
export const MOST_ATTEMPTS = 12;

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 6 * 3600;

/**
 * How long to wait after a failed attempt: tripled each time, spread by up to a quarter so that receivers that were
 * away are not met by everything at once.
 * @param attempts made so far, at least 1
 * @param random 0 to 1
 * @returns seconds, or undefined when there is no further attempt
 */
export function retryAfter(attempts: number, random: number): number | undefined {
  if (attempts >= MOST_ATTEMPTS) return undefined;
  return Math.min(LONGEST_SECONDS, FIRST_SECONDS * 3 ** (attempts - 1)) * (1 + random / 4);
}
