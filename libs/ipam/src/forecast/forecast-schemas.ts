import { AddressCount, Instant } from '@podspan/platform';
import { z } from 'zod';

export const ForecastQuery = z.object({
  windowDays: z.coerce.number().int().min(1).max(365).default(28).describe('How many days of history the rate is taken from'),
  prefixLength: z.coerce.number().int().min(0).max(128).optional().describe('Only this length'),
});
export type ForecastQuery = z.infer<typeof ForecastQuery>;

export const LengthForecastView = z
  .object({
    family: z.int(),
    prefixLength: z.int(),
    blocksLeft: AddressCount.describe('Blocks of this length that can still be given'),
    ownBlocksPerDay: z.number().describe('Taken of this length, less what came back'),
    allBlocksPerDay: z.number().describe('Everything taken, in blocks of this length'),
    runsOutAt: z
      .object({
        earliest: Instant.describe('When all that is taken packs into such blocks, at the upper end of the rate'),
        latest: Instant.nullable().describe(
          'At the lower end, by what surely takes such blocks; null: not within ten years, or perhaps never',
        ),
      })
      .meta({ id: 'RunsOutAt' })
      .nullable(),
    confidence: z.enum(['LOW', 'MEDIUM', 'HIGH']).meta({ id: 'ForecastConfidence' }).nullable(),
    reason: z
      .enum(['EXHAUSTED', 'TOO_YOUNG', 'NO_GROWTH', 'BEYOND_HORIZON'])
      .meta({ id: 'ForecastReason' })
      .nullable()
      .describe('Why there is no date'),
    message: z.string(),
  })
  .meta({ id: 'LengthForecast' });
export type LengthForecastView = z.infer<typeof LengthForecastView>;

export const ForecastView = z
  .object({
    pool: z.string(),
    windowDays: z.int(),
    observedDays: z.number().describe('Of the window, how long the pool has existed'),
    lengths: z.array(LengthForecastView).describe('Every length that was taken in the window, or that the pool gives by default'),
  })
  .meta({ id: 'Forecast' });
export type ForecastView = z.infer<typeof ForecastView>;
