import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Caller, type CallContext } from '@podspan/platform';
import { AdviceQuery, AdviceView } from '../advice/advice-schemas.js';
import { AdviseMoves } from '../advice/advise-moves.js';
import { ForecastPool } from '../forecast/forecast-pool.js';
import { ForecastQuery, ForecastView } from '../forecast/forecast-schemas.js';
import { Reference } from '../topology/topology-schemas.js';
import { ShowUtilization } from '../utilization/show-utilization.js';
import { SpaceFigures } from '../utilization/space-figures.js';
import { PoolUtilizationView, SpaceSavingsView, SpaceUtilizationView, UtilizationQuery } from '../utilization/utilization-schemas.js';
import { Reads } from './answers.js';

/** What people ask about pools and spaces before they decide. */
@Controller('v1')
export class FiguresController {
  constructor(
    @Inject(ShowUtilization) private readonly utilization: ShowUtilization,
    @Inject(ForecastPool) private readonly forecasts: ForecastPool,
    @Inject(AdviseMoves) private readonly advice: AdviseMoves,
    @Inject(SpaceFigures) private readonly spaces: SpaceFigures,
  ) {}

  @Get('pools/:pool/utilization')
  @Reads(PoolUtilizationView)
  poolUtilization(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Query({ schema: UtilizationQuery }) query: UtilizationQuery,
  ): Promise<PoolUtilizationView> {
    return this.utilization.execute(call.actor, key, query);
  }

  @Get('pools/:pool/forecast')
  @Reads(ForecastView)
  poolForecast(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Query({ schema: ForecastQuery }) query: ForecastQuery,
  ): Promise<ForecastView> {
    return this.forecasts.execute(call.actor, key, query);
  }

  @Get('pools/:pool/advice')
  @Reads(AdviceView)
  poolAdvice(
    @Caller() call: CallContext,
    @Param('pool', { schema: Reference }) key: string,
    @Query({ schema: AdviceQuery }) query: AdviceQuery,
  ): Promise<AdviceView> {
    return this.advice.execute(call.actor, key, query);
  }

  @Get('address-spaces/:addressSpace/utilization')
  @Reads(SpaceUtilizationView)
  addressSpaceUtilization(
    @Caller() call: CallContext,
    @Param('addressSpace', { schema: Reference }) key: string,
  ): Promise<SpaceUtilizationView> {
    return this.spaces.utilization(call.actor, key);
  }

  @Get('address-spaces/:addressSpace/savings')
  @Reads(SpaceSavingsView)
  addressSpaceSavings(@Caller() call: CallContext, @Param('addressSpace', { schema: Reference }) key: string): Promise<SpaceSavingsView> {
    return this.spaces.savings(call.actor, key);
  }
}
