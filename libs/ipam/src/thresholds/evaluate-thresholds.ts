import { Inject, Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { EndDue } from '../allocations/end-due.js';
import { PoolShortage } from '../allocations/pool-shortage.js';
import { groupBy } from '../domain/group-by.js';
import { stateByFree, stateByPercent, type ThresholdState } from '../domain/threshold.js';
import { availableOf, type FreeCount, utilizationOf } from '../domain/utilization.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import type { Db, Trx } from '../postgres/db.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { type ThresholdRow, ThresholdsRepository } from './thresholds.repository.js';

const EVERY_SECONDS = 10;
const AT_ONCE = 100;

interface Measurement {
  readonly state: ThresholdState;
  readonly measured: string;
}

/**
 * Looks at pools beside the writes and not within them: no allocation waits for it. The new state and its event are
 * one transaction over locked rows, so a crossing is told once however many processes look.
 */
@Injectable()
export class EvaluateThresholds {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly thresholds: ThresholdsRepository,
    private readonly pools: PoolsRepository,
    private readonly shortage: PoolShortage,
    private readonly webhooks: WebhooksRepository,
    private readonly endDue: EndDue,
  ) {}

  /**
   * One round. @param everySeconds how old the last measurement must be
   * @returns how many thresholds were crossed
   */
  async execute(everySeconds: number = EVERY_SECONDS): Promise<number> {
    return this.db.transaction().execute(async (trx) => {
      const due = await this.thresholds.due(trx, everySeconds, AT_ONCE);
      let crossed = 0;
      for (const [poolId, rows] of groupBy(due, (row) => row.pool_id)) {
        const pool = await this.pools.get(trx, poolId);
        // Counted as it is now: what has run out is given back first.
        await this.pools.lock(trx, [pool.id]);
        await this.endDue.execute(trx, [pool]);
        const counts = await this.shortage.counts(trx, pool);
        for (const row of rows) crossed += await this.#measure(trx, pool, counts, row);
      }
      return crossed;
    });
  }

  async #measure(trx: Trx, pool: Pool, counts: readonly FreeCount[], row: ThresholdRow): Promise<number> {
    const { state, measured } = measurementOf(pool, counts, row);
    await this.thresholds.measured(trx, row.id, state, measured);
    if (state === row.state) return 0;
    await this.webhooks.tell(trx, state === 'BREACHED' ? 'pool.threshold.breached' : 'pool.threshold.recovered', {
      threshold: row.id,
      pool: pool.name,
      addressSpace: pool.space.name,
      ...(row.prefix_length === null
        ? { maxPercent: row.max_percent, recoverPercent: row.recover_percent, percent: Number(measured) }
        : { family: row.family, prefixLength: row.prefix_length, minFree: row.min_free, recoverFree: row.recover_free, free: measured }),
    });
    return 1;
  }
}

function measurementOf(pool: Pool, counts: readonly FreeCount[], row: ThresholdRow): Measurement {
  if (row.prefix_length !== null) {
    const own = counts.filter(({ family }) => family === row.family);
    const free = availableOf(own, row.prefix_length);
    const marks = { minFree: BigInt(row.min_free ?? 0), recoverFree: BigInt(row.recover_free ?? 0) };
    return { state: stateByFree(row.state, marks, free), measured: String(free) };
  }
  const { percent } = utilizationOf(pool.cidrs, counts);
  const marks = { maxPercent: row.max_percent ?? 100, recoverPercent: row.recover_percent ?? 100 };
  return { state: stateByPercent(row.state, marks, percent), measured: String(percent) };
}
