import { Inject, Injectable } from '@nestjs/common';
import { InvalidRequest } from '@podspan/errors';
import { type Actor, audit, type CallContext, type Page, pageFrom, type PageQuery, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { wantedBlock } from '../domain/wanted-block.js';
import { type Pool, PoolsRepository } from '../pools/pools.repository.js';
import type { Db } from '../postgres/db.js';
import { afterId } from '../topology/after-id.js';
import { checkReach } from '../topology/spaces.repository.js';
import { patched, recoverFreeOf, recoverPercentOf } from './patched-threshold.js';
import type { ThresholdBody, ThresholdPatch, ThresholdView } from './threshold-schemas.js';
import { type NewThreshold, ThresholdsRepository, thresholdView } from './thresholds.repository.js';

/** When somebody wants to know that a pool runs low. */
@Injectable()
export class ChangeThresholds {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly pools: PoolsRepository,
    private readonly thresholds: ThresholdsRepository,
  ) {}

  /** @throws Conflict `threshold_exists`; InvalidRequest for a length the pool cannot give */
  create(call: CallContext, poolKey: string, body: ThresholdBody): Promise<WriteResult<ThresholdView>> {
    return runWrite(this.db, call, async (trx) => {
      const pool = await this.#pool(trx, call.actor, poolKey);
      const view = thresholdView(await this.thresholds.insert(trx, newThreshold(pool, body), call.actor.subject));
      await audit(trx, call, { action: 'pool_threshold.created', kind: 'pool_threshold', id: view.id, after: view });
      return WriteResult.created(view, { location: `/v1/pools/${pool.name}/thresholds/${view.id}` });
    });
  }

  /** @throws InvalidRequest `immutable_field`, `invalid_threshold` with every problem */
  patch(call: CallContext, poolKey: string, id: string, patch: ThresholdPatch): Promise<WriteResult<ThresholdView>> {
    return runWrite(this.db, call, async (trx) => {
      const pool = await this.#pool(trx, call.actor, poolKey);
      const before = await this.thresholds.locked(trx, pool.id, id);
      const { marks, problems } = patched(before, patch);
      if (problems.length > 0) throw new InvalidRequest(problems);
      await this.thresholds.update(trx, id, marks);
      const after = thresholdView(await this.thresholds.get(trx, pool.id, id));
      await audit(trx, call, { action: 'pool_threshold.updated', kind: 'pool_threshold', id, before: thresholdView(before), after });
      return WriteResult.ok(after);
    });
  }

  delete(call: CallContext, poolKey: string, id: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const pool = await this.#pool(trx, call.actor, poolKey);
      const before = thresholdView(await this.thresholds.get(trx, pool.id, id));
      await this.thresholds.delete(trx, id);
      await audit(trx, call, { action: 'pool_threshold.deleted', kind: 'pool_threshold', id, before });
      return WriteResult.noContent();
    });
  }

  async one(actor: Actor, poolKey: string, id: string): Promise<ThresholdView> {
    const pool = await this.#pool(this.db, actor, poolKey);
    return thresholdView(await this.thresholds.get(this.db, pool.id, id));
  }

  async page(actor: Actor, poolKey: string, query: PageQuery): Promise<Page<ThresholdView>> {
    const pool = await this.#pool(this.db, actor, poolKey);
    const rows = await this.thresholds.page(this.db, pool.id, afterId(query), query.limit);
    return pageFrom(rows, query.limit, ({ id }) => [id], thresholdView);
  }

  async #pool(db: Db, actor: Actor, key: string): Promise<Pool> {
    const pool = await this.pools.get(db, key);
    checkReach(actor, pool.space);
    return pool;
  }
}

function newThreshold(pool: Pool, body: ThresholdBody): NewThreshold {
  const { prefixLength, minFree, maxPercent } = body;
  const none = { family: null, prefix_length: null, min_free: null, recover_free: null, max_percent: null, recover_percent: null };
  if (prefixLength === undefined || minFree === undefined) {
    const most = maxPercent ?? 100;
    return { ...none, pool_id: pool.id, max_percent: most, recover_percent: body.recoverPercent ?? recoverPercentOf(most) };
  }
  const wanted = wantedBlock(pool, { prefixLength, family: body.family });
  if (wanted.kind !== 'ANY') throw new Error('no cidr was asked for');
  return {
    ...none,
    pool_id: pool.id,
    family: wanted.family,
    prefix_length: wanted.length,
    min_free: minFree,
    recover_free: body.recoverFree ?? recoverFreeOf(minFree),
  };
}
