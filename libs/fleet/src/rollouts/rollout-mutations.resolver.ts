import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, graphqlOutcome } from '@podspan/platform';
import type { IngressGate } from '../domain/ingress/ingress-migration.js';
import type { CancelMode } from '../domain/states.js';
import { PlanRollout } from '../plan/plan-rollout.js';
import { StartRollout } from '../start/start-rollout.js';
import { type GateAnswer, SteerRollout } from '../steer/steer-rollout.js';

type Outcome = ReturnType<typeof graphqlOutcome>;

@Resolver()
export class RolloutMutationsResolver {
  constructor(
    private readonly start: StartRollout,
    private readonly plan: PlanRollout,
    private readonly steer: SteerRollout,
  ) {}

  @Mutation('startRollout')
  startRollout(@Args('input') input: unknown, @Caller() call: CallContext): Outcome {
    return graphqlOutcome(this.start.execute(plain(input), call), 'Rollout');
  }

  @Mutation('planRollout')
  planRollout(@Args('input') input: unknown, @Caller() call: CallContext): Outcome {
    return graphqlOutcome(this.plan.execute(plain(input), call), 'RolloutPlan');
  }

  @Mutation('pauseRollout')
  pauseRollout(@Args('rollout') rollout: string, @Caller() call: CallContext): Outcome {
    return graphqlOutcome(this.steer.pause(rollout, call), 'Rollout');
  }

  @Mutation('resumeRollout')
  resumeRollout(@Args('rollout') rollout: string, @Caller() call: CallContext): Outcome {
    return graphqlOutcome(this.steer.resume(rollout, call), 'Rollout');
  }

  @Mutation('cancelRollout')
  cancelRollout(@Args('rollout') rollout: string, @Caller() call: CallContext, @Args('mode') mode?: CancelMode): Outcome {
    return graphqlOutcome(this.steer.cancel(rollout, mode ?? undefined, call), 'Rollout');
  }

  @Mutation('retryRollout')
  retryRollout(@Args('rollout') rollout: string, @Caller() call: CallContext, @Args('clusters') clusters?: readonly string[]): Outcome {
    return graphqlOutcome(this.steer.retry(rollout, clusters ?? undefined, call), 'Rollout');
  }

  @Mutation('skipRollout')
  skipRollout(
    @Args('rollout') rollout: string,
    @Caller() call: CallContext,
    @Args('clusters') clusters?: readonly string[],
    @Args('wave') wave?: string,
  ): Outcome {
    return graphqlOutcome(this.steer.skip(rollout, { clusters: clusters ?? undefined, wave: wave ?? undefined }, call), 'Rollout');
  }

  @Mutation('approveRollout')
  approveRollout(
    @Args('rollout') rollout: string,
    @Caller() call: CallContext,
    @Args('wave') wave?: string,
    @Args('comment') comment?: string,
    @Args('gate') gate?: IngressGate,
    @Args('clusters') clusters?: readonly string[],
  ): Outcome {
    return graphqlOutcome(this.steer.approve(rollout, given({ wave, comment, gate, clusters }), call), 'Rollout');
  }

  @Mutation('rejectRollout')
  rejectRollout(
    @Args('rollout') rollout: string,
    @Caller() call: CallContext,
    @Args('wave') wave?: string,
    @Args('comment') comment?: string,
    @Args('gate') gate?: IngressGate,
    @Args('clusters') clusters?: readonly string[],
  ): Outcome {
    return graphqlOutcome(this.steer.reject(rollout, given({ wave, comment, gate, clusters }), call), 'Rollout');
  }
}

/** GraphQL says null for what was left out. */
function given(answer: { [K in keyof GateAnswer]: GateAnswer[K] | null }): GateAnswer {
  return Object.fromEntries(Object.entries(answer).filter(([, member]) => member !== null && member !== undefined));
}

/** GraphQL makes objects without a prototype and says null for what was left out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === null ? [] : [[key, plain(member)]])));
}
