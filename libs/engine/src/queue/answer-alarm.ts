import { DelayedError, type Job } from 'bullmq';
import type { JobHandler } from '../contracts.js';
import type { Parts } from '../parts.js';
import { readBellKey, ringBellAgain, silenceBell, takeBell } from '../store/bells.js';
import type { AlarmPayload } from './backend.js';

const UNKNOWN_PAYLOAD_MS = 60_000;
/** How long a feature's handler may take before another process tries beside it, in leases of a run: nobody prolongs it. */
const BELL_LEASES = 3;

/** What a worker does with a job. Jobs may be early, late, doubled or of another release. */
export async function answerAlarm(
  parts: Parts,
  visitNow: (runId: string) => Promise<number | undefined>,
  handlers: ReadonlyMap<string, JobHandler>,
  payload: AlarmPayload,
  job: Job<AlarmPayload>,
  token: string | undefined,
): Promise<void> {
  if (payload.v !== 1) return putOff(job, token, UNKNOWN_PAYLOAD_MS);
  if (payload.subject === '') return;
  if (payload.kind === 'bell') return answerBell(parts, handlers, payload.subject);
  const againMs = await visitNow(payload.subject);
  if (againMs !== undefined) await putOff(job, token, againMs);
}

/** Does not count as an attempt. */
async function putOff(job: Job<AlarmPayload>, token: string | undefined, milliseconds: number): Promise<never> {
  await job.moveToDelayed(Date.now() + milliseconds, token);
  throw new DelayedError();
}

async function answerBell(parts: Parts, handlers: ReadonlyMap<string, JobHandler>, key: string): Promise<void> {
  const { job, subject } = readBellKey(key);
  const handler = handlers.get(job);
  if (!handler) {
    parts.log.error({ job, subject }, 'a job was rung that nobody handles');
    return;
  }
  const rings = await takeBell(parts.db, job, subject, BELL_LEASES * parts.tuning.leaseSeconds);
  if (rings === undefined) return;
  try {
    await handler.handle(subject);
  } catch (error) {
    parts.log.error({ err: error, job, subject }, 'a job failed and will be rung again');
    await ringBellAgain(parts.db, parts.channel, job, subject);
    return;
  }
  await silenceBell(parts.db, parts.channel, job, subject, rings);
}
