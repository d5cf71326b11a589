import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, graphqlOutcome, parseRequest, Role, type CallContext } from '@podspan/platform';
import { withoutNulls } from '../without-nulls.js';
import { PlanGateways } from './plan-gateways.js';
import { GatewayPlanBody } from './plan-schemas.js';

@Resolver()
export class PlansResolver {
  constructor(private readonly planGateways: PlanGateways) {}

  @Role('viewer')
  @Mutation('planIngressGateways')
  plan(@Caller() call: CallContext, @Args('input') input: unknown): Promise<unknown> {
    const planned = Promise.resolve().then(() =>
      this.planGateways.execute(parseRequest(GatewayPlanBody, withoutNulls(input)), call.authorization),
    );
    return graphqlOutcome(planned, 'IngressGatewayPlan');
  }
}
