import { Inject } from '@nestjs/common';
import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Caller, type CallContext, parseRequest } from '@podspan/platform';
import { AdviceQuery, type AdviceView } from '../advice/advice-schemas.js';
import { AdviseMoves } from '../advice/advise-moves.js';
import { ForecastPool } from '../forecast/forecast-pool.js';
import { ForecastQuery, type ForecastView } from '../forecast/forecast-schemas.js';
import type { PoolView } from '../pools/pool-schemas.js';
import type { AddressSpaceView } from '../topology/topology-schemas.js';
import { ShowUtilization } from '../utilization/show-utilization.js';
import { SpaceFigures } from '../utilization/space-figures.js';
import {
  type PoolUtilizationView,
  type SpaceSavingsView,
  type SpaceUtilizationView,
  UtilizationQuery,
} from '../utilization/utilization-schemas.js';
import { given } from './arguments.js';

@Resolver('Pool')
export class PoolFiguresResolver {
  constructor(
    @Inject(ShowUtilization) private readonly figures: ShowUtilization,
    @Inject(ForecastPool) private readonly forecasts: ForecastPool,
    @Inject(AdviseMoves) private readonly advise: AdviseMoves,
  ) {}

  @ResolveField('utilization')
  utilization(
    @Caller() call: CallContext,
    @Parent() { id }: PoolView,
    @Args() args: { breakdown?: boolean },
  ): Promise<PoolUtilizationView> {
    const query = parseRequest(UtilizationQuery, given({ ...args, breakdown: String(args.breakdown === true) }));
    return this.figures.execute(call.actor, id, query);
  }

  @ResolveField('forecast')
  forecast(@Caller() call: CallContext, @Parent() { id }: PoolView, @Args() args: object): Promise<ForecastView> {
    return this.forecasts.execute(call.actor, id, parseRequest(ForecastQuery, given(args)));
  }

  @ResolveField('advice')
  advice(@Caller() call: CallContext, @Parent() { id }: PoolView, @Args() args: { includeRebuilds?: boolean }): Promise<AdviceView> {
    const query = parseRequest(AdviceQuery, given({ ...args, includeRebuilds: String(args.includeRebuilds === true) }));
    return this.advise.execute(call.actor, id, query);
  }
}

@Resolver('AddressSpace')
export class SpaceFiguresResolver {
  constructor(@Inject(SpaceFigures) private readonly figures: SpaceFigures) {}

  @ResolveField('utilization')
  utilization(@Caller() call: CallContext, @Parent() { id }: AddressSpaceView): Promise<SpaceUtilizationView> {
    return this.figures.utilization(call.actor, id);
  }

  @ResolveField('savings')
  savings(@Caller() call: CallContext, @Parent() { id }: AddressSpaceView): Promise<SpaceSavingsView> {
    return this.figures.savings(call.actor, id);
  }
}
