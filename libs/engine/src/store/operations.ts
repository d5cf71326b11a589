import { parseResourceId } from '@podspan/azure';
import { newId } from '@podspan/platform';
import { sql } from 'kysely';
import type { ArmEffect, EngineTransaction, FailureView } from '../contracts.js';
import { specHash } from '../policy/ownership.js';
import type { OpenOperation } from './leases.js';
import { json } from './transitions.js';

export interface Intent {
  readonly runId: string;
  readonly ordinal: number;
  readonly region: string;
  readonly effect: ArmEffect;
  readonly lockKey: string | null;
  /** What is under way already needs no sending: it is followed by asking the resource. */
  readonly adopted: boolean;
}

/** A row to be: what is about to be sent. */
export interface NewOperation extends OpenOperation {
  readonly subscriptionId: string;
  readonly region: string;
  readonly bodyHash: string | null;
}

export function newOperation({ effect, adopted, region, lockKey }: Intent): NewOperation {
  const { subscriptionId = '', provider } = parseResourceId(effect.resourceId);
  return {
    id: newId(),
    method: effect.method,
    resourceId: effect.resourceId,
    apiVersion: effect.apiVersion,
    subscriptionId: subscriptionId.toLowerCase(),
    region,
    provider: provider.toLowerCase(),
    bodyHash: effect.method === 'PUT' ? specHash(effect.body) : null,
    clientRequestId: newId(),
    lockKey,
    state: adopted ? 'RUNNING' : 'INTENT',
    token: null,
    adopted,
    abortRequested: false,
    ageSeconds: 0,
    absentSeconds: null,
  };
}

/** Stores what is about to be sent, and takes the lock with it. Undefined: another operation holds the lock. */
export async function storeIntent(trx: EngineTransaction, intent: Intent): Promise<OpenOperation | undefined> {
  const operation = newOperation(intent);
  const { adopted, lockKey } = operation;
  const { numAffectedRows } = await sql`
    insert into operation (id, run_id, ordinal, method, resource_id, api_version, subscription_id, region, provider,
      body_hash, client_request_id, lock_key, state, adopted, sent_at)
    values (${operation.id}, ${intent.runId}, ${intent.ordinal}, ${operation.method}, ${operation.resourceId}, ${operation.apiVersion},
      ${operation.subscriptionId}, ${operation.region}, ${operation.provider}, ${operation.bodyHash}, ${operation.clientRequestId}, ${lockKey},
      ${operation.state}, ${adopted}, case when ${adopted} then clock_timestamp() end)
    on conflict (lock_key) where state in ('INTENT', 'RUNNING') do nothing`.execute(trx);
  if (numAffectedRows === 0n) return undefined;
  // It has had its turn; the next time it queues at the end.
  if (lockKey !== null)
    await sql`update run set waiting_lock_at = null where id = ${intent.runId} and waiting_lock_at is not null`.execute(trx);
  return operation;
}

export type EndState = 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'REFUSED' | 'SUPERSEDED' | 'UNKNOWN';

export async function endOperation(
  trx: EngineTransaction,
  operation: OpenOperation,
  to: EndState,
  result: { readonly httpStatus?: number | undefined; readonly failure?: FailureView } = {},
): Promise<void> {
  await sql`/* keep */
    update operation set state = ${to}, http_status = coalesce(${result.httpStatus ?? result.failure?.httpStatus ?? null}, http_status),
      failure = ${json(result.failure)}::jsonb, sent_at = coalesce(sent_at, clock_timestamp()), ended_at = clock_timestamp()
    where id = ${operation.id}`.execute(trx);
}

/** From here on the resource itself is asked: its write was seen to have happened, or its status can no longer be read. */
export async function followResource(trx: EngineTransaction, operation: OpenOperation): Promise<OpenOperation> {
  await sql`
    update operation set state = 'RUNNING', adopted = true, token = null, sent_at = coalesce(sent_at, clock_timestamp())
    where id = ${operation.id}`.execute(trx);
  return { ...operation, state: 'RUNNING', adopted: true, token: null };
}

export async function markAbsent(trx: EngineTransaction, operation: OpenOperation, absent: boolean): Promise<void> {
  await sql`
    update operation set absent_since = case when ${absent} then coalesce(absent_since, clock_timestamp()) end
    where id = ${operation.id}`.execute(trx);
}

export async function markAbortRequested(trx: EngineTransaction, operation: OpenOperation): Promise<void> {
  await sql`update operation set abort_requested = true where id = ${operation.id}`.execute(trx);
}
