import { Injectable } from '@nestjs/common';
import { Conflict, Forbidden } from '@podspan/errors';
import { type CallContext, hasRole } from '@podspan/platform';
import { type Clash, conflictsOf, newClashes } from '../domain/conflicts.js';
import type { Trx } from '../postgres/db.js';
import { clashView, ConflictsRepository } from './conflicts.repository.js';
import { EstateRepository } from './estate.repository.js';
import { MOST_CLASHES_SHOWN } from './topology-schemas.js';

/**
 * The one door for every change of networks, prefixes, links and mesh members: the clashes of the whole estate are
 * computed before and after, and a change that makes a new one is refused, or recorded when an admin forces it.
 */
@Injectable()
export class ChangeTopology {
  constructor(
    private readonly estate: EstateRepository,
    private readonly conflicts: ConflictsRepository,
  ) {}

  /** @throws Conflict `topology_conflict` with every clash and its path; Forbidden when force is not an admin's */
  async execute<T>(trx: Trx, call: CallContext, force: boolean, change: () => Promise<T>): Promise<T> {
    if (force && !hasRole(call.actor, 'admin'))
      throw new Forbidden('only an admin may force a change that makes conflicts', { needed: 'admin' });
    await this.estate.lockForChange(trx);
    const before = conflictsOf(await this.estate.estate(trx));
    const result = await change();
    const after = conflictsOf(await this.estate.estate(trx));
    const opened = newClashes(before, after);
    if (opened.length > 0 && !force) throw topologyConflict(opened);
    await this.conflicts.settle(trx, call, after);
    return result;
  }

  /** After a change that the rules have judged already and that made no clash, under the lock for changes: what is open names the ranges of now. */
  async settle(trx: Trx, call: CallContext): Promise<void> {
    await this.conflicts.settle(trx, call, conflictsOf(await this.estate.estate(trx)));
  }
}

export function topologyConflict(clashes: readonly Clash[]): Conflict {
  const shown = clashes.slice(0, MOST_CLASHES_SHOWN);
  const more = clashes.length > 1 ? ` and ${clashes.length - 1} more` : '';
  return new Conflict('topology_conflict', `the change makes ranges overlap: ${clashes[0]?.message ?? ''}${more}`, {
    facts: { conflicts: shown.map(clashView), conflictCount: clashes.length },
    problems: shown.map(({ kind, rule, ranges, message }) => ({
      path: '',
      code: kind.toLowerCase(),
      message,
      rule,
      value: ranges[0].cidr,
      conflictsWith: ranges[1].cidr,
    })),
  });
}
