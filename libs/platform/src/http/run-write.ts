import { InvalidRequest } from '@podspan/errors';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { CallContext } from './call-context.js';
import { WriteResult } from './write-result.js';

const ATTEMPTS = 4;
/** Serialization failure and deadlock: PostgreSQL chose this transaction to give way; nothing of it was kept. */
const GIVE_WAY = new Set(['40001', '40P01']);

/**
 * Runs one write in one transaction.
 * - The same Idempotency-Key with the same request within 24 h answers what was answered first, from the writing transaction's own record;
 *   with another request it is refused 422 `idempotency_mismatch`.
 * - `dryRun` does everything, keeps nothing and answers 200.
 * - A deadlock victim is tried again.
 */
export async function runWrite<Database, T>(
  db: Kysely<Database>,
  call: CallContext,
  work: (trx: Transaction<Database>) => Promise<WriteResult<T>>,
): Promise<WriteResult<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return call.dryRun ? await rehearse(db, work) : await db.transaction().execute((trx) => once(trx, call, work));
    } catch (error) {
      if (attempt === ATTEMPTS || !GIVE_WAY.has(codeOf(error))) throw error;
    }
  }
}

/** Carries the answer of a dry run out of the transaction that is rolled back. */
class Rehearsed extends Error {
  constructor(readonly body: unknown) {
    super('dry run');
  }
}

async function rehearse<Database, T>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<WriteResult<T>>,
): Promise<WriteResult<T>> {
  try {
    await db.transaction().execute(async (trx) => {
      throw new Rehearsed((await work(trx)).body);
    });
  } catch (error) {
    if (error instanceof Rehearsed) return WriteResult.ok(error.body as T);
    throw error;
  }
  throw new Error('a dry run always rolls back');
}

async function once<Database, T>(
  trx: Transaction<Database>,
  call: CallContext,
  work: (trx: Transaction<Database>) => Promise<WriteResult<T>>,
): Promise<WriteResult<T>> {
  if (call.idempotencyKey === undefined) return work(trx);
  const { actor, idempotencyKey: key, route, bodyHash } = call;
  // The second of two equal requests waits here until the first has committed, then finds its record.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${actor.subject} ${key}`}, 0))`.execute(trx);
  const first = await recordOf(trx, actor.subject, key);
  if (first) {
    if (first.route !== route || first.body_hash !== bodyHash) throw mismatch(key, first.route);
    return WriteResult.replay(first.status, first.body as T, first.headers);
  }
  const result = await work(trx);
  await sql`
    insert into idempotency_key (caller, key, route, body_hash, status, headers, body)
    values (${actor.subject}, ${key}, ${route}, ${bodyHash}, ${result.status}, ${JSON.stringify(result.headers)}, ${JSON.stringify(result.body)})
    on conflict (caller, key) do update
      set route = excluded.route, body_hash = excluded.body_hash, status = excluded.status,
          headers = excluded.headers, body = excluded.body, created_at = now()
  `.execute(trx);
  return result;
}

interface IdempotencyRecord {
  readonly route: string;
  readonly body_hash: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

async function recordOf<Database>(trx: Transaction<Database>, caller: string, key: string): Promise<IdempotencyRecord | undefined> {
  const { rows } = await sql<IdempotencyRecord>`
    select route, body_hash, status, headers, body from idempotency_key
    where caller = ${caller} and key = ${key} and created_at > now() - interval '24 hours'
  `.execute(trx);
  return rows[0];
}

function mismatch(key: string, firstRoute: string): InvalidRequest {
  return new InvalidRequest([
    {
      path: 'Idempotency-Key',
      code: 'idempotency_mismatch',
      message: `the key was used for another request (${firstRoute})`,
      value: key,
      suggestion: 'send a new key for a new request',
    },
  ]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
