import { DomainError } from '@podspan/errors';
import type { FailureView, TaskOutcome, TaskStep } from '../contracts.js';
import { beginQuickly } from '../store/quick-moves.js';
import { fail, type Progress, settle, trouble, wait } from './endings.js';
import type { Work } from './work.js';

/** Patience of a task never falls below this many seconds of this machine's time, however fast the emulator runs. */
const LEAST_WAIT_SECONDS = 0.25;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyStep
export async function runTask(work: Work, step: TaskStep<any>): Promise<Progress> {
  if (work.stepState === 'PENDING') await begin(work);
  const outcome = await attempt(work, step);
  switch (outcome.state) {
    case 'DONE':
      return settle(work, outcome.output === undefined ? {} : { output: outcome.output });
    case 'SKIPPED':
      return settle(work, { to: 'SKIPPED' });
    case 'WAIT':
      return wait(
        work,
        outcome.reason,
        Math.max(outcome.seconds / work.parts.tuning.speed, Math.min(outcome.seconds, LEAST_WAIT_SECONDS)),
        'task',
      );
    case 'FAILED':
      return fail(work, outcome.failure);
    case 'TROUBLED':
      return trouble(work, outcome);
  }
}

async function begin(work: Work): Promise<void> {
  const patch = { to: 'RUNNING', attempts: 1 } as const;
  const quick = work.quick(patch);
  if (quick && (await beginQuickly(work.parts.db, quick))) work.moved(patch);
  else await work.change((trx) => work.move(trx, patch));
}

type Attempt = TaskOutcome | { readonly state: 'TROUBLED'; readonly failure: FailureView; readonly retryAfterSeconds?: number | undefined };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see AnyStep
async function attempt(work: Work, step: TaskStep<any>): Promise<Attempt> {
  const context = await work.context();
  try {
    return await step.run(context);
  } catch (error) {
    if (error instanceof DomainError && error.kind !== 'transient' && error.kind !== 'throttled') {
      return {
        state: 'FAILED',
        failure: {
          code: error.code,
          message: error.message,
          details: JSON.parse(JSON.stringify(error.problems)),
          retryable: true,
          mustAct: 'USER',
        },
      };
    }
    work.parts.log.warn({ err: error, runId: work.lease.runId, step: step.name }, 'a task step will be tried again');
    const code = error instanceof DomainError ? error.code : 'task_error';
    const failure: FailureView = {
      code,
      message: error instanceof Error ? error.message : String(error),
      retryable: true,
      mustAct: 'OPERATOR',
    };
    return { state: 'TROUBLED', failure, retryAfterSeconds: error instanceof DomainError ? error.retryAfterSeconds : undefined };
  }
}
