import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, Role, type CallContext } from '@podspan/platform';
import { PlanGateways } from './plan-gateways.js';
import { GatewayPlanBody, GatewayPlanView } from './plan-schemas.js';

@ApiTags('ingress')
@Controller('v1/ingress-gateway-plans')
export class PlansController {
  constructor(private readonly planGateways: PlanGateways) {}

  /** Changes nothing, so whoever may read may plan. */
  @Post()
  @HttpCode(200)
  @Role('viewer')
  @ApiOkResponse({ standardSchema: GatewayPlanView })
  planIngressGateways(@Caller() call: CallContext, @Body({ schema: GatewayPlanBody }) body: GatewayPlanBody): Promise<GatewayPlanView> {
    return this.planGateways.execute(body, call.authorization);
  }
}
