import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import { Conflict, InvalidRequest } from '@podspan/errors';
import { audit, type CallContext, readOrJudge, runWrite, WriteResult } from '@podspan/platform';
import { Kysely } from 'kysely';
import { boundsProblems, selfOverlapProblems } from '../domain/pool.js';
import { ProblemList, unknownReference } from '../domain/problems.js';
import { quotaProblems } from '../domain/quotas.js';
import type { Db, Trx } from '../postgres/db.js';
import { EstateRepository } from '../topology/estate.repository.js';
import { NetworksRepository } from '../topology/networks.repository.js';
import { checkReach, SpacesRepository } from '../topology/spaces.repository.js';
import { PoolRoom } from './pool-room.js';
import { PoolBody, type PoolView } from './pool-schemas.js';
import { etagOf, type Pool, PoolsRepository, poolView } from './pools.repository.js';

interface References {
  readonly space: { readonly id: string; readonly name: string };
  readonly networkId: string | undefined;
  readonly parent: Pool | undefined;
}

@Injectable()
export class CreatePool {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly spaces: SpacesRepository,
    private readonly networks: NetworksRepository,
    private readonly pools: PoolsRepository,
    private readonly room: PoolRoom,
    private readonly estate: EstateRepository,
  ) {}

  /** @throws Conflict `pool_overlap`, `name_taken`, `prefix_taken`; InvalidRequest with every problem */
  async execute(call: CallContext, asked: unknown): Promise<WriteResult<PoolView>> {
    const body = await readOrJudge(PoolBody, asked, (readable) => this.#write({ ...call, dryRun: true }, readable));
    return this.#write(call, body);
  }

  #write(call: CallContext, body: PoolBody): Promise<WriteResult<PoolView>> {
    return runWrite(this.db, call, async (trx) => {
      const pool = await this.insert(trx, call, body);
      return WriteResult.created(poolView(pool), { etag: etagOf(pool), location: `/v1/pools/${pool.name}` });
    });
  }

  async insert(trx: Trx, call: CallContext, body: PoolBody): Promise<Pool> {
    const cidrs = body.cidrs.map((text) => Cidr.parse(text));
    const { space, networkId, parent } = await this.#references(trx, body, cidrs);
    checkReach(call.actor, space);
    // A network that comes at the same time must see this pool, or this pool the network.
    await this.estate.lockForUse(trx);
    await this.spaces.lock(trx, space.id);
    await this.#checkOverlap(trx, space.id, parent, body, cidrs);
    if (parent) await this.room.check(trx, call, parent, cidrs);
    const pool = await this.pools.insert(trx, body, space.id, networkId, parent?.id);
    await this.room.take(trx, parent, pool);
    await audit(trx, call, { action: 'pool.created', kind: 'pool', id: pool.id, after: poolView(pool) });
    return pool;
  }

  async #references(trx: Trx, body: PoolBody, cidrs: readonly Cidr[]): Promise<References> {
    const problems = new ProblemList();
    const space = await this.spaces.find(trx, body.addressSpace);
    if (!space) problems.add(unknownReference('addressSpace', 'address space', body.addressSpace));
    const network = body.network === undefined ? undefined : await this.networks.find(trx, body.network);
    if (body.network !== undefined && !network) problems.add(unknownReference('network', 'network', body.network));
    const parent = body.parentPool === undefined ? undefined : await this.pools.find(trx, body.parentPool);
    if (body.parentPool !== undefined && !parent) problems.add(unknownReference('parentPool', 'pool', body.parentPool));
    if (parent && space && parent.space.id !== space.id) {
      problems.add({
        path: 'parentPool',
        code: 'address_space_mismatch',
        message: `pool ${parent.name} is in address space ${parent.space.name}`,
        value: body.parentPool,
        conflictsWith: parent.space.name,
      });
    }
    if (parent)
      cidrs.forEach(
        (cidr, index) => parent.cidrs.some((range) => range.contains(cidr)) || problems.add(outsideParent(parent, cidr, index)),
      );
    problems.add(...boundsProblems(body, cidrs), ...selfOverlapProblems(cidrs, 'cidrs'), ...quotaProblems(body.quotas ?? []));
    problems.refuseIfAny();
    if (!space) throw new Error('refused above');
    return { space, networkId: network?.id, parent };
  }

  async #checkOverlap(trx: Trx, spaceId: string, parent: Pool | undefined, body: PoolBody, cidrs: readonly Cidr[]): Promise<void> {
    const overlaps = await this.pools.overlapping(trx, spaceId, parent?.id, cidrs);
    const others = overlaps.filter(({ name }) => name !== body.name);
    if (others.length === 0) return;
    const enclosing = others.find(({ cidr, wanted }) => Cidr.parse(cidr).contains(Cidr.parse(wanted)));
    throw new Conflict(
      'pool_overlap',
      `pool ${body.name} overlaps ${[...new Set(others.map(({ name, cidr }) => `${cidr} of pool ${name}`))].join(', ')}`,
      {
        facts: { overlaps: others.map(({ name, cidr, wanted }) => ({ pool: name, cidr, wanted })) },
        problems: others.map(({ name, cidr, wanted }) => ({
          path: `cidrs[${Math.max(
            0,
            cidrs.findIndex((own) => String(own) === wanted),
          )}]`,
          code: 'pool_overlap',
          message: `${wanted} overlaps ${cidr} of pool ${name}`,
          value: wanted,
          conflictsWith: cidr,
          ...(enclosing?.name === name ? { suggestion: `parentPool: ${name}` } : {}),
        })),
      },
    );
  }
}

function outsideParent(parent: Pool, cidr: Cidr, index: number): ConstructorParameters<typeof InvalidRequest>[0][number] {
  const ranges = parent.cidrs.map(String);
  return {
    path: `cidrs[${index}]`,
    code: 'outside_pool',
    message: `${cidr} is not inside the parent pool ${parent.name} (${ranges.join(', ')})`,
    value: String(cidr),
    conflictsWith: ranges,
  };
}
