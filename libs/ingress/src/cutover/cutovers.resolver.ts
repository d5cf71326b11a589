import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, graphqlOutcome, parseRequest, Role, type CallContext } from '@podspan/platform';
import { z } from 'zod';
import { bytesOfBody } from '../translation/bytes-of-body.js';
import { CutoverQuery } from './cutover-schemas.js';
import { PlanCutover } from './plan-cutover.js';

export const CutoverInput = CutoverQuery.extend({
  ttlSeconds: z.int().optional().describe('TTL of the DNS records as they are'),
  yaml: z.string().describe('Ingresses of the old controller and what they name'),
});

@Resolver()
export class CutoversResolver {
  constructor(private readonly planCutover: PlanCutover) {}

  @Role('viewer')
  @Mutation('planIngressCutover')
  plan(@Caller() call: CallContext, @Args('input') input: Readonly<Record<string, unknown>>): Promise<unknown> {
    return graphqlOutcome(this.#plan(call, input), 'IngressCutover');
  }

  async #plan({ authorization }: CallContext, { yaml, ...options }: Readonly<Record<string, unknown>>): Promise<unknown> {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
    return this.planCutover.execute(parseRequest(CutoverQuery, given), bytesOfBody(yaml), authorization);
  }
}
