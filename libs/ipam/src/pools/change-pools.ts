import { Inject, Injectable } from '@nestjs/common';
import type { Problem } from '@podspan/errors';
import { audit, type CallContext, checkIfMatch, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { boundsProblems } from '../domain/pool.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import { quotaProblems } from '../domain/quotas.js';
import type { Db, Trx } from '../postgres/db.js';
import { asNameTaken, checkReach } from '../topology/spaces.repository.js';
import { inUse } from '../topology/change-spaces.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { EndDue } from '../allocations/end-due.js';
import { FreeSpaceRepository } from './free-space.repository.js';
import type { PoolPatch, PoolView } from './pool-schemas.js';
import { etagOf, type Pool, PoolsRepository, poolView } from './pools.repository.js';

@Injectable()
export class ChangePools {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly networks: NetworksRepository,
    private readonly pools: PoolsRepository,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly endDue: EndDue,
  ) {}

  /** @throws InvalidRequest `immutable_field`, `invalid_pool_bounds`; PreconditionFailed for a stale If-Match */
  patch(call: CallContext, key: string, patch: PoolPatch): Promise<WriteResult<PoolView>> {
    return runWrite(this.db, call, async (trx) => {
      const before = await this.#locked(trx, call, key);
      const after = await this.update(trx, call, before, patch);
      return WriteResult.ok(poolView(after), { etag: etagOf(after) });
    });
  }

  async update(trx: Trx, call: CallContext, before: Pool, patch: PoolPatch): Promise<Pool> {
    const problems = new ProblemList();
    problems.add(...immutableProblems(before, patch));
    const network = typeof patch.network === 'string' ? await this.networks.find(trx, patch.network) : undefined;
    if (typeof patch.network === 'string' && !network) problems.add(unknownReference('network', 'network', patch.network));
    problems.add(...boundsProblems({ ...before, ...definedOf(patch) }, before.cidrs), ...quotaProblems(patch.quotas ?? []));
    problems.refuseIfAny();
    const networkId = patch.network === undefined ? (before.network?.id ?? null) : (network?.id ?? null);
    const after = await this.pools.update(trx, before, patch, networkId).catch((error: unknown) => {
      throw asNameTaken(error, 'pool_name', 'pool', patch.name ?? before.name);
    });
    // Whose network a pool belongs to decides which external ranges block it.
    if (networkId !== (before.network?.id ?? null)) await this.freeSpace.refresh(trx, after, after.cidrs);
    await audit(trx, call, { action: 'pool.updated', kind: 'pool', id: before.id, before: poolView(before), after: poolView(after) });
    return after;
  }

  /** @throws Conflict `in_use` with the counts of allocations and child pools */
  delete(call: CallContext, key: string): Promise<WriteResult<null>> {
    return runWrite(this.db, call, async (trx) => {
      const pool = await this.#locked(trx, call, key);
      await this.endDue.execute(trx, [pool]);
      const uses = await this.pools.uses(trx, pool.id);
      if (uses.allocations + uses.childPools > 0) throw inUse('pool', pool.name, { ...uses });
      await this.pools.delete(trx, pool.id);
      const parent = pool.parent && (await this.pools.get(trx, pool.parent.id));
      if (parent) await this.freeSpace.refresh(trx, parent, pool.cidrs);
      await audit(trx, call, { action: 'pool.deleted', kind: 'pool', id: pool.id, before: poolView(pool) });
      return WriteResult.noContent();
    });
  }

  async #locked(trx: Trx, call: CallContext, key: string): Promise<Pool> {
    const found = await this.pools.get(trx, key);
    checkReach(call.actor, found.space);
    await this.pools.lock(trx, found.parent ? [found.id, found.parent.id] : [found.id]);
    const pool = await this.pools.get(trx, found.id);
    checkMatch(call, pool);
    return pool;
  }
}

/** @throws PreconditionFailed when If-Match was sent and is not the current ETag */
export function checkMatch(call: CallContext, resource: { readonly version: number }): void {
  checkIfMatch(call, etagOf(resource));
}

function immutableProblems({ row }: Pool, patch: PoolPatch): readonly Problem[] {
  const problem = (path: string, value: unknown, current: unknown): Problem => ({
    path,
    code: 'immutable_field',
    message: `${path} of a pool cannot be changed`,
    value,
    conflictsWith: current,
  });
  const problems: Problem[] = [];
  if (patch.cidrs !== undefined && JSON.stringify(patch.cidrs) !== JSON.stringify(row.cidrs))
    problems.push(problem('cidrs', patch.cidrs, row.cidrs));
  if (patch.reuse !== undefined && patch.reuse !== row.reuse) problems.push(problem('reuse', patch.reuse, row.reuse));
  if (patch.addressSpace !== undefined && patch.addressSpace !== row.space_name && patch.addressSpace !== row.space_id)
    problems.push(problem('addressSpace', patch.addressSpace, row.space_name));
  if (patch.parentPool !== undefined && patch.parentPool !== row.parent_name && patch.parentPool !== row.parent_id)
    problems.push(problem('parentPool', patch.parentPool, row.parent_name));
  return problems;
}

function definedOf({ minPrefixLength, maxPrefixLength, defaultPrefixLength }: PoolPatch): Partial<PoolPatch> {
  return {
    ...(minPrefixLength === undefined ? {} : { minPrefixLength }),
    ...(maxPrefixLength === undefined ? {} : { maxPrefixLength }),
    ...(defaultPrefixLength === undefined ? {} : { defaultPrefixLength }),
  };
}
