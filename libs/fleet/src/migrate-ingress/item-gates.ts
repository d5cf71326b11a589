import { sql } from 'kysely';
import type { Db } from '../database.js';
import { gateSteps, ingressGates, type IngressGate } from '../domain/ingress/ingress-migration.js';

export interface GateDecision {
  readonly approved: boolean;
  readonly by: string;
  readonly comment: string | null;
  /** By the clock of the database. */
  readonly secondsAgo: number;
}

export async function gateDecision(db: Db, itemId: string, gate: IngressGate): Promise<GateDecision | undefined> {
  const { rows } = await sql<GateDecision>`
    select approved, decided_by as by, comment, extract(epoch from clock_timestamp() - decided_at)::float8 as "secondsAgo"
    from item_gate where item_id = ${itemId} and gate = ${gate}
  `.execute(db);
  return rows[0];
}

/** Which items a decision is for. */
export interface GateScope {
  readonly gate: IngressGate;
  /** Index; all by default. */
  readonly wave: number | undefined;
  readonly clusters: readonly string[] | undefined;
}

/** Items that have not ended and have no decision yet, as far as the scope goes, waiting there or on their way. @returns clusters */
export async function decideGate(
  trx: Db,
  rolloutId: string,
  { gate, wave, clusters }: GateScope,
  decision: { readonly approved: boolean; readonly by: string; readonly comment: string | undefined },
): Promise<readonly string[]> {
  const { rows } = await sql<{ cluster: string }>`
    with decided as (
      insert into item_gate (item_id, gate, approved, decided_by, comment)
      select id, ${gate}, ${decision.approved}, ${decision.by}, ${decision.comment ?? null} from item
      where rollout_id = ${rolloutId} and state in ('PENDING', 'RUNNING')
        and ${wave === undefined ? sql`true` : sql`wave = ${wave}`}
        and ${clusters === undefined ? sql`true` : sql`cluster = any(${[...clusters]})`}
      on conflict do nothing
      returning item_id
    )
    select cluster from item join decided on item.id = decided.item_id order by cluster
  `.execute(trx);
  return rows.map(({ cluster }) => cluster);
}

/** A no does not outlive a retry. */
export async function forgetRefusals(trx: Db, rolloutId: string): Promise<void> {
  await sql`delete from item_gate using item where item.id = item_id and rollout_id = ${rolloutId} and not approved and item.state = 'PENDING'`.execute(
    trx,
  );
}

export interface HeldAtGate {
  readonly gate: IngressGate;
  readonly wave: number;
  readonly count: number;
}

/** Items that stand at a gate, first wave and first gate first. */
export async function heldAtGates(trx: Db, rolloutId: string): Promise<readonly HeldAtGate[]> {
  const gates = [...ingressGates];
  const steps = gates.map((gate) => gateSteps[gate]);
  const { rows } = await sql<{ step: string; wave: number; count: number }>`
    select step, wave, count(*)::int as count from item
    where rollout_id = ${rolloutId} and state = 'RUNNING' and step = any(${steps}) and waiting_for is not null
      and not exists (
        select 1 from item_gate where item_id = item.id and gate = (${gates}::text[])[array_position(${steps}::text[], item.step)]
      )
    group by step, wave order by wave, array_position(${steps}::text[], step)
  `.execute(trx);
  return rows.flatMap(({ step, wave, count }) => {
    const gate = ingressGates.find((each) => gateSteps[each] === step);
    return gate === undefined ? [] : [{ gate, wave, count }];
  });
}
