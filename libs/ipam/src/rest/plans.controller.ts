import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Caller, type CallContext, documented, Role, type WriteResult } from '@podspan/platform';
import { CheckReuse } from '../plans/check-reuse.js';
import { CreateAddressPlan } from '../plans/create-address-plan.js';
import { AddressPlanBody, AddressPlanView, ReleasePlanBody, ReuseCheckBody, ReuseCheckView } from '../plans/plan-schemas.js';
import { ReadPlans } from '../plans/read-plans.js';
import { ReleaseAddressPlan } from '../plans/release-address-plan.js';
import { Reference } from '../topology/topology-schemas.js';
import { Reads, Writes } from './answers.js';

@Controller('v1')
export class PlansController {
  constructor(
    @Inject(CreateAddressPlan) private readonly create: CreateAddressPlan,
    @Inject(ReleaseAddressPlan) private readonly release: ReleaseAddressPlan,
    @Inject(ReadPlans) private readonly read: ReadPlans,
    @Inject(CheckReuse) private readonly reuse: CheckReuse,
  ) {}

  @Post('address-plans')
  @Writes(AddressPlanView, 201, 200)
  createAddressPlan(
    @Caller() call: CallContext,
    @Body({ schema: documented(AddressPlanBody) }) body: unknown,
  ): Promise<WriteResult<AddressPlanView>> {
    return this.create.execute(call, body);
  }

  @Get('address-plans/:plan')
  @Reads(AddressPlanView)
  addressPlan(@Caller() call: CallContext, @Param('plan', { schema: Reference }) key: string): Promise<AddressPlanView> {
    return this.read.one(call.actor, key);
  }

  @Post('address-plans/:plan/release')
  @Writes(AddressPlanView, 200)
  releaseAddressPlan(
    @Caller() call: CallContext,
    @Param('plan', { schema: Reference }) key: string,
    @Body({ schema: ReleasePlanBody }) body: ReleasePlanBody,
  ): Promise<WriteResult<AddressPlanView>> {
    return this.release.execute(call, key, body);
  }

  @Post('reuse/check')
  @Role('viewer')
  @HttpCode(200)
  @Reads(ReuseCheckView)
  checkReuse(@Body({ schema: documented(ReuseCheckBody) }) body: unknown): Promise<ReuseCheckView> {
    return this.reuse.execute(body);
  }
}
