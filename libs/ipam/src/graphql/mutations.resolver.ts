import { Inject } from '@nestjs/common';
import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, graphqlOutcome, parseRequest } from '@podspan/platform';
import { ExpandBody, RenewBody } from '../allocations/allocation-schemas.js';
import { ExpandAllocation } from '../allocations/expand-allocation.js';
import { ReleaseAllocations } from '../allocations/release-allocations.js';
import { RenewAllocation } from '../allocations/renew-allocation.js';
import { TakeAllocations } from '../allocations/take-allocations.js';
import { CreateAddressPlan } from '../plans/create-address-plan.js';
import { ReleasePlanBody } from '../plans/plan-schemas.js';
import { ReleaseAddressPlan } from '../plans/release-address-plan.js';
import { ChangePools } from '../pools/change-pools.js';
import { CreatePool } from '../pools/create-pool.js';
import { PoolPatch } from '../pools/pool-schemas.js';

type Outcome = Promise<Readonly<Record<string, unknown>>>;

/** What REST removes with 204 is a type of its own here. */
export function removed(work: Promise<unknown>): Outcome {
  return graphqlOutcome(
    work.then(() => ({ removed: true })),
    'Removed',
  );
}

/** Input is read inside the outcome, so that a refused one is a problem type like any other. */
export function outcome<T>(typename: string, work: () => Promise<T>): Outcome {
  return graphqlOutcome(Promise.resolve().then(work), typename);
}

@Resolver()
export class PoolMutations {
  constructor(
    @Inject(CreatePool) private readonly create: CreatePool,
    @Inject(ChangePools) private readonly change: ChangePools,
  ) {}

  @Mutation('createPool')
  createPool(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('Pool', () => this.create.execute(call, input));
  }

  @Mutation('updatePool')
  updatePool(@Caller() call: CallContext, @Args('pool') pool: string, @Args('input') input: unknown): Outcome {
    return outcome('Pool', () => this.change.patch(call, pool, parseRequest(PoolPatch, input)));
  }

  @Mutation('deletePool')
  deletePool(@Caller() call: CallContext, @Args('pool') pool: string): Outcome {
    return removed(this.change.delete(call, pool));
  }
}

@Resolver()
export class AllocationMutations {
  constructor(
    @Inject(TakeAllocations) private readonly take: TakeAllocations,
    @Inject(ReleaseAllocations) private readonly release: ReleaseAllocations,
    @Inject(RenewAllocation) private readonly renew: RenewAllocation,
    @Inject(ExpandAllocation) private readonly expand: ExpandAllocation,
  ) {}

  @Mutation('allocatePrefix')
  allocatePrefix(@Caller() call: CallContext, @Args('pool') pool: string, @Args('input') input: unknown): Outcome {
    return outcome('Allocation', () => this.take.one(call, pool, input));
  }

  @Mutation('allocatePrefixes')
  allocatePrefixes(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('AllocationBatch', () => this.take.many(call, input));
  }

  @Mutation('releaseAllocation')
  releaseAllocation(@Caller() call: CallContext, @Args('allocation') id: string): Outcome {
    return outcome('Allocation', () => this.release.one(call, id));
  }

  @Mutation('renewAllocation')
  renewAllocation(@Caller() call: CallContext, @Args('allocation') id: string, @Args('input') input: unknown): Outcome {
    return outcome('Allocation', () => this.renew.execute(call, id, parseRequest(RenewBody, input)));
  }

  @Mutation('expandAllocation')
  expandAllocation(@Caller() call: CallContext, @Args('allocation') id: string, @Args('input') input: unknown): Outcome {
    return outcome('Allocation', () => this.expand.execute(call, id, parseRequest(ExpandBody, input)));
  }
}

@Resolver()
export class PlanMutations {
  constructor(
    @Inject(CreateAddressPlan) private readonly create: CreateAddressPlan,
    @Inject(ReleaseAddressPlan) private readonly release: ReleaseAddressPlan,
  ) {}

  @Mutation('createAddressPlan')
  createAddressPlan(@Caller() call: CallContext, @Args('input') input: unknown): Outcome {
    return outcome('AddressPlan', () => this.create.execute(call, input));
  }

  @Mutation('releaseAddressPlan')
  releaseAddressPlan(@Caller() call: CallContext, @Args('addressPlan') plan: string, @Args('input') input?: unknown): Outcome {
    return outcome('AddressPlan', () => this.release.execute(call, plan, parseRequest(ReleasePlanBody, input ?? {})));
  }
}
