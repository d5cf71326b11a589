import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type CallContext, Caller, GuardedWrite, KeyedWrite, WriteResult } from '@podspan/platform';
import { z } from 'zod';
import { ingressGates } from '../domain/ingress/ingress-migration.js';
import { SteerRollout } from './steer-rollout.js';
import { RolloutView } from '../rollouts/views.js';

const Key = z.string().min(1).max(200);
const CancelBody = z.strictObject({ mode: z.enum(['ABORT', 'FINISH']).optional() }).meta({ id: 'CancelBody' });
const RetryBody = z.strictObject({ clusters: z.array(z.string().min(1).max(200)).min(1).max(5_000).optional() }).meta({ id: 'RetryBody' });
const GateBody = z
  .strictObject({
    wave: z.string().min(1).max(63).optional(),
    gate: z
      .enum(ingressGates)
      .meta({ id: 'RolloutGate' })
      .optional()
      .describe('MIGRATE_INGRESS: a point inside the items; without it the one they stand at'),
    clusters: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(5_000)
      .optional()
      .describe('With a gate: only these; all of the wave, or of the rollout, by default'),
    comment: z.string().max(2_000).optional(),
  })
  .meta({ id: 'GateBody' });

const SkipBody = z
  .strictObject({
    clusters: z.array(z.string().min(1).max(200)).min(1).max(5_000).optional(),
    wave: z.string().min(1).max(63).optional(),
  })
  .refine(({ clusters, wave }) => clusters !== undefined || wave !== undefined, { error: 'name the clusters, or a wave' })
  .meta({ id: 'SkipBody' });

type Answer = Promise<WriteResult<RolloutView>>;

/** What people decide about a rollout. `If-Match` guards each; repeating one changes nothing. */
@ApiTags('Rollouts')
@Controller('v1/rollouts/:rollout')
export class SteeringController {
  constructor(private readonly steer: SteerRollout) {}

  @Post('pause')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  pauseRollout(@Caller() call: CallContext, @Param('rollout', { schema: Key }) rollout: string): Answer {
    return this.steer.pause(rollout, call);
  }

  @Post('resume')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  resumeRollout(@Caller() call: CallContext, @Param('rollout', { schema: Key }) rollout: string): Answer {
    return this.steer.resume(rollout, call);
  }

  @Post('cancel')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  cancelRollout(
    @Caller() call: CallContext,
    @Param('rollout', { schema: Key }) rollout: string,
    @Body({ schema: CancelBody }) { mode }: z.infer<typeof CancelBody>,
  ): Answer {
    return this.steer.cancel(rollout, mode, call);
  }

  @Post('retry')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  retryRollout(
    @Caller() call: CallContext,
    @Param('rollout', { schema: Key }) rollout: string,
    @Body({ schema: RetryBody }) { clusters }: z.infer<typeof RetryBody>,
  ): Answer {
    return this.steer.retry(rollout, clusters, call);
  }

  /** Leaves out clusters, or a wave, that have not started. */
  @Post('skip')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  skipRollout(
    @Caller() call: CallContext,
    @Param('rollout', { schema: Key }) rollout: string,
    @Body({ schema: SkipBody }) which: z.infer<typeof SkipBody>,
  ): Answer {
    return this.steer.skip(rollout, which, call);
  }

  @Post('approve')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  approveRollout(
    @Caller() call: CallContext,
    @Param('rollout', { schema: Key }) rollout: string,
    @Body({ schema: GateBody }) answer: z.infer<typeof GateBody>,
  ): Answer {
    return this.steer.approve(rollout, answer, call);
  }

  @Post('reject')
  @GuardedWrite()
  @KeyedWrite()
  @ApiOkResponse({ standardSchema: RolloutView })
  rejectRollout(
    @Caller() call: CallContext,
    @Param('rollout', { schema: Key }) rollout: string,
    @Body({ schema: GateBody }) answer: z.infer<typeof GateBody>,
  ): Answer {
    return this.steer.reject(rollout, answer, call);
  }
}
