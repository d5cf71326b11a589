import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { Caller, graphqlOutcome, parseRequest, type CallContext } from '@podspan/platform';
import { ApplyManifests } from './apply-manifests.js';
import { ApplyBody } from './apply-schemas.js';

@Resolver()
export class ApplyResolver {
  constructor(private readonly applyManifests: ApplyManifests) {}

  @Mutation('applyIngressGateway')
  apply(
    @Caller() call: CallContext,
    @Args('name') name: string,
    @Args('input') input: Readonly<Record<string, unknown>> | null | undefined,
  ): Promise<unknown> {
    return graphqlOutcome(this.#apply(call, name, input ?? {}), 'AppliedIngressGateway');
  }

  async #apply(call: CallContext, name: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    return this.applyManifests.execute(call, name, parseRequest(ApplyBody, given));
  }
}
