import { sql } from 'kysely';
import type { EngineTransaction } from '../contracts.js';
import { announce } from './outbox.js';

/**
 * A feature's job that has to run. The row is the truth, the queue's job its alarm: rings add up until a handler that
 * began after the last of them has finished.
 */
export async function ringBell(trx: EngineTransaction, channel: string, job: string, subject: string, delaySeconds: number): Promise<void> {
  const at = sql`clock_timestamp() + make_interval(secs => ${delaySeconds})`;
  await sql`
    with rung as (
      insert into bell (job, subject, due_at, latest_at) values (${job}, ${subject}, ${at}, ${at})
      on conflict (job, subject) do update set rings = bell.rings + 1,
        due_at = least(bell.due_at, excluded.due_at), latest_at = greatest(bell.latest_at, excluded.latest_at)
      returning rings
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'bell', ${bellKey(job, subject)}, rings, ${at} from rung returning id
    )
    ${announce(channel, delaySeconds, 'added')}`.execute(trx);
}

export function bellKey(job: string, subject: string): string {
  return `${job} ${subject}`;
}

export function readBellKey(key: string): { job: string; subject: string } {
  const at = key.indexOf(' ');
  return { job: key.slice(0, at), subject: key.slice(at + 1) };
}

/** The number of rings so far, or undefined while it is not due or a handler is at it. */
export async function takeBell(db: EngineTransaction, job: string, subject: string, leaseSeconds: number): Promise<string | undefined> {
  const { rows } = await sql<{ rings: string }>`
    update bell set lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), due_at = 'infinity'
    where job = ${job} and subject = ${subject}
      and case when lease_until is null then due_at <= clock_timestamp() + interval '20 milliseconds' else lease_until < clock_timestamp() end
    returning rings::text`.execute(db);
  return rows[0]?.rings;
}

/**
 * Handled, unless it was rung meanwhile or is to ring later: then it stays. The row is locked before it is judged: a ring that is just
 * being committed would otherwise be seen by neither half, and keep silent until the lease ran out.
 */
export async function silenceBell(db: EngineTransaction, channel: string, job: string, subject: string, rings: string): Promise<void> {
  await sql`
    with held as (
      select job, subject, rings <> ${rings}::bigint or latest_at > clock_timestamp() as rung from bell
      where job = ${job} and subject = ${subject} for update
    ), done as (
      delete from bell using held where bell.job = held.job and bell.subject = held.subject and not held.rung
    ), more as (
      update bell set lease_until = null, failures = 0,
        due_at = least(bell.due_at, case when bell.latest_at > clock_timestamp() then bell.latest_at else 'infinity' end)
      from held where bell.job = held.job and bell.subject = held.subject and held.rung
      returning bell.rings, bell.due_at
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'bell', ${bellKey(job, subject)}, rings, due_at from more returning id
    )
    ${announce(channel, 0, 'added')}`.execute(db);
}

/** The handler threw: again after a wait that doubles up to a minute. */
export async function ringBellAgain(db: EngineTransaction, channel: string, job: string, subject: string): Promise<void> {
  await sql`
    with again as (
      update bell set lease_until = null, failures = failures + 1, rings = rings + 1,
        due_at = clock_timestamp() + make_interval(secs => least(60, power(2, least(failures, 6))))
      where job = ${job} and subject = ${subject} returning rings, due_at
    ), added as (
      insert into outbox (kind, subject, fence, due_at) select 'bell', ${bellKey(job, subject)}, rings, due_at from again returning id
    )
    ${announce(channel, 1, 'added')}`.execute(db);
}
