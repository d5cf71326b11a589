import { Inject } from '@nestjs/common';
import { Args, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { Caller, type CallContext } from '@podspan/platform';
import { CheckReuse } from '../plans/check-reuse.js';
import { type AddressPlanView, type ClusterAddressesView, type ReuseCheckView } from '../plans/plan-schemas.js';
import { ReadPlans } from '../plans/read-plans.js';
import { orNull } from './arguments.js';

interface ClusterReference {
  readonly name: string;
}

@Resolver()
export class PlansResolver {
  constructor(
    @Inject(ReadPlans) private readonly read: ReadPlans,
    @Inject(CheckReuse) private readonly reuse: CheckReuse,
  ) {}

  @Query('addressPlan')
  addressPlan(@Caller() call: CallContext, @Args('name') name: string): Promise<AddressPlanView | null> {
    return orNull(this.read.one(call.actor, name));
  }

  @Query('checkReuse')
  checkReuse(@Args('input') input: unknown): Promise<ReuseCheckView> {
    return this.reuse.execute(input);
  }
}

/** What this service adds to the clusters of provisioning. */
@Resolver('Cluster')
export class ClustersResolver {
  constructor(@Inject(ReadPlans) private readonly read: ReadPlans) {}

  @ResolveReference()
  async reference({ name }: ClusterReference): Promise<ClusterReference> {
    return { name };
  }

  @ResolveField('addressPlan')
  addressPlan(@Caller() call: CallContext, @Parent() { name }: ClusterReference): Promise<ClusterAddressesView | null> {
    return this.read.ofCluster(call.actor, name);
  }
}

@Resolver('ClusterAddressPlan')
export class ClusterAddressPlanResolver {
  constructor(@Inject(ReadPlans) private readonly read: ReadPlans) {}

  @ResolveField('reusedBy')
  reusedBy(@Caller() call: CallContext, @Parent() { name, podCidr }: ClusterAddressesView): Promise<readonly ClusterReference[]> {
    return this.read.sharing(call.actor, podCidr, name);
  }
}
