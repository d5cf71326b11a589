import { Inject, Injectable } from '@nestjs/common';
import { Cidr } from '@podspan/cidr';
import type { Actor } from '@podspan/platform';
import { Kysely, sql } from 'kysely';
import { type Allocation, AllocationsRepository } from '../allocations/allocations.repository.js';
import { addressesIn, type Candidate, emptied, moveKind, type Occupying } from '../domain/defragmentation.js';
import { availableOf } from '../domain/utilization.js';
import { wantedBlock } from '../domain/wanted-block.js';
import { FreeSpaceRepository } from '../pools/free-space.repository.js';
import type { Pool } from '../pools/pools.repository.js';
import { ShowSpace } from '../pools/show-space.js';
import { type Db, instantOrNull, rowsOf } from '../postgres/db.js';
import type { AdviceQuery, AdviceView } from './advice-schemas.js';

/** The cheapest blocks by count are looked at closely; one of them nearly always can be emptied. */
const CANDIDATES = 40;
const MOST_MOVES = 500;
const OPTIONS = 5;

type Holder = Occupying & { readonly allocation: Allocation };

/** Which few allocations would have to leave so that a block of a length is free. Changes nothing. */
@Injectable()
export class AdviseMoves {
  constructor(
    @Inject(Kysely) private readonly db: Db,
    private readonly showSpace: ShowSpace,
    private readonly freeSpace: FreeSpaceRepository,
    private readonly allocations: AllocationsRepository,
  ) {}

  async execute(actor: Actor, key: string, query: AdviceQuery): Promise<AdviceView> {
    const { pool, counts } = await this.showSpace.counts(actor, key);
    const asked = query.family === 4 || query.family === 6 ? query.family : undefined;
    const { family, length } = wantedOf(pool, query.prefixLength, asked);
    const free = counts.filter((line) => line.family === family);
    const available = availableOf(free, length);
    const base = { pool: pool.name, prefixLength: length, available: String(available) };
    if (available > 0n) return { ...base, reason: 'NOT_NEEDED', message: `${available} blocks are free`, options: [] };
    const blocks = await this.#cheapest(pool, family, length, query.includeRebuilds);
    const candidates: Candidate<Holder>[] = [];
    for (const block of blocks) candidates.push(...(await this.#candidate(pool, block, query.includeRebuilds)));
    const options = emptied(candidates, free).slice(0, OPTIONS).map(optionView);
    return options.length > 0
      ? { ...base, reason: 'ADVICE', message: `${options[0]?.allocations} allocations hold ${options[0]?.block}`, options }
      : {
          ...base,
          reason: 'NOTHING_TO_MOVE',
          message: `no /${length} can be emptied: what lies there cannot move, or has nowhere to go`,
          options,
        };
  }

  /** Blocks of the length with the fewest allocations in them, all of which may leave. */
  async #cheapest(pool: Pool, family: 4 | 6, length: number, rebuilds: boolean): Promise<readonly Cidr[]> {
    const rows = await rowsOf(
      this.db,
      sql<{ block: string }>`select set_masklen(held, ${length}::int)::cidr as block from allocation
        where pool_id = ${pool.id} and holding and family(held) = ${family} and masklen(held) > ${length}
        group by 1
        having count(*) <= ${MOST_MOVES} and (${rebuilds} or not bool_or(status <> 'QUARANTINED' and (purpose in ('POD_CIDR', 'SERVICE_CIDR') or purpose like '%SUBNET%')))
        order by count(*), sum(2::numeric ^ (${family === 4 ? 32 : 128} - masklen(held))), 1 limit ${CANDIDATES}`,
    );
    return rows.map(({ block }) => Cidr.parse(block)).filter((block) => pool.cidrs.some((cidr) => cidr.contains(block)));
  }

  async #candidate(pool: Pool, block: Cidr, rebuilds: boolean): Promise<readonly Candidate<Holder>[]> {
    const occupants = await this.freeSpace.occupants(this.db, pool, block);
    if (occupants.some(({ kind }) => kind !== 'ALLOCATION')) return [];
    const holders = await this.allocations.byIds(
      this.db,
      occupants.map(({ id }) => id),
    );
    return [
      {
        block,
        occupants: [...holders.values()].map((allocation) => ({
          id: allocation.id,
          cidr: allocation.held,
          movable: rebuilds || moveKind(allocation) !== 'REBUILD',
          allocation,
        })),
      },
    ];
  }
}

function wantedOf(pool: Pool, prefixLength: number, family: 4 | 6 | undefined): { readonly family: 4 | 6; readonly length: number } {
  const wanted = wantedBlock(pool, { prefixLength, family });
  if (wanted.kind !== 'ANY') throw new Error('no cidr was asked for');
  return wanted;
}

function optionView(option: Candidate<Holder>): AdviceView['options'][number] {
  return {
    block: String(option.block),
    allocations: option.occupants.length,
    addresses: String(addressesIn(option)),
    moves: option.occupants.map(({ allocation }) => ({
      allocation: allocation.id,
      cidr: String(allocation.cidr),
      held: String(allocation.held),
      owner: { kind: allocation.owner.kind, id: allocation.owner.id },
      purpose: allocation.purpose,
      how: moveKind(allocation),
      until: moveKind(allocation) === 'WAIT' ? instantOrNull(allocation.row.available_at) : null,
    })),
  };
}
