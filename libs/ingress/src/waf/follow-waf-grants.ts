import type { EngineTransaction, RunChange, RunListener } from '@podspan/engine';
import type { Kysely } from 'kysely';
import { grantAgicWafProgram } from '../agic/agic-input.js';
import type { IngressDatabase } from '../database.js';
import { grantWafProgram } from './agc-grant-waf.js';
import type { WafGrantsRepository } from './waf-grants.repository.js';

/** Writes what became of a grant into its row, in the transaction that ends the run. */
export class FollowWafGrants implements RunListener {
  readonly endsOnly = true;

  constructor(private readonly grants: WafGrantsRepository) {}

  async onRun(transaction: EngineTransaction, { program, runId, to, failure }: RunChange): Promise<void> {
    if ((program !== grantWafProgram && program !== grantAgicWafProgram) || (to !== 'SUCCEEDED' && to !== 'FAILED')) return;
    const state = to === 'SUCCEEDED' ? 'GRANTED' : 'FAILED';
    await this.grants.settle(runId, state, to === 'FAILED' ? failure : undefined, transaction as Kysely<IngressDatabase>);
  }
}
