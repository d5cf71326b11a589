import { type Kysely, sql } from 'kysely';
import type { CallContext } from './call-context.js';

export interface AuditEntry {
  /** Past tense of the verb: `allocation.created`. */
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Writes who did what, with the state before and after, in the transaction that does it. */
export async function audit<Database>(
  trx: Kysely<Database>,
  call: Pick<CallContext, 'actor' | 'requestId'>,
  entry: AuditEntry,
): Promise<void> {
  await sql`
    insert into audit_event (actor, action, kind, resource_id, before, after, request_id)
    values (${call.actor.subject}, ${entry.action}, ${entry.kind}, ${entry.id}, ${json(entry.before)}, ${json(entry.after)}, ${call.requestId})
  `.execute(trx);
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
