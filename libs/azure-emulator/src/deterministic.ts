import { createHash } from 'node:crypto';

/**
 * Everything that looks random in the emulator comes from here and depends only on the seed and on what is asked for,
 * never on the order of requests: two runs with the same seed see the same ids and the same durations.
 */
export class Deterministic {
  constructor(private readonly seed: number) {}

  hex(...parts: readonly (string | number)[]): string {
    return createHash('sha256')
      .update([this.seed, ...parts].join('\u0000'))
      .digest('hex');
  }

  uuid(...parts: readonly (string | number)[]): string {
    const h = this.hex(...parts);
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20, 32)}`;
  }

  /** Uniform in [low, high]. */
  between(low: number, high: number, ...parts: readonly (string | number)[]): number {
    const fraction = Number.parseInt(this.hex(...parts).slice(0, 12), 16) / 0xffff_ffff_ffff;
    return low + fraction * (high - low);
  }
}
