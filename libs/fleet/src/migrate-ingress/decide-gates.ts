import { InvalidRequest } from '@podspan/errors';
import { sql } from 'kysely';
import type { Db, RolloutRow } from '../database.js';
import type { IngressGate } from '../domain/ingress/ingress-migration.js';
import type { NewEvent } from '../rollouts/events.repository.js';
import { decideGate, type GateScope, heldAtGates } from './item-gates.js';

/** What a person says about a point inside the items of a rollout. */
export interface PointAnswer {
  readonly gate?: IngressGate | undefined;
  readonly wave?: string | undefined;
  readonly clusters?: readonly string[] | undefined;
  readonly comment?: string | undefined;
}

/**
 * Which point is meant: the one named, or where items stand now. Absent: the gate of a wave is meant.
 * @throws InvalidRequest for a gate that the rollout does not have
 */
export async function pointOf(trx: Db, rollout: RolloutRow, answer: PointAnswer): Promise<GateScope | undefined> {
  if (rollout.action !== 'MIGRATE_INGRESS') {
    if (answer.gate === undefined && answer.clusters === undefined) return undefined;
    const path = answer.gate === undefined ? 'clusters' : 'gate';
    throw new InvalidRequest([
      { path, code: 'unexpected_field', message: `${rollout.action} has gates before waves only`, suggestion: 'leave it out' },
    ]);
  }
  const wave = answer.wave === undefined ? undefined : await indexOf(trx, rollout, answer.wave);
  if (answer.gate !== undefined) return { gate: answer.gate, wave, clusters: answer.clusters };
  // A wave that waits to be opened goes first, as it stands first.
  if (answer.clusters === undefined && (await waveWaits(trx, rollout))) return undefined;
  const [held] = (await heldAtGates(trx, rollout.id)).filter((each) => wave === undefined || each.wave === wave);
  return held && { gate: held.gate, wave: held.wave, clusters: answer.clusters };
}

/** @returns nothing when everything was decided before */
export async function decidePoint(
  trx: Db,
  rollout: RolloutRow,
  scope: GateScope,
  decision: { readonly approved: boolean; readonly by: string; readonly comment: string | undefined },
): Promise<readonly NewEvent[] | undefined> {
  const clusters = await decideGate(trx, rollout.id, scope, decision);
  if (clusters.length === 0) return undefined;
  const { approved, by, comment } = decision;
  return clusters.map((cluster) => ({
    type: approved ? 'gate.approved' : 'gate.rejected',
    cluster,
    data: { gate: scope.gate, by, comment },
  }));
}

async function indexOf(trx: Db, rollout: RolloutRow, name: string): Promise<number> {
  const { rows } = await sql<{ index: number }>`select index from wave where rollout_id = ${rollout.id} and name = ${name}`.execute(trx);
  if (!rows[0])
    throw new InvalidRequest([{ path: 'wave', code: 'unknown_wave', message: `the rollout has no wave '${name}'`, value: name }]);
  return rows[0].index;
}

async function waveWaits(trx: Db, rollout: RolloutRow): Promise<boolean> {
  const { rows } = await sql`
    select 1 from wave where rollout_id = ${rollout.id} and approval and opened_at is null and approved_at is null
      and not exists (select 1 from item where rollout_id = ${rollout.id} and state = 'RUNNING') limit 1
  `.execute(trx);
  return rows.length > 0;
}
