import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow beyond what is alive before it is collected. */
const GROWTH_PERCENT = 30;

/**
 * Keeps the memory of a service near what it needs. On a machine with gigabytes to spare V8 lets garbage grow to several
 * times of what is alive; collecting earlier costs a service a few percent of its time. No limit: a large request gets
 * what it takes. The image adds `--max-semi-space-size`, which can be set at the start of a process only.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
