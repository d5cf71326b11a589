import { Cidr } from '@podspan/cidr';
import type { Strategy } from '../../domain/pool.js';
import { chosen, leftOf, leftWithin } from './naive-ranges.js';

export interface Held {
  id: string;
  cidr: Cidr;
  readonly owner: string;
  readonly purpose: string;
  status: 'ACTIVE' | 'RESERVED' | 'QUARANTINED' | 'ENDED';
  /** Its time is over, and nobody has used the pool since. */
  due: boolean;
}

export interface Quota {
  readonly maxAddresses: number;
  readonly maxAllocations: number;
}

export interface Ask {
  readonly owner: string;
  readonly purpose: string;
  readonly prefixLength?: number;
  readonly family?: 4 | 6;
  readonly cidr?: Cidr;
  readonly strategy?: Strategy;
  readonly within?: readonly Cidr[];
  readonly exclude?: readonly Cidr[];
}

/** What the service should answer: a refusal's code, or a block and whether its holder had it before. */
export type Expected = { readonly code: string } | { readonly held: Held; readonly isNew: boolean };

/** One exclusive pool as plain lists. What is free is computed anew each time. */
export class NaivePool {
  held: Held[] = [];
  readonly children: NaivePool[] = [];
  quota: Quota | undefined;

  constructor(
    readonly estate: NaiveEstate,
    readonly name: string,
    readonly cidrs: readonly Cidr[],
    readonly strategy: Strategy,
    readonly cooldown: boolean,
    readonly parent?: NaivePool,
  ) {}

  /** Everything that keeps addresses of the pool from being given out. */
  taken(): readonly Cidr[] {
    return [...this.held.map(({ cidr }) => cidr), ...this.children.flatMap(({ cidrs }) => cidrs), ...this.estate.occupied()];
  }

  free(): readonly Cidr[] {
    const taken = this.taken();
    return this.cidrs.flatMap((range) => leftOf(range, taken));
  }

  /** Ends what is due, as every use of a pool does. */
  endDue(): void {
    for (const held of this.held) if (held.due) held.status = 'ENDED';
    this.held = this.held.filter(({ due }) => !due);
  }

  /** The first reason to refuse the request whatever is free, as a code. */
  problem({ prefixLength, family, cidr, within }: Ask): string | undefined {
    if (within && within.every((range) => !this.cidrs.some((own) => own.overlaps(range)))) return 'outside_pool';
    if (cidr) {
      if (!this.cidrs.some((own) => own.family === cidr.family)) return 'family_mismatch';
      return this.cidrs.some((own) => own.contains(cidr)) ? undefined : 'outside_pool';
    }
    const ofFamily = this.cidrs.filter((own) => family === undefined || own.family === family);
    if (ofFamily.length === 0) return 'family_mismatch';
    return ofFamily.some((own) => own.length <= prefixLength! && prefixLength! <= own.bits) ? undefined : 'invalid_prefix_length';
  }

  /** The block for a request that nobody holds yet, or why there is none. */
  block(ask: Ask): Cidr | string {
    const free = this.free();
    if (ask.cidr) return free.some((block) => block.contains(ask.cidr!)) ? ask.cidr : 'prefix_taken';
    const family = this.familyOf(ask);
    const strategy = ask.strategy ?? this.strategy;
    const blocks = free.filter((block) => block.family === family);
    const { within = this.cidrs, exclude = [] } = ask;
    const open = blocks.flatMap((block) => leftWithin(block, within, exclude));
    return chosen(open, ask.prefixLength!, strategy) ?? 'pool_exhausted';
  }

  /** One request alone. Changes the model only when the service is to succeed. */
  allocate(ask: Ask, reserve: boolean): Expected {
    const problem = this.problem(ask);
    if (problem !== undefined) return { code: problem };
    return this.#undoIfRefused(() => {
      this.endDue();
      const mine = this.held.filter(({ owner, purpose }) => owner === ask.owner && purpose === ask.purpose);
      const live = mine.find(({ status }) => status !== 'QUARANTINED');
      if (live) return this.#matches(live, ask) ? { held: live, isNew: false } : { code: 'already_allocated' };
      const resting = mine.sort((a, b) => (a.id < b.id ? -1 : 1)).find((held) => this.#matches(held, ask));
      if (resting) {
        if (this.isOver(ask.owner, resting.cidr)) return { code: 'quota_exceeded' };
        resting.status = reserve ? 'RESERVED' : 'ACTIVE';
        return { held: resting, isNew: false };
      }
      return this.take(ask, reserve);
    });
  }

  /** Takes a block for somebody who holds none. */
  take(ask: Ask, reserve: boolean): Expected {
    const cidr = this.block(ask);
    if (typeof cidr === 'string') return { code: cidr };
    if (this.isOver(ask.owner, cidr)) return { code: 'quota_exceeded' };
    return { held: this.hold(ask, cidr, reserve), isNew: true };
  }

  hold({ owner, purpose }: Ask, cidr: Cidr, reserve: boolean): Held {
    const held: Held = { id: '', cidr, owner, purpose, status: reserve ? 'RESERVED' : 'ACTIVE', due: false };
    this.held.push(held);
    this.estate.ever.push({ pool: this, held });
    return held;
  }

  expand(held: Held, target: Cidr): string | undefined {
    if (held.due || held.status === 'QUARANTINED' || held.status === 'ENDED') return 'allocation_ended';
    if (!this.cidrs.some((own) => own.contains(target))) return 'outside_pool';
    const before = this.held.filter(({ due }) => !due);
    const taken = [
      ...before.filter((other) => other !== held).map(({ cidr }) => cidr),
      ...this.children.flatMap(({ cidrs }) => cidrs),
      ...this.estate.occupied(),
    ];
    const more = leftOf(target, [held.cidr]);
    if (more.some((block) => taken.some((other) => other.overlaps(block)))) return 'prefix_taken';
    if (this.isOver(held.owner, target, held)) return 'quota_exceeded';
    this.endDue();
    held.cidr = target;
    return undefined;
  }

  /** Whether the owner would hold more than the quota with one block more, or with another block instead of one. */
  isOver(owner: string, more: Cidr, instead?: Held): boolean {
    if (!this.quota) return false;
    const own = this.held.filter((held) => held !== instead && held.owner === owner && isLive(held) && !held.due).map(({ cidr }) => cidr);
    const addresses = [...own, more].reduce((sum, { size }) => sum + size, 0n);
    return addresses > BigInt(this.quota.maxAddresses) || own.length + 1 > this.quota.maxAllocations;
  }

  familyOf({ prefixLength, family }: Ask): 4 | 6 {
    const fitting = this.cidrs.filter(
      (own) => (family === undefined || own.family === family) && own.length <= prefixLength! && prefixLength! <= own.bits,
    );
    return fitting.some((own) => own.family === 4) ? 4 : 6;
  }

  #matches({ cidr }: Held, ask: Ask): boolean {
    return ask.cidr ? cidr.equals(ask.cidr) : cidr.length === ask.prefixLength && cidr.family === this.familyOf(ask);
  }

  /** A refusal rolls back, and with it the ends of what was due. */
  #undoIfRefused(attempt: () => Expected): Expected {
    const before = this.held;
    const ended = before.filter(({ due }) => due).map((held) => [held, held.status] as const);
    const expected = attempt();
    if ('code' in expected) {
      this.held = before;
      for (const [held, status] of ended) held.status = status;
    }
    return expected;
  }
}

export function isLive({ status }: Held): boolean {
  return status === 'ACTIVE' || status === 'RESERVED';
}

/** One address space: its pools, and what lies in it that no pool gave out. */
export class NaiveEstate {
  readonly pools: NaivePool[] = [];
  /** Everything that was ever held in a pool that is still there. */
  ever: { readonly pool: NaivePool; readonly held: Held }[] = [];
  /** Prefixes of networks that are no virtual networks. */
  readonly foreign = new Map<string, readonly Cidr[]>();
  /** Discovered ranges of files, which stay, and of a subscription, which end when they are not seen again. */
  imported: readonly Cidr[] = [];
  seen: readonly Cidr[] = [];

  occupied(): readonly Cidr[] {
    return [...[...this.foreign.values()].flat(), ...this.imported, ...this.seen];
  }
}
