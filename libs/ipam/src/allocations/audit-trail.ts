import { type CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import type { Db } from '../postgres/db.js';

export interface AuditLine {
  readonly action: string;
  readonly kind: string;
  readonly id: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Writes many audit rows in one statement, in the transaction that does the work. */
/** Who ends what has run out: nobody asked for it. */
export const byTheClock: AuditCaller = { actor: { subject: 'podspan', role: 'admin', spaces: '*' }, requestId: 'clock' };

export type AuditCaller = Pick<CallContext, 'actor' | 'requestId'>;

export async function auditAll(db: Db, call: AuditCaller, lines: readonly AuditLine[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`insert into audit_event (actor, action, kind, resource_id, before, after, request_id)
    select ${call.actor.subject}, action, kind, id, before, after, ${call.requestId}
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as l(action text, kind text, id text, before jsonb, after jsonb)`.execute(db);
}
